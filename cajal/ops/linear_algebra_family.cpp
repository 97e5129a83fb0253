// Ops of linear_algebra.h that are made of others.
#include <algorithm>

#include "cajal/ops/elementwise.h"
#include "cajal/ops/internal/slice.h"
#include "cajal/ops/linear_algebra.h"
#include "cajal/ops/reduction.h"
#include "cajal/ops/shape.h"

namespace cajal {
namespace {

std::vector<int> axes_from(int first, int count) {
  std::vector<int> out;
  for (int i = 0; i < count; ++i) out.push_back(first + i);
  return out;
}

// The axes of x that are not in the list, in order.
std::vector<int> other_axes(const Var& x, const std::vector<int>& axes) {
  std::vector<int> out;
  for (int axis = 0; axis < x.rank(); ++axis)
    if (std::find(axes.begin(), axes.end(), axis) == axes.end()) out.push_back(axis);
  return out;
}

std::vector<int> joined(std::vector<int> first, const std::vector<int>& second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

Dim product(const Var& x, const std::vector<int>& axes) {
  Dim out = 1;
  for (int axis : axes) out = out * x.dim(axis);
  return out;
}

// Keeps the elements where row number + k compared with column number says so.
Var where_triangle(const Var& x, int k, bool lower) {
  if (x.rank() < 2) fail("a triangle of a tensor of shape " + x.shape().text() + ", which is no matrix");
  const Var row = expand_dims(index_along(x, -2), 1) + k, column = index_along(x, -1);
  const Var keep = lower ? greater_equal(row, column) : less_equal(row, column);
  return where(keep, x, constant_like(0, x));
}

Var matrix_with_diagonal(const Var& x, int offset) {
  const int64_t rows = x.dim(0).value() + std::abs(offset);
  SliceAttributes places{{offset < 0 ? -offset * rows : offset}, {}, {rows + 1}};
  places.stops = {places.starts[0] + x.dim(0).value() * (rows + 1) - rows};
  if (x.dim(0) == 0) places.stops = places.starts;
  const Var zeros = broadcast_to(constant_like(0, x), {rows * rows});
  return reshape(record_slice_gradient(x, zeros, places), {rows, rows});
}

}  // namespace

Var dot(const Var& a, const Var& b) {
  if (a.rank() == 0 || b.rank() == 0) return multiply(a, b);
  if (a.rank() <= 2 && b.rank() <= 2) return matmul(a, b);
  return tensordot(a, b, {-1}, {b.rank() == 1 ? -1 : -2});
}

Var outer(const Var& a, const Var& b) {
  return multiply(expand_dims(flatten_from(a, 0), 1), expand_dims(flatten_from(b, 0), 0));
}

Var tensordot(const Var& a, const Var& b, int axes) {
  if (axes < 0 || axes > std::min(a.rank(), b.rank()))
    fail("tensordot: " + std::to_string(axes) + " axes of tensors of shapes " + a.shape().text() + " and " +
         b.shape().text());
  return tensordot(a, b, axes_from(a.rank() - axes, axes), axes_from(0, axes));
}

Var tensordot(const Var& a, const Var& b, const std::vector<int>& axes_a, const std::vector<int>& axes_b) {
  if (axes_a.size() != axes_b.size()) fail("tensordot: lists of axes of different lengths");
  std::vector<int> inner_a, inner_b;
  for (size_t i = 0; i < axes_a.size(); ++i) {
    inner_a.push_back(normal_axis(axes_a[i], a.rank()));
    inner_b.push_back(normal_axis(axes_b[i], b.rank()));
    const Dim &size_a = a.dim(inner_a.back()), &size_b = b.dim(inner_b.back());
    if (!(size_a == size_b))
      fail("tensordot: axis " + std::to_string(inner_a.back()) + " of " + a.shape().text() + " and axis " +
           std::to_string(inner_b.back()) + " of " + b.shape().text() + " have different sizes");
  }
  const std::vector<int> free_a = other_axes(a, inner_a), free_b = other_axes(b, inner_b);
  const Dim inner = product(a, inner_a);
  Shape out;
  for (int axis : free_a) out.push_back(a.dim(axis));
  for (int axis : free_b) out.push_back(b.dim(axis));
  const Var left = reshape(transpose(a, joined(free_a, inner_a)), {product(a, free_a), inner});
  const Var right = reshape(transpose(b, joined(inner_b, free_b)), {inner, product(b, free_b)});
  return reshape(matmul(left, right), out);
}

// In a row of n m elements the diagonal's lie m + 1 apart.
Var diagonal(const Var& x, int offset, int axis1, int axis2) {
  const int first = normal_axis(axis1, x.rank()), second = normal_axis(axis2, x.rank());
  if (first == second) fail("diagonal: axis " + std::to_string(first) + " twice");
  const int64_t n = x.dim(first).value(), m = x.dim(second).value();
  const int64_t count = std::max<int64_t>(0, offset < 0 ? std::min(n + offset, m) : std::min(n, m - offset));
  Var rows = flatten_from(transpose(x, joined(other_axes(x, {first, second}), {first, second})), x.rank() - 2);
  std::vector<int64_t> starts(size_t(x.rank() - 1), 0), stops(starts.size(), to_end), steps(starts.size(), 1);
  starts.back() = count == 0 ? 0 : (offset < 0 ? -offset * m : offset);
  stops.back() = count == 0 ? 0 : starts.back() + (count - 1) * (m + 1) + 1;
  steps.back() = m + 1;
  return slice(rows, starts, stops, steps);
}

Var diag(const Var& x, int offset) {
  if (x.rank() == 1) return matrix_with_diagonal(x, offset);
  if (x.rank() == 2) return diagonal(x, offset);
  fail("diag of a tensor of shape " + x.shape().text(), "diagonal() takes any number of axes");
}

Var trace(const Var& x, int offset, int axis1, int axis2) { return sum(diagonal(x, offset, axis1, axis2), {-1}); }

Var tril(const Var& x, int k) { return where_triangle(x, k, true); }
Var triu(const Var& x, int k) { return where_triangle(x, k, false); }

}  // namespace cajal
