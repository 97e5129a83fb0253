// fixed_flip: every picture in a mirror.
#include "cajal/data/augment.h"
#include "cajal/data/internal/mirror.h"

namespace cajal {

using namespace internal;

Augmentation fixed_flip(const std::string& mode) {
  const Mirror mirror = Mirror::named(mode);
  return [=](Tensor picture, random::Stream&) { return mirrored(std::move(picture), mirror); };
}

}  // namespace cajal
