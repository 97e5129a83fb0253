#include "cajal/nn/constraint.h"

#include "cajal/nn/part_table.h"

namespace cajal {

#define CAJAL_LISTED(stem) const PartType<Constraint>& stem##_constraint();
#include "cajal/listing/constraints.inc"
#undef CAJAL_LISTED

namespace {
const PartTypes<Constraint>& constraint_types() {
  static const PartTypes<Constraint> entries = {
#define CAJAL_LISTED(stem) &stem##_constraint(),
#include "cajal/listing/constraints.inc"
#undef CAJAL_LISTED
  };
  return entries;
}
}  // namespace

std::shared_ptr<Constraint> Constraint::named(const std::string& name) {
  return make_part(constraint_types(), "constraint", name);
}

std::shared_ptr<Constraint> Constraint::from_config(const Config& config) {
  return part_from_config(constraint_types(), "constraint", config);
}

}  // namespace cajal
