// random_flip: every second picture in a mirror.
#include "cajal/data/augment.h"
#include "cajal/data/internal/mirror.h"

namespace cajal {

using namespace internal;

Augmentation random_flip(const std::string& mode) {
  const Mirror ways = Mirror::named(mode);
  return [=](Tensor picture, random::Stream& stream) {
    Mirror mirror;
    mirror.sideways = ways.sideways && stream.below(2) == 1;
    mirror.upside_down = ways.upside_down && stream.below(2) == 1;
    return mirrored(std::move(picture), mirror);
  };
}

}  // namespace cajal
