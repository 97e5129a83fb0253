#include <algorithm>

#include "cajal/nn/initializers.h"
#include "cajal/nn/part_table.h"

namespace cajal {

Tensor IdentityInitializer::draw(const Shape& shape, DType type, uint64_t) const {
  if (shape.rank() != 2) fail("Identity fills matrices only and was given the shape " + shape.text(), "\"orthogonal\"");
  Tensor out(shape, type);
  for (int64_t i = 0; i < std::min(out.dim(0), out.dim(1)); ++i) out.set({i, i}, options.gain);
  return out;
}

// Written out since files know it by another name than C++, where Identity is a layer.
const PartType<Initializer>& identity_initializer() {
  static const PartType<Initializer> entry{
      "Identity", {"identity", "IdentityInitializer"}, [](const Config& config) -> std::shared_ptr<Initializer> {
        return std::make_shared<IdentityInitializer>(options_from<IdentityInitializer::Options>(config, "Identity"));
      }};
  return entry;
}

}  // namespace cajal
