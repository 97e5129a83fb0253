// What `pad` and its gradient share.
#pragma once

#include "cajal/ops/internal/walk.h"
#include "cajal/ops/shape_attributes.h"

namespace cajal {

Shape padded_shape(const PadAttributes& attributes, const Shape& from);

/// dy summed at the elements of `like` that the padding repeated.
Var record_pad_gradient(const Var& dy, const Var& like, const PadAttributes& attributes);

std::vector<Sample> pad_samples();

/// Calls `f(i, source)` for each element of the padded operand in order: where it comes from, or -1 for the value.
template <class F>
void for_padded(const PadAttributes& attributes, const Operand& whole, const Operand& padded, F&& f) {
  const Strides strides = strides_of(whole);
  Strides index{};
  for (int64_t i = 0; i < padded.size; ++i) {
    int64_t source = 0;
    for (int axis = 0; axis < padded.rank && source >= 0; ++axis) {
      const size_t a = size_t(axis);
      const int64_t place = attributes.source(index[a] - attributes.low[a], whole.dims[axis]);
      source = place < 0 ? -1 : source + place * strides[a];
    }
    f(i, source);
    for (int axis = padded.rank - 1; axis >= 0; --axis) {
      if (++index[size_t(axis)] < padded.dims[axis]) break;
      index[size_t(axis)] = 0;
    }
  }
}

}  // namespace cajal
