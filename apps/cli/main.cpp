// cajal VERB [WHAT] [options]
#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <iostream>
#include <new>

#include "apps/cli/arguments.h"
#include "cajal/base/error.h"
#include "cajal/base/text.h"
#include "cajal/base/version.h"

namespace cajal::cli {

namespace {

int print_help() {
  const std::string name = called_as();
  fmt::print("{} VERB [WHAT] [options]: trains neural networks, and shows what they do\n\n", name);
  for (const Verb* verb : all_verbs())
    fmt::print("  {:24}  {}\n", fmt::format("{} {}", verb->name, verb->words), verb->summary);
  fmt::print("\n{0} VERB --help says what a verb takes. Begin with: {0} train\n", name);
  return 0;
}

int print_version() {
  fmt::print("cajal {}\n", version);
  return 0;
}

int run_verb(std::span<const std::string> words) {
  if (const Verb* verb = find_verb(words[0])) return verb->run(*verb, words.subspan(1));
  std::vector<std::string> names;
  for (const Verb* verb : all_verbs()) names.emplace_back(verb->name);
  const bool flag = words[0].starts_with("-");
  const std::string near = did_you_mean(words[0], flag ? std::vector<std::string>{"--help", "--version"} : names);
  const std::string list = near.empty() ? fmt::format("; '{} --help' lists what there is", called_as()) : near;
  throw UsageError(fmt::format("unknown {} '{}'{}", flag ? "option" : "verb", words[0], list));
}

int run(std::span<const std::string> words) {
  if (words.empty() || words[0] == "--help" || words[0] == "-h" || words[0] == "help") return print_help();
  if (words[0] == "--version" || words[0] == "-V") return print_version();
  return run_verb(words);
}

int complain(const std::string& text, int status) {
  std::fflush(stdout);
  std::cout << std::flush;
  fmt::print(stderr, "{}\n", text);
  return status;
}

// The one place where exceptions become words and an exit status.
int run_guarded(std::span<const std::string> words) {
  try {
    return run(words);
  } catch (const UsageError& error) {
    return complain(error.what(), 2);
  } catch (const Error& error) {
    return complain(std::string("error: ") + error.what(), error.code() == Code::interrupted ? 130 : 1);
  } catch (const std::bad_alloc&) {
    return complain("error: the memory is not enough for this\n  Try: a smaller --batch-size or fewer --layers", 1);
  } catch (const std::exception& error) {
    return complain(fmt::format("error: {} (this is a fault of the program; please report it)", error.what()), 1);
  }
}

bool reader_has_gone() {
  struct pollfd out = {STDOUT_FILENO, POLLOUT, 0};
  return poll(&out, 1, 0) == 1 && (out.revents & POLLERR) != 0;
}

// What could not be written is an error too, unless whoever read it has gone (`cajal doctor | head -1`).
int finish(int status) {
  errno = 0;
  std::cout << std::flush;
  const bool failed = std::fflush(stdout) != 0 || std::ferror(stdout) || !std::cout;
  if (!failed || status != 0 || reader_has_gone()) return status;
  return complain(fmt::format("error: standard output cannot be written: {}", std::strerror(errno ? errno : EIO)), 1);
}

}  // namespace
}  // namespace cajal::cli

int main(int count, char** words) {
  std::signal(SIGPIPE, SIG_IGN);  // a reader who has gone must not end a training before it is saved
  const std::vector<std::string> given(words + 1, words + count);
  return cajal::cli::finish(cajal::cli::run_guarded(given));
}
