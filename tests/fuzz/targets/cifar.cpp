// CIFAR-10's batches: every byte of what is read is one of the file's.
#include "cajal/data/cifar.h"

#include "tests/fuzz/fuzz.h"

namespace cajal::fuzz {

CAJAL_FUZZ_TARGET(cifar) {
  const LabelledImages all = parse_cifar10(bytes, "fuzz.bin");
  require(size_t(all.images.size() + all.labels.size()) == bytes.size(), "a batch has every byte of its file");
  for (int64_t i = 0; i < all.labels.size(); ++i) require(all.labels.flat(i) < 10, "labels lie below 10");
}

}  // namespace cajal::fuzz
