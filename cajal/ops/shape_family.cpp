// Ops of shape.h that are made of others.
#include <numeric>

#include "cajal/ops/internal/reshape.h"
#include "cajal/ops/shape.h"

namespace cajal {
namespace {

// Adds the input's axis to the target.
void keep_axis(ReshapeAttributes& attributes, int axis) {
  attributes.target.push_back(0);
  attributes.same_as.push_back(axis);
}

void new_axis(ReshapeAttributes& attributes, int64_t size) {
  attributes.target.push_back(size);
  attributes.same_as.push_back(-1);
}

// A dimension of x, or -1 where it is x's own whatever its size.
Dim own(const Var& x, int axis) { return x.dim(axis).is_symbolic() ? Dim(-1) : x.dim(axis); }

}  // namespace

Var flatten_from(const Var& x, int axis) {
  if (x.rank() == 0) return reshape(x, {1});
  ReshapeAttributes attributes;
  const int from = normal_axis(axis, x.rank());
  for (int i = 0; i < from; ++i) keep_axis(attributes, i);
  if (from == x.rank() - 1) keep_axis(attributes, from);
  else new_axis(attributes, -1);
  return record_reshape(x, attributes);
}

Var expand_dims(const Var& x, int axis) {
  ReshapeAttributes attributes;
  const int at = normal_axis(axis, x.rank() + 1);
  for (int i = 0; i <= x.rank(); ++i) {
    if (i == at) new_axis(attributes, 1);
    if (i < x.rank()) keep_axis(attributes, i);
  }
  return record_reshape(x, attributes);
}

Var squeeze(const Var& x, const std::vector<int>& axes) {
  ReshapeAttributes attributes;
  std::vector<bool> dropped(size_t(x.rank()), false);
  for (int axis : axes) {
    if (!(x.dim(axis) == 1))
      fail("axis " + std::to_string(axis) + " of the shape " + x.shape().text() + " is not of size 1");
    dropped[size_t(normal_axis(axis, x.rank()))] = true;
  }
  for (int axis = 0; axis < x.rank(); ++axis)
    if (!dropped[size_t(axis)] && !(axes.empty() && x.dim(axis) == 1)) keep_axis(attributes, axis);
  return record_reshape(x, attributes);
}

Var swapaxes(const Var& x, int axis1, int axis2) {
  std::vector<int> order(size_t(x.rank()));
  std::iota(order.begin(), order.end(), 0);
  std::swap(order[size_t(normal_axis(axis1, x.rank()))], order[size_t(normal_axis(axis2, x.rank()))]);
  return transpose(x, order);
}

Var moveaxis(const Var& x, int source, int destination) {
  std::vector<int> order(size_t(x.rank()));
  std::iota(order.begin(), order.end(), 0);
  const int from = normal_axis(source, x.rank()), to = normal_axis(destination, x.rank());
  order.erase(order.begin() + from);
  order.insert(order.begin() + to, from);
  return transpose(x, order);
}

Var slice_axis(const Var& x, int axis, int64_t start, int64_t stop) {
  const size_t at = size_t(normal_axis(axis, x.rank()));
  std::vector<int64_t> starts(at + 1, 0), stops(at + 1, to_end);
  starts[at] = start;
  stops[at] = stop;
  return slice(x, starts, stops);
}

Var stack(const Vars& inputs, int axis) {
  Vars rows;
  for (const Var& input : inputs) {
    if (!(input.shape() == inputs[0].shape()))
      fail("stack: the shapes " + inputs[0].shape().text() + " and " + input.shape().text() + " differ");
    rows.push_back(expand_dims(input, axis));
  }
  if (rows.empty()) fail("stack: an empty list of tensors");
  return concatenate(rows, normal_axis(axis, rows[0].rank()));
}

Vars unstack(const Var& x, int axis) {
  const int64_t count = x.dim(axis).value();
  if (count == 0) return {};
  Vars out = split(x, int(count), axis);
  for (Var& part : out) part = squeeze(part, {axis});
  return out;
}

// [a, b] -> [1, a, 1, b] -> [r, a, s, b] -> [r a, s b]
Var tile(const Var& x, const std::vector<int64_t>& repeats) {
  Var wide = x;
  while (wide.rank() < int(repeats.size())) wide = expand_dims(wide, 0);
  Shape spread, repeated, merged;
  for (int axis = 0; axis < wide.rank(); ++axis) {
    const int given = axis - (wide.rank() - int(repeats.size()));
    const int64_t count = given < 0 ? 1 : repeats[size_t(given)];
    if (count < 0) fail("tile: a negative number of repeats along axis " + std::to_string(axis));
    spread.push_back(1), spread.push_back(wide.dim(axis));
    repeated.push_back(count), repeated.push_back(own(wide, axis));
    merged.push_back(wide.dim(axis) * Dim(count));
  }
  return reshape(broadcast_to(reshape(wide, spread), repeated), merged);
}

Var repeat(const Var& x, int64_t repeats, int axis) {
  if (repeats < 0) fail("repeat: a negative number of repeats");
  const int at = normal_axis(axis, x.rank());
  Shape repeated, merged = x.shape();
  for (int i = 0; i < x.rank(); ++i) {
    repeated.push_back(own(x, i));
    if (i == at) repeated.push_back(repeats);
  }
  merged[at] = merged[at] * Dim(repeats);
  return reshape(broadcast_to(expand_dims(x, at + 1), repeated), merged);
}

Var flip(const Var& x, const std::vector<int>& axes) {
  std::vector<int64_t> steps(size_t(x.rank()), axes.empty() ? -1 : 1);
  for (int axis : axes) steps[size_t(normal_axis(axis, x.rank()))] = -1;
  return slice(x, std::vector<int64_t>(steps.size(), from_first), std::vector<int64_t>(steps.size(), to_end), steps);
}

Var roll(const Var& x, int64_t shift, int axis) {
  const int64_t size = x.dim(axis).value();
  if (size == 0) return x;
  const int64_t cut = ((-shift % size) + size) % size;
  if (cut == 0) return x;
  return concatenate({slice_axis(x, axis, cut), slice_axis(x, axis, 0, cut)}, axis);
}

}  // namespace cajal
