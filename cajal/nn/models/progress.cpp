// What a person sees while a model trains.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <iostream>

#include "cajal/base/text.h"
#include "cajal/nn/internal/model_state.h"

namespace cajal {
namespace {

constexpr int bar_width = 20;
constexpr double redraw_seconds = 0.1;

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
  const std::string padding(width_ > line.size() ? width_ - line.size() : 0, ' ');
  width_ = last ? 0 : line.size();
  stream_ << (terminal_ ? "\r" : "") << line << padding << (last ? "\n" : "") << std::flush;
}

void Progress::end_epoch(const Logs& logs) {
  if (verbose_ == 0) return;
  draw(steps_, logs, true);
}

}  // namespace cajal
