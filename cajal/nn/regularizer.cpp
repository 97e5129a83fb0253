#include "cajal/nn/regularizer.h"

#include "cajal/nn/part_table.h"

namespace cajal {

#define CAJAL_LISTED(stem) const PartType<Regularizer>& stem##_regularizer();
#include "cajal/listing/regularizers.inc"
#undef CAJAL_LISTED

namespace {
const PartTypes<Regularizer>& regularizer_types() {
  static const PartTypes<Regularizer> entries = {
#define CAJAL_LISTED(stem) &stem##_regularizer(),
#include "cajal/listing/regularizers.inc"
#undef CAJAL_LISTED
  };
  return entries;
}
}  // namespace

std::shared_ptr<Regularizer> Regularizer::named(const std::string& name) {
  return make_part(regularizer_types(), "regularizer", name);
}

std::shared_ptr<Regularizer> Regularizer::from_config(const Config& config) {
  return part_from_config(regularizer_types(), "regularizer", config);
}

}  // namespace cajal
