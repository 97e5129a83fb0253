// idx files: what is read is written again as it was.
#include "cajal/data/idx.h"

#include <algorithm>

#include "tests/fuzz/fuzz.h"

namespace cajal::fuzz {

CAJAL_FUZZ_TARGET(idx) {
  const Tensor tensor = parse_idx(bytes, "fuzz.idx");
  require(std::ranges::equal(idx_bytes(tensor), bytes), "an idx file is written as it was read");
}

}  // namespace cajal::fuzz
