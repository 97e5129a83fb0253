// Time that only goes forward.
#pragma once

#include <chrono>

namespace cajal {

/// Seconds since some moment in the past; never goes back. Cost: tens of nanoseconds.
inline double monotonic_seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

/// Seconds since the operating system started this process: what was spent before main is in it.
///
/// Units: Linux counts in hundredths. Elsewhere: since the library was loaded. Cost: a file of /proc is read.
double process_seconds();

/// Measures the time since it was made or restarted.
class Stopwatch {
 public:
  double seconds() const { return monotonic_seconds() - start_; }
  /// Starts again from zero and gives the seconds until now.
  double restart() {
    const double now = monotonic_seconds(), passed = now - start_;
    start_ = now;
    return passed;
  }

 private:
  double start_ = monotonic_seconds();
};

}  // namespace cajal
