// alternating_flip: what one epoch shows as it is the next one shows in a mirror.
#include "cajal/base/error.h"
#include "cajal/data/augment.h"
#include "cajal/data/internal/map.h"
#include "cajal/data/internal/mirror.h"

namespace cajal {

using namespace internal;

Dataset alternating_flip(const Dataset& data, uint64_t seed) {
  return changed(data, [seed](Batch sample, uint64_t epoch, uint64_t position) {
    if (sample.x.empty()) fail("alternating_flip was given a sample without an input");
    const bool drawn = random::mix(random::mix(seed) ^ position) & 1;
    sample.x[0] = mirrored(std::move(sample.x[0]), {.sideways = drawn == (epoch % 2 == 0)});
    return sample;
  });
}

}  // namespace cajal
