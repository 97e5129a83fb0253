#include "apps/cli/waiting.h"

#include <unistd.h>

#include <cstdlib>

namespace cajal::cli {

void wait_briefly(char** words) {
#if defined(__linux__) && defined(__GLIBC__)
  if (std::getenv("OMP_WAIT_POLICY") || std::getenv("GOMP_SPINCOUNT")) return;
  // As many turns as it takes by itself where there are more threads than cores.
  setenv("GOMP_SPINCOUNT", "1000", 1);
  execv("/proc/self/exe", words);
#else
  (void)words;
#endif
}

}  // namespace cajal::cli
