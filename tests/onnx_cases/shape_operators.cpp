// What moves elements.
#include <algorithm>
#include <numeric>

#include "cajal/ops/creation.h"
#include "cajal/ops/elementwise.h"
#include "cajal/ops/indexing.h"
#include "cajal/ops/linear_algebra.h"
#include "cajal/ops/shape.h"
#include "operators.h"

namespace cajal::onnx_cases {
namespace {

using Ints = std::vector<int64_t>;

// 0 stands for the size that the input has there, unless the node says otherwise.
Vars reshaping(const NodeCall& call) {
  Ints target = call.integers_of(1);
  for (size_t i = 0; i < target.size(); ++i)
    if (target[i] == 0 && !call.integer("allowzero", 0)) target[i] = call.x().dim(int(i));
  return {reshape(call.x(), Shape::of(target))};
}

Vars flattening(const NodeCall& call) {
  const int64_t axis = call.integer("axis", 1), rank = call.x().rank(), from = axis < 0 ? axis + rank : axis;
  const Dim rows = call.x().shape().slice(0, int(from)).size();
  return {reshape(call.x(), {rows, call.x().shape().slice(int(from), int(rank)).size()})};
}

Vars without_axes(const NodeCall& call) { return {squeeze(call.x(), as_axes(call.axes(1)))}; }

Vars with_axes(const NodeCall& call) {
  std::vector<int> axes = as_axes(call.axes(1));
  const int rank = call.x().rank() + int(axes.size());
  for (int& axis : axes) axis = normal_axis(axis, rank);
  std::sort(axes.begin(), axes.end());
  Var out = call.x();
  for (int axis : axes) out = expand_dims(out, axis);
  return {out};
}

Vars slicing(const NodeCall& call) {
  const Ints starts = call.integers_of(1), stops = call.integers_of(2);
  const size_t rank = size_t(call.x().rank());
  Ints from(rank, from_first), to(rank, to_end), steps(rank, 1);
  for (size_t i = 0; i < starts.size(); ++i) {
    const size_t axis = size_t(normal_axis(call.has(3) ? int(call.value(3).flat(int64_t(i))) : int(i), int(rank)));
    from[axis] = starts[i], to[axis] = stops[i];
    if (call.has(4)) steps[axis] = int64_t(call.value(4).flat(int64_t(i)));
  }
  return {slice(call.x(), from, to, steps)};
}

Vars splitting(const NodeCall& call) {
  const int axis = normal_axis(int(call.integer("axis", 0)), call.x().rank());
  Ints sizes = call.has(1) ? call.integers_of(1) : call.integers("split");
  const int64_t size = call.x().dim(axis), count = int64_t(call.outputs()), each = (size + count - 1) / count;
  for (int64_t i = 0; sizes.size() < size_t(count); ++i) sizes.push_back(std::min(each, size - i * each));
  Ints places(sizes.size());
  std::partial_sum(sizes.begin(), sizes.end(), places.begin());
  places.pop_back();
  return split(call.x(), places, axis);
}

Vars padding(const NodeCall& call) {
  const Ints pads = call.integers_of(1);
  const int rank = call.x().rank();
  Ints low(size_t(rank), 0), high = low, axes = call.has(3) ? call.integers_of(3) : Ints();
  for (int axis = 0; !call.has(3) && axis < rank; ++axis) axes.push_back(axis);
  for (size_t i = 0; i < axes.size(); ++i) {
    const size_t axis = size_t(normal_axis(int(axes[i]), rank));
    low[axis] = pads[i], high[axis] = pads[i + axes.size()];
  }
  const double value = call.has(2) ? call.value(2).flat(0) : 0;
  return {pad(call.x(), low, high, call.text("mode", "constant"), value)};
}

// [depth, on, off values]
Vars one_hot_rows(const NodeCall& call) {
  const int64_t depth = int64_t(call.value(1).flat(0));
  const Var index = cast(call.x(0), DType::int64), zero = constant_like(0, index);
  const Var hot = one_hot(where(less(index, zero), index + int(depth), index), depth, int(call.integer("axis", -1)));
  const Var off = slice_axis(call.x(2), 0, 0, 1), on = slice_axis(call.x(2), 0, 1, 2);
  return {where(cast(hot, DType::boolean), on, off)};
}

Vars triangle(const NodeCall& call) {
  const int k = call.has(1) ? int(call.value(1).flat(0)) : 0;
  return {call.integer("upper", 1) ? triu(call.x(), k) : tril(call.x(), k)};
}

// [n, c, h, w] -> [n, c / (b b), h b, w b]
Vars depth_to_space(const NodeCall& call) {
  const int64_t b = call.integer("blocksize", 1), c = int64_t(call.x().dim(1)) / (b * b);
  const Dim n = call.x().dim(0), h = call.x().dim(2), w = call.x().dim(3);
  const bool by_column = call.text("mode", "DCR") == "DCR";
  const Var parts = by_column ? transpose(reshape(call.x(), {n, b, b, c, h, w}), {0, 3, 4, 1, 5, 2})
                              : transpose(reshape(call.x(), {n, c, b, b, h, w}), {0, 1, 4, 2, 5, 3});
  return {reshape(parts, {n, c, h * Dim(b), w * Dim(b)})};
}

// Both shapes broadcast, as NumPy does.
Vars expanding(const NodeCall& call) {
  return {broadcast_to(call.x(), broadcast(call.x().shape(), Shape::of(call.integers_of(1))))};
}

}  // namespace

void add_shape_operators(Operators& to) {
  to["Reshape"] = reshaping, to["Flatten"] = flattening, to["Squeeze"] = without_axes, to["Unsqueeze"] = with_axes;
  to["Transpose"] = [](const NodeCall& call) -> Vars { return {transpose(call.x(), as_axes(call.integers("perm")))}; };
  to["Concat"] = [](const NodeCall& call) -> Vars { return {concatenate(call.all(), int(call.integer("axis", 0)))}; };
  to["Slice"] = slicing, to["Split"] = splitting, to["Pad"] = padding, to["Expand"] = expanding;
  to["Tile"] = [](const NodeCall& call) -> Vars { return {tile(call.x(), call.integers_of(1))}; };
  to["Gather"] = [](const NodeCall& call) -> Vars { return {take(call.x(), call.x(1), int(call.integer("axis", 0)))}; };
  to["GatherElements"] = [](const NodeCall& call) -> Vars {
    return {take_along_axis(call.x(), call.x(1), int(call.integer("axis", 0)))};
  };
  to["OneHot"] = one_hot_rows, to["Trilu"] = triangle, to["DepthToSpace"] = depth_to_space;
}

}  // namespace cajal::onnx_cases
