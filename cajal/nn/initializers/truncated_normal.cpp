#include "cajal/nn/initializers.h"
#include "cajal/nn/internal/drawing.h"
#include "cajal/nn/part_table.h"

namespace cajal {

Tensor TruncatedNormal::draw(const Shape& shape, DType type, uint64_t seed) const {
  random::Stream stream = internal::stream_of(options.seed, seed);
  return internal::filled(shape, type,
                          [&] { return internal::truncated_normal(stream, options.mean, options.stddev); });
}

CAJAL_PART(Initializer, initializer, truncated_normal, TruncatedNormal, "truncated_normal")

}  // namespace cajal
