// gzip data, which is unpacked to 64 MB at most.
#include "cajal/base/files.h"
#include "tests/fuzz/fuzz.h"

namespace cajal::fuzz {

CAJAL_FUZZ_TARGET(gzip) {
  constexpr size_t most = size_t(1) << 26;
  require(gunzip(bytes, "fuzz.gz", most).size() <= most, "no more is unpacked than was allowed");
}

}  // namespace cajal::fuzz
