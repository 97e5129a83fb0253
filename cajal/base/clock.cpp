#include "cajal/base/clock.h"

#include <cstdlib>
#include <fstream>
#include <string>

#ifdef __linux__
#include <time.h>
#include <unistd.h>
#endif

namespace cajal {
namespace {

const Stopwatch since_loaded;

}  // namespace

// The 22nd field of the process's line is when it started, in ticks since the machine did. Its second field is a name
// in parentheses that may hold anything: what counts begins behind the last of them.
double process_seconds() {
#ifdef __linux__
  std::ifstream file("/proc/self/stat");
  std::string line;
  std::getline(file, line);
  const size_t name_end = line.rfind(')');
  timespec now{};
  if (name_end != std::string::npos && clock_gettime(CLOCK_BOOTTIME, &now) == 0) {
    size_t at = name_end + 1;
    for (int field = 3; field < 22 && at != std::string::npos; ++field) at = line.find(' ', at + 1);
    if (at != std::string::npos) {
      const double started = std::strtod(line.c_str() + at, nullptr) / double(sysconf(_SC_CLK_TCK));
      const double passed = double(now.tv_sec) + double(now.tv_nsec) * 1e-9 - started;
      if (started > 0 && passed >= 0) return passed;
    }
  }
#endif
  return since_loaded.seconds();
}

}  // namespace cajal
