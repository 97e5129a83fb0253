#include <cstdio>
#include <cstdlib>

#include "tests/fuzz/fuzz.h"

namespace cajal::fuzz {

void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "fuzz: this does not hold: %s\n", what);
  std::abort();
}

}  // namespace cajal::fuzz
