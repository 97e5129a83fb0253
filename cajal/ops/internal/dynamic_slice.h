// What the two dynamic slices share: the offset that is known only at run time.
#pragma once

#include "cajal/ops/internal/walk.h"

namespace cajal {

inline void check_offset(const Spec& start) {
  if (!is_integer(start.dtype) || !(start.shape.size() == 1))
    fail("the start must be one integer and is " + start.text());
}

/// The offset; reports one at which `part` elements do not fit, and gives -1.
inline int64_t read_offset(const Call& call, const Operand& start, int64_t part, int64_t whole) {
  int64_t offset = 0;
  for_type(start.dtype, [&](auto zero) { offset = int64_t(start.as<decltype(zero)>()[0]); });
  if (offset >= 0 && offset + part <= whole) return offset;
  call.run->status.bad_index(call.node, offset, whole - part + 1);
  return -1;
}

Var record_dynamic_slice(const Var& x, const Var& start, int axis, const Dim& size);

}  // namespace cajal
