#include "cajal/nn/initializers.h"
#include "cajal/nn/internal/drawing.h"
#include "cajal/nn/part_table.h"

namespace cajal {

Tensor RandomNormal::draw(const Shape& shape, DType type, uint64_t seed) const {
  random::Stream stream = internal::stream_of(options.seed, seed);
  return internal::filled(shape, type, [&] { return stream.normal(options.mean, options.stddev); });
}

CAJAL_PART(Initializer, initializer, random_normal, RandomNormal, "random_normal", "normal")

}  // namespace cajal
