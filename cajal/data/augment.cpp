#include "cajal/data/augment.h"

#include "cajal/base/error.h"

namespace cajal {

Dataset augment(const Dataset& data, std::vector<Augmentation> changes, uint64_t seed) {
  for (const Augmentation& change : changes)
    if (!change) fail("augment was given a change without a function");
  if (changes.empty()) return data;
  auto change_all = [changes = std::move(changes)](Batch sample, random::Stream& stream) {
    if (sample.x.empty()) fail("augment was given a sample without an input");
    for (const Augmentation& change : changes) sample.x[0] = change(std::move(sample.x[0]), stream);
    return sample;
  };
  return data.map(change_all, seed);
}

}  // namespace cajal
