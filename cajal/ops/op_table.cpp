// The table is written from the folder's listing: one file, one op of the same name.
#include <vector>

#include "cajal/ops/table.h"

namespace cajal {

#define CAJAL_LISTED(stem) const Op& stem##_op();
#include "cajal/listing/ops.inc"
#undef CAJAL_LISTED

std::span<const Op* const> all_ops() {
  static const std::vector<const Op*> table = {
#define CAJAL_LISTED(stem) &stem##_op(),
#include "cajal/listing/ops.inc"
#undef CAJAL_LISTED
  };
  return table;
}

const Op* find_op(std::string_view name) {
  for (const Op* op : all_ops())
    if (op->name == name) return op;
  return nullptr;
}

}  // namespace cajal
