#include "cajal/nn/initializer.h"

#include "cajal/base/random.h"
#include "cajal/nn/layer.h"
#include "cajal/nn/part_table.h"

namespace cajal {

#define CAJAL_LISTED(stem) const PartType<Initializer>& stem##_initializer();
#include "cajal/listing/initializers.inc"
#undef CAJAL_LISTED

namespace {
const PartTypes<Initializer>& initializer_types() {
  static const PartTypes<Initializer> entries = {
#define CAJAL_LISTED(stem) &stem##_initializer(),
#include "cajal/listing/initializers.inc"
#undef CAJAL_LISTED
  };
  return entries;
}
}  // namespace

Tensor Initializer::operator()(const Shape& shape) const { return draw(shape, floatx(), random::next_seed()); }

std::shared_ptr<Initializer> Initializer::named(const std::string& name) {
  return make_part(initializer_types(), "initializer", name);
}

std::shared_ptr<Initializer> Initializer::from_config(const Config& config) {
  return part_from_config(initializer_types(), "initializer", config);
}

}  // namespace cajal
