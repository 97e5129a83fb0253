// What a person sees while a model trains.
#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <iostream>

#include "cajal/base/text.h"
#include "cajal/base/utf8.h"
#include "cajal/nn/internal/model_state.h"

namespace cajal {
namespace {

constexpr int bar_width = 20, most_lines = 25;
constexpr size_t curve_width = 16;
constexpr double redraw_seconds = 0.1, longest_silence = 5;

double now() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

std::string number(double value) {
  const double size = std::abs(value);
  return size != 0 && (size < 1e-3 || size >= 1e5) ? fmt::format("{:.3e}", value) : fmt::format("{:.4f}", value);
}

std::string logs_text(const Logs& logs) {
  std::string out;
  for (const auto& log : logs) out += fmt::format("  {} {}", log.first, number(log.second));
  return out;
}

// The last values as a little curve: the largest at the top.
std::string curve(const std::vector<double>& values) {
  static constexpr const char* heights[] = {"\u2581", "\u2582", "\u2583", "\u2584",
                                            "\u2585", "\u2586", "\u2587", "\u2588"};
  double low = HUGE_VAL, high = -HUGE_VAL;
  for (double value : values)
    if (std::isfinite(value)) low = std::min(low, value), high = std::max(high, value);
  std::string out;
  for (double value : values) {
    const double share = high > low ? (value - low) / (high - low) : 0;
    out += std::isfinite(value) ? heights[std::clamp(int(share * 7 + 0.5), 0, 7)] : "?";
  }
  return out;
}

// About so many points, evenly over all: a long training fits into the same room.
std::vector<double> thinned(const std::vector<double>& values, size_t most) {
  if (values.size() <= most) return values;
  std::vector<double> out;
  for (size_t i = 0; i < most; ++i) out.push_back(values[(values.size() - 1) * i / (most - 1)]);
  return out;
}

int terminal_width() {
  struct winsize size = {};
  return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

std::string bar(double share) {
  const int done = std::clamp(int(share * bar_width + 0.5), 0, bar_width);
  std::string out;
  for (int i = 0; i < bar_width; ++i) out += i < done ? "\u2501" : "\u2500";
  return out;
}

}  // namespace

Progress::Progress(int verbose, std::ostream* stream, int epochs)
    : verbose_(verbose),
      stream_(stream ? *stream : std::cout),
      terminal_(!stream && isatty(STDOUT_FILENO)),
      epochs_(epochs) {}

void Progress::begin_epoch(int epoch, int64_t steps) {
  epoch_ = epoch;
  steps_ = steps;
  samples_ = 0;
  started_ = drawn_ = now();
}

void Progress::step(int64_t done, int64_t samples, FunctionRef<Logs()> logs) {
  samples_ = samples;
  if (verbose_ != 1 || !terminal_) return;
  const double time = now();
  if (time - drawn_ < redraw_seconds) return;
  drawn_ = time;
  draw(done, logs(), false);
}

void Progress::draw(int64_t done, const Logs& logs, bool last) {
  const double seconds = std::max(now() - started_, 1e-9);
  std::string line = epochs_ > 0 ? fmt::format("epoch {}/{}  ", epoch_ + 1, epochs_) : "";
  if (steps_ > 0) line += fmt::format("{}  {}/{}", bar(double(done) / double(steps_)), done, steps_);
  else line += fmt::format("{} steps", done);
  line += fmt::format("  {}/s", human_count(int64_t(double(samples_) / seconds)));
  if (last) line += "  " + human_duration(seconds);
  else if (steps_ > 0)
    line += "  " + human_duration(seconds / double(std::max<int64_t>(done, 1)) * double(steps_ - done)) + " left";
  line += logs_text(logs);
  if (terminal_ && logs.has("loss")) losses_.push_back(logs["loss"]);
  const std::string drawn = losses_.size() > 2 ? "  " + curve(thinned(losses_, curve_width)) : "";
  if (terminal_ && character_count(line) + character_count(drawn) < size_t(terminal_width())) line += drawn;
  const bool stays = last && kept();
  if (stays) kept_at_ = now();
  const std::string padding(width_ > character_count(line) ? width_ - character_count(line) : 0, ' ');
  width_ = stays ? 0 : character_count(line);
  if (last && !stays && !terminal_) return;
  stream_ << (terminal_ ? "\r" : "") << line << padding << (stays ? "\n" : "") << std::flush;
}

// Of a hundred quick epochs every fourth line is enough, of slow ones none is left out; verbose = 2 shows all.
bool Progress::kept() const {
  const int every = verbose_ == 2 || epochs_ <= most_lines ? 1 : (epochs_ + most_lines - 1) / most_lines;
  return epoch_ == 0 || epoch_ + 1 >= epochs_ || (epoch_ + 1) % every == 0 || now() - kept_at_ >= longest_silence;
}

Progress::~Progress() {
  if (width_ == 0) return;
  if (terminal_) stream_ << "\n" << std::flush;
}

void Progress::end_epoch(const Logs& logs) {
  if (verbose_ == 0) return;
  draw(steps_, logs, true);
}

}  // namespace cajal
