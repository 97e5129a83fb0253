#include "cajal/plot/internal/gnuplot.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "cajal/base/clock.h"
#include "cajal/base/error.h"
#include "cajal/base/text.h"

extern char** environ;

namespace cajal::plot::internal {
namespace {

constexpr double patience = 120;  // seconds

[[noreturn]] void refuse(const char* what, int error) {
  throw Error(Code::io, fmt::format("gnuplot could not be started: {}: {}", what, std::strerror(error)));
}

/// A file descriptor that is closed in the end.
class Descriptor {
 public:
  explicit Descriptor(int number = -1) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }
  ~Descriptor() { close(); }
  int number() const { return number_; }
  bool open() const { return number_ >= 0; }
  void close() {
    if (number_ >= 0) ::close(number_);
    number_ = -1;
  }

 private:
  int number_;
};

struct Ends {
  Descriptor ours, theirs;
};

// Other processes that start meanwhile must not inherit our ends, or nobody would ever see the end of the stream.
void keep_private(const Ends& ends) {
  for (const Descriptor* end : {&ends.ours, &ends.theirs}) ::fcntl(end->number(), F_SETFD, FD_CLOEXEC);
  ::fcntl(ends.ours.number(), F_SETFL, O_NONBLOCK);
}

Ends way_in() {
  int both[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM, 0, both) != 0) refuse("a socket", errno);
  Ends ends{Descriptor(both[0]), Descriptor(both[1])};
  keep_private(ends);
#ifdef SO_NOSIGPIPE
  const int yes = 1;
  ::setsockopt(both[0], SOL_SOCKET, SO_NOSIGPIPE, &yes, sizeof yes);
#endif
  return ends;
}

Ends way_out() {
  int both[2];
  if (::pipe(both) != 0) refuse("a pipe", errno);
  Ends ends{Descriptor(both[0]), Descriptor(both[1])};
  keep_private(ends);
  return ends;
}

/// The child process with its three streams.
class Child {
 public:
  Child() : in_(way_in()), out_(way_out()), errors_(way_out()) {
    start();
    for (Ends* ends : {&in_, &out_, &errors_}) ends->theirs.close();
  }
  ~Child() {
    if (process_ <= 0) return;
    ::kill(process_, SIGKILL);
    wait();
  }

  // Feeds and reads at once: each side's pipe holds only so much. False if time ran out.
  bool talk(std::string_view commands) {
    const Stopwatch watch;
    if (commands.empty()) in_.ours.close();
    while (out_.ours.open() || errors_.ours.open()) {
      std::array<pollfd, 3> ways = {pollfd{in_.ours.number(), POLLOUT, 0}, pollfd{out_.ours.number(), POLLIN, 0},
                                    pollfd{errors_.ours.number(), POLLIN, 0}};
      const int ready = ::poll(ways.data(), ways.size(), 1000);
      if (watch.seconds() > patience) return false;
      if (ready <= 0) continue;
      if (ways[0].revents != 0) feed(commands);
      if (ways[1].revents != 0) take(out_.ours, picture);
      if (ways[2].revents != 0) take(errors_.ours, complaints);
    }
    return true;
  }

  int wait() {
    int status = 0;
    while (::waitpid(process_, &status, 0) < 0 && errno == EINTR) {
    }
    process_ = 0;
    return status;
  }

  std::string picture, complaints;

 private:
  void start() {
    posix_spawn_file_actions_t files;
    posix_spawnattr_t settings;
    posix_spawn_file_actions_init(&files);
    posix_spawnattr_init(&settings);
    posix_spawn_file_actions_adddup2(&files, in_.theirs.number(), 0);
    posix_spawn_file_actions_adddup2(&files, out_.theirs.number(), 1);
    posix_spawn_file_actions_adddup2(&files, errors_.theirs.number(), 2);
    sigset_t usual;
    sigemptyset(&usual);
    sigaddset(&usual, SIGPIPE);
    posix_spawnattr_setsigdefault(&settings, &usual);
    // A process group of its own: Ctrl-C in the terminal is for the program, which may be writing its report.
    posix_spawnattr_setflags(&settings, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
    std::string words[] = {"gnuplot", "-d", "-"};
    char* arguments[] = {words[0].data(), words[1].data(), words[2].data(), nullptr};
    const int failed = ::posix_spawnp(&process_, "gnuplot", &files, &settings, arguments, environ);
    posix_spawn_file_actions_destroy(&files);
    posix_spawnattr_destroy(&settings);
    if (failed == 0) return;
    process_ = 0;
    if (failed != ENOENT && failed != EACCES && failed != ENOTDIR) refuse("a process", failed);
    throw Error(
        Code::unsupported, "pictures are drawn by the program gnuplot, which is not on this machine", {},
        "apt-get install gnuplot-nox (Debian, Ubuntu), dnf install gnuplot-minimal (Fedora), brew install gnuplot "
        "(macOS)");
  }

  void feed(std::string_view& commands) {
#ifdef MSG_NOSIGNAL
    constexpr int flags = MSG_NOSIGNAL;
#else
    constexpr int flags = 0;
#endif
    const ssize_t sent = ::send(in_.ours.number(), commands.data(), commands.size(), flags);
    if (sent > 0) commands.remove_prefix(size_t(sent));
    const bool again = sent < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR);
    if (commands.empty() || (sent < 0 && !again)) in_.ours.close();  // gone: its complaint says why
  }

  static void take(Descriptor& from, std::string& into) {
    char block[65536];
    const ssize_t count = ::read(from.number(), block, sizeof block);
    if (count > 0) into.append(block, size_t(count));
    else if (count == 0 || (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR)) from.close();
  }

  Ends in_, out_, errors_;
  pid_t process_ = 0;
};

// gnuplot's complaint without the line of the script and the arrow under it.
std::string last_words(const std::string& complaints) {
  std::string found;
  for (const std::string& line : split(complaints, '\n')) {
    const std::string text(trim(line));
    if (text.empty() || text == "^" || text.starts_with("gnuplot>") || text.starts_with("multiplot>") ||
        text.find("warning:") != std::string::npos)
      continue;
    if (found.empty()) found = text;
  }
  return found.empty() ? "it gave no reason" : found;
}

}  // namespace

std::string run_gnuplot(std::string_view commands) {
  Child child;
  if (!child.talk(commands))
    throw Error(Code::interrupted, fmt::format("gnuplot took longer than {} s and was ended", patience));
  const int status = child.wait();
  if (WIFSIGNALED(status))
    throw Error(Code::interrupted, fmt::format("gnuplot was ended by signal {}", WTERMSIG(status)));
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0 || child.picture.empty())
    throw Error(Code::bad_data, "gnuplot refused to draw: " + last_words(child.complaints),
                "the pictures of cajal/plot", "gnuplot 5.4 or newer, with the terminals svg and pngcairo");
  return std::move(child.picture);
}

}  // namespace cajal::plot::internal
