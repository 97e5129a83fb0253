// The table is written from the folder's listing: one file, one op of the same name.
#include <algorithm>
#include <cstdint>
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

// An op's own samples tell how many inputs it takes.
const Op* find_op(std::string_view name, size_t inputs) {
  const Op* op = find_op(name);
  if (!op || op->structural || !op->read_attributes || !op->samples) return nullptr;
  size_t least = SIZE_MAX, most = 0;
  for (const Sample& sample : op->samples()) {
    least = std::min(least, sample.inputs.size());
    most = std::max(most, sample.inputs.size());
  }
  return inputs >= least && (inputs <= most || least != most) ? op : nullptr;
}

}  // namespace cajal
