#include "cajal/nn/initializers.h"
#include "cajal/nn/part_table.h"

namespace cajal {

Tensor Constant::draw(const Shape& shape, DType type, uint64_t) const {
  return Tensor::full(shape, options.value, type);
}

CAJAL_PART(Initializer, initializer, constant, Constant, "constant")

}  // namespace cajal
