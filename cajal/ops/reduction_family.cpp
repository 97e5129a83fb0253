// What reductions share, and those that are a line of other ops.
#include <algorithm>
#include <numeric>

#include "cajal/ops/internal/reduction.h"
#include "cajal/ops/internal/reshape.h"

namespace cajal {

Shape reduced_shape(const Shape& from, const ReductionAttributes& attributes) {
  const std::vector<int> axes = normal_axes(attributes.axes, from.rank());
  Shape out;
  for (int axis = 0; axis < from.rank(); ++axis) {
    const bool goes = std::binary_search(axes.begin(), axes.end(), axis);
    if (!goes) out.push_back(from[axis]);
    else if (attributes.keepdims) out.push_back(1);
  }
  return out;
}

void expect_elements(const Shape& from, const ReductionAttributes& attributes) {
  for (int axis : normal_axes(attributes.axes, from.rank()))
    if (from[axis] == 0) fail("axis " + std::to_string(axis) + " of " + from.text() + " has no elements");
}

DType sum_type(DType type) { return is_float(type) || type == DType::int64 ? type : DType::int32; }

Var with_axes(const Var& reduced, const ReductionAttributes& attributes, int rank) {
  if (attributes.keepdims || reduced.rank() == rank) return reduced;
  const auto goes = attributes.reduced(rank);
  ReshapeAttributes reshape;
  int own = 0;
  for (int axis = 0; axis < rank; ++axis) {
    reshape.target.push_back(goes[size_t(axis)] ? 1 : 0);
    reshape.same_as.push_back(goes[size_t(axis)] ? -1 : own++);
  }
  return record_reshape(reduced, std::move(reshape));
}

Var spread(const Var& reduced, const ReductionAttributes& attributes, const Var& like) {
  return broadcast_like(with_axes(reduced, attributes, like.rank()), like);
}

std::vector<Sample> reduction_samples(double low, double high) {
  const std::vector<std::pair<Shape, ReductionAttributes>> cases = {
      {{2, 3}, {{}, false}},          {{2, 3}, {{1}, false}},        {{2, 3}, {{0}, true}},
      {{5, 1, 37}, {{2}, true}},      {{4, 3, 2}, {{1}, false}},     {{3, 2, 4, 2}, {{0, 2}, false}},
      {{2, 5, 3}, {{0, 1, 2}, true}}, {{2, 5, 3}, {{-1, 0}, false}}, {{}, {{}, false}},
      {{130}, {{0}, false}},          {{0, 3}, {{1}, false}}};
  std::vector<Sample> out;
  for (const auto& [shape, attributes] : cases) out.push_back({Attributes(attributes), {{shape}}, low, high});
  return out;
}

std::vector<Sample> integer_reduction_samples() {
  std::vector<Sample> out;
  for (DType type : {DType::int32, DType::int64})
    out.push_back({Attributes(ReductionAttributes{{1}, false}), {{{3, 5}, type}}, -9, 9, {}, false});
  return out;
}

std::vector<Sample> empty_reduction_samples() {
  return {{Attributes(ReductionAttributes{{1}, false}), {{{2, 0}}}, 0, 0, {}, false},
          {Attributes(ReductionAttributes{{}, true}), {{{2, 0}}}, 0, 0, {}, false}};
}

// ------------------------------------------------------------------------------------------------ compositions

Var var(const Var& x, const std::vector<int>& axes, bool keepdims) {
  const Var value = as_float(x);
  return mean(square(value - mean(value, axes, true)), axes, keepdims);
}

Var std(const Var& x, const std::vector<int>& axes, bool keepdims) { return sqrt(var(x, axes, keepdims)); }

Var norm(const Var& x, const std::vector<int>& axes, bool keepdims) {
  return sqrt(sum(square(as_float(x)), axes, keepdims));
}

Var sum_to(const Var& x, const Shape& shape) {
  if (x.shape() == shape) return x;
  if (broadcasts_to(x.shape(), shape)) return broadcast_to(x, shape);
  if (!broadcasts_to(shape, x.shape())) fail(x.shape().text() + " cannot be summed to " + shape.text());
  const int leading = x.rank() - shape.rank();
  std::vector<int> axes(static_cast<size_t>(leading));
  std::iota(axes.begin(), axes.end(), 0);
  bool stretched = false;
  for (int axis = leading; axis < x.rank(); ++axis) {
    if (x.dim(axis) == shape[axis - leading]) continue;
    axes.push_back(axis);
    stretched = true;
  }
  if (!stretched) return sum(x, axes);
  const Var summed = sum(x, axes, true);
  if (leading == 0) return summed;
  axes.resize(size_t(leading));
  return squeeze(summed, axes);
}

}  // namespace cajal
