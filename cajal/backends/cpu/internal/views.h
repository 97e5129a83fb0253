// Shapes seen as a few long axes: what most kernels that know about axes go by.
#pragma once

#include <array>
#include <optional>

#include "cajal/tensor/shape.h"

namespace cajal::cpu {

/// `outer` blocks of `reduced` rows of `inner` elements, the middle axis going away.
struct ReductionView {
  int64_t outer = 1, reduced = 1, inner = 1;
};

/// The view of a reduction, where the axes that go away are neighbours once axes of size 1 are left out.
inline std::optional<ReductionView> reduction_view(const Shape& shape, const std::array<bool, 16>& goes) {
  ReductionView view;
  enum { before, inside, behind } place = before;
  for (int axis = 0; axis < shape.rank(); ++axis) {
    const int64_t size = shape[axis].value();
    if (size == 1) continue;
    if (goes[size_t(axis)]) {
      if (place == behind) return std::nullopt;
      place = inside;
      view.reduced *= size;
    } else {
      if (place == inside) place = behind;
      (place == before ? view.outer : view.inner) *= size;
    }
  }
  return view;
}

}  // namespace cajal::cpu
