#include "apps/cli/arguments.h"

#include <fmt/format.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <cmath>
#include <cstdio>
#include <cstdlib>

#include "cajal/base/text.h"

namespace cajal::cli {
namespace {

// The whole text as a whole number, or an error that says what was expected.
template <class T, class Parse>
T whole_number(const std::string& flag, const std::string& text, Parse parse) {
  char* end = nullptr;
  errno = 0;
  const auto value = parse(text.c_str(), &end, 10);
  const bool negative = text.find('-') != std::string::npos && !std::is_signed_v<T>;
  if (text.empty() || *end || errno || negative || value != decltype(value)(T(value)))
    throw UsageError(fmt::format("{} wants a whole number and was given '{}'", flag, text));
  return T(value);
}

// A flag without its dashes, so that --epoch is near --epochs and not near every other flag.
std::string bare(const std::string& flag) { return flag.substr(std::min(flag.size(), flag.find_first_not_of('-'))); }

// Set while somebody asks what a verb takes: `read` then fills it, and the verb ends as after --help.
thread_local std::vector<ArgumentInfo>* asked_for = nullptr;

}  // namespace

std::string Arguments::flag_of(std::string_view name) {
  std::string flag = "--" + std::string(name);
  for (char& c : flag)
    if (c == '_') c = '-';
  return flag;
}

std::string Arguments::shown(double value) { return fmt::format("{}", value); }

std::string Arguments::shown(const std::vector<std::string>& values) { return join(values, ","); }

std::string Arguments::shown(const std::vector<int64_t>& values) { return fmt::format("{}", fmt::join(values, ",")); }

void Arguments::read_value(const std::string& flag, const std::string& text, bool& value) {
  if (text != "true" && text != "false") throw UsageError(fmt::format("{} takes no value; '{}' was given", flag, text));
  value = text == "true";
}

void Arguments::read_value(const std::string& flag, const std::string& text, int& value) {
  value = whole_number<int>(flag, text, std::strtoll);
}

void Arguments::read_value(const std::string& flag, const std::string& text, int64_t& value) {
  value = whole_number<int64_t>(flag, text, std::strtoll);
}

void Arguments::read_value(const std::string& flag, const std::string& text, uint64_t& value) {
  value = whole_number<uint64_t>(flag, text, std::strtoull);
}

void Arguments::read_value(const std::string& flag, const std::string& text, double& value) {
  char* end = nullptr;
  value = std::strtod(text.c_str(), &end);
  if (text.empty() || *end || !std::isfinite(value))
    throw UsageError(fmt::format("{} wants a number and was given '{}'", flag, text));
}

void Arguments::read_value(const std::string&, const std::string& text, std::string& value) { value = text; }

void Arguments::read_value(const std::string&, const std::string& text, std::vector<std::string>& values) {
  values.clear();
  for (const std::string& part : split(text, ','))
    if (!trim(part).empty()) values.emplace_back(trim(part));
}

void Arguments::read_value(const std::string& flag, const std::string& text, std::vector<int64_t>& values) {
  values.clear();
  if (trim(text).empty()) return;
  for (const std::string& part : split(text, ','))
    values.push_back(whole_number<int64_t>(flag, std::string(trim(part)), std::strtoll));
}

void Arguments::word(const std::string& name, std::string& value, const std::string& help) {
  words_.push_back({name, help, &value, false});
}

void Arguments::optional_word(const std::string& name, std::string& value, const std::string& help) {
  words_.push_back({name, help, &value, true});
}

bool Arguments::read(std::span<const std::string> given) const {
  if (asked_for) {
    *asked_for = list();
    return false;
  }
  CLI::App app;
  app.set_help_flag();
  app.allow_extras();
  bool help = false;
  app.add_flag("-h,--help", help);
  std::vector<std::string> words;
  for (const Flag& flag : flags_) {
    if (flag.alone) app.add_flag_function(flag.name, [&flag](int64_t) { flag.set("true"); });
    else app.add_option_function<std::string>(flag.name, flag.set)->allow_extra_args(false);
  }
  try {
    app.parse(std::vector<std::string>(given.rbegin(), given.rend()));
  } catch (const CLI::ArgumentMismatch& error) {
    throw UsageError(split(error.what(), ':')[0] + " wants a value");
  } catch (const CLI::ParseError& error) {
    throw UsageError(error.what());
  }
  if (help) print_help();
  else refuse_unknown(app.remaining());
  return !help;
}

// What is left are the words, and flags that do not exist.
void Arguments::refuse_unknown(const std::vector<std::string>& left) const {
  std::vector<std::string> names = {"help"}, words;
  for (const Flag& flag : flags_) names.push_back(bare(flag.name));
  for (const std::string& part : left) {
    if (part.size() < 2 || part[0] != '-') {
      words.push_back(part);
      continue;
    }
    const std::string given = split(part, '=')[0], near = nearest(bare(given), names);
    throw UsageError(near.empty() ? fmt::format("unknown option {}; 'cajal {} --help' lists them", given, verb_.name)
                                  : fmt::format("unknown option {}; did you mean --{}?", given, near));
  }
  if (words.size() > words_.size())
    throw UsageError(fmt::format("cajal {} {} does not take '{}'", verb_.name, verb_.words, words[words_.size()]));
  for (size_t i = 0; i < words.size(); ++i) *words_[i].value = words[i];
  for (const Word& word : words_)
    if (!word.optional && word.value->empty())
      throw UsageError(fmt::format("{} is missing: cajal {} {}", word.name, verb_.name, verb_.words));
}

std::vector<ArgumentInfo> Arguments::list() const {
  std::vector<ArgumentInfo> out;
  for (const Word& word : words_) out.push_back({word.name, "", word.help});
  for (const Flag& flag : flags_) out.push_back({flag.name, flag.alone ? "" : flag.placeholder, flag.help});
  return out;
}

void Arguments::print_help() const {
  fmt::print("cajal {} {} [options]: {}\n\n", verb_.name, verb_.words, verb_.summary);
  for (const Word& word : words_) fmt::print("  {:24}  {}\n", word.name, word.help);
  for (const Flag& flag : flags_) {
    const std::string fallback = flag.fallback.empty() ? "" : " (" + flag.fallback + ")";
    fmt::print("  {:24}  {}{}\n", flag.name + (flag.alone ? "" : " " + flag.placeholder), flag.help, fallback);
  }
}

std::vector<ArgumentInfo> arguments_of(const Verb& verb) {
  struct Asking {
    std::vector<ArgumentInfo> found = {};
    Asking() { asked_for = &found; }
    ~Asking() { asked_for = nullptr; }
  } asking;
  const std::vector<std::string> help = {"--help"};  // whatever a verb does with its arguments, it does no work now
  verb.run(verb, help);
  return asking.found;
}

void require_at_least(const char* flag, double value, double least) {
  if (!(value >= least)) throw UsageError(fmt::format("{} must be at least {} and was given {}", flag, least, value));
}

std::string called_as() {
  const char* given = std::getenv("CAJAL_CALLED_AS");
  return given && *given ? given : "cajal";
}

}  // namespace cajal::cli
