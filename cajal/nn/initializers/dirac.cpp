#include <algorithm>

#include "cajal/nn/initializers.h"
#include "cajal/nn/part_table.h"

namespace cajal {

Tensor Dirac::draw(const Shape& shape, DType type, uint64_t seed) const {
  if (shape.rank() < 3)
    fail("Dirac fills the kernels of convolutions, [places..., channels, filters], and was given the shape " +
             shape.text(),
         "\"identity\" for a matrix");
  Tensor out = options.rest->draw(shape, DType::float64, seed);
  const int64_t channels = shape[-2].value(), filters = shape[-1].value(), places = out.size() / (channels * filters);
  int64_t middle = 0;
  for (int axis = 0; axis < shape.rank() - 2; ++axis)
    middle = middle * shape[axis].value() + (shape[axis].value() - 1) / 2;
  double* values = out.data<double>();
  for (int64_t filter = 0; filter < std::min(channels, filters); ++filter) {
    for (int64_t row = 0; row < places * channels; ++row) values[row * filters + filter] = 0;
    values[(middle * channels + filter) * filters + filter] = 1;
  }
  return out.cast(type);
}

CAJAL_PART(Initializer, initializer, dirac, Dirac, "dirac")

}  // namespace cajal
