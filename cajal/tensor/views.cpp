// The parts and turns of a tensor that share its memory.
#include <algorithm>
#include <utility>

#include "cajal/base/error.h"
#include "cajal/base/text.h"
#include "cajal/tensor/tensor.h"

namespace cajal {
namespace {

using Ints = std::vector<int64_t>;

// The part of an axis that a slice takes, every number made ordinary.
struct Range {
  int64_t start, count;
};

Range resolve(const Slice& slice, int64_t size) {
  if (slice.step == 0) fail("a slice with step 0", "a step of 1, or -1 to go backwards");
  const bool forward = slice.step > 0;
  const int64_t lowest = forward ? 0 : -1, highest = forward ? size : size - 1;
  auto inside = [&](int64_t place) { return std::clamp(place < 0 ? place + size : place, lowest, highest); };
  const int64_t start = slice.start == from_first ? (forward ? lowest : highest) : inside(slice.start);
  const int64_t stop = slice.stop == to_end ? (forward ? highest : lowest) : inside(slice.stop);
  const int64_t length = forward ? stop - start : start - stop;
  if (length <= 0) return {0, 0};
  // Unsigned, because the size of the smallest step there is does not fit a signed integer.
  const uint64_t step = forward ? uint64_t(slice.step) : 0 - uint64_t(slice.step);
  return {start, int64_t((uint64_t(length) - 1) / step + 1)};
}

// Strides under which the same elements have other dimensions; empty where that takes a copy. Groups of axes with as
// many elements on both sides are matched; inside a group the old axes must lie in memory as one.
Ints strides_after_reshape(const Ints& old_dims, const Ints& old_strides, const Ints& dims) {
  Ints from, steps, strides(dims.size());
  for (size_t i = 0; i < old_dims.size(); ++i)
    if (old_dims[i] != 1) from.push_back(old_dims[i]), steps.push_back(old_strides[i]);
  size_t i = 0, j = 0;
  while (i < from.size() && j < dims.size()) {
    const size_t first_i = i, first_j = j;
    int64_t have = from[i++], want = dims[j++];
    while (have != want) {
      if (have < want) have *= from[i++];
      else want *= dims[j++];
    }
    for (size_t k = first_i; k + 1 < i; ++k)
      if (steps[k] != from[k + 1] * steps[k + 1]) return {};
    strides[j - 1] = steps[i - 1];
    for (size_t k = j - 1; k > first_j; --k) strides[k - 1] = strides[k] * dims[k];
  }
  for (; j < dims.size(); ++j) strides[j] = 1;
  return strides;
}

// The dimensions that a reshape asks for, with -1 replaced.
Ints reshaped(const Tensor& tensor, const Shape& shape) {
  Ints dims = shape.ints();
  int64_t known = 1;
  int64_t* unknown = nullptr;
  bool fits = true;
  for (int64_t& dim : dims) {
    if (dim >= 0) fits &= !__builtin_mul_overflow(known, dim, &known);
    else if (dim == -1 && !unknown) unknown = &dim;
    else fail("a reshape to " + shape.text(), "sizes of 0 or more, and -1 at most once");
  }
  const bool divides = unknown && fits && known > 0 && tensor.size() % known == 0;
  if (unknown && divides) *unknown = tensor.size() / known;
  if (unknown ? divides : fits && known == tensor.size()) return dims;
  fail("a tensor of shape " + tensor.shape().text() + " with " + human_count(tensor.size()) +
           " elements cannot have the shape " + shape.text() + (fits ? " with " + human_count(known) : ""),
       unknown ? "a shape whose known sizes divide " + human_count(tensor.size()) : "-1 for the size that follows");
}

}  // namespace

// A view with other dimensions and strides whose first element is `first` elements after this one's.
Tensor Tensor::with(Ints dims, Ints strides, int64_t first) const {
  Tensor out = *this;
  out.shape_ = Shape::of(dims);
  out.strides_ = std::move(strides);
  out.size_ = 1;
  for (int64_t dim : dims) out.size_ *= dim;
  if (out.size_ > 0) out.offset_ = size_t(int64_t(offset_) + first * int64_t(size_of(type_)));
  return out;
}

Tensor Tensor::operator[](int64_t index) const {
  check_defined();
  if (rank() == 0) fail("an index of a scalar tensor", "item() for its value");
  const int64_t size = dim(0), place = index < 0 ? index + size : index;
  if (place < 0 || place >= size)
    fail("index " + std::to_string(index) + " on axis 0 of a tensor of shape " + shape_.text(),
         size == 0 ? "that axis is empty" : "an index from 0 to " + std::to_string(size - 1));
  const Ints dims = shape_.ints();
  return with(Ints(dims.begin() + 1, dims.end()), Ints(strides_.begin() + 1, strides_.end()), place * strides_[0]);
}

Tensor Tensor::operator()(std::initializer_list<Slice> slices) const {
  check_defined();
  if (slices.size() > size_t(rank()))
    fail(std::to_string(slices.size()) + " slices of a tensor of shape " + shape_.text(),
         "at most one slice for each axis");
  Tensor out = *this;
  int axis = 0;
  for (const Slice& range : slices) out = out.slice(axis++, range);
  return out;
}

Tensor Tensor::slice(int axis, Slice range) const {
  check_defined();
  const auto place = size_t(normal_axis(axis, rank()));
  Ints dims = shape_.ints(), strides = strides_;
  const Range taken = resolve(range, dims[place]);
  const int64_t first = taken.start * strides[place];
  dims[place] = taken.count;
  if (taken.count > 1) strides[place] *= range.step;
  return with(std::move(dims), std::move(strides), first);
}

Tensor Tensor::transpose(const std::vector<int>& axes) const {
  check_defined();
  if (!axes.empty() && axes.size() != size_t(rank()))
    fail("a transpose of a tensor of shape " + shape_.text() + " names " + std::to_string(axes.size()) + " axes",
         "each axis once");
  (void)normal_axes(axes, rank());
  Ints dims, strides;
  for (int place = 0; place < rank(); ++place) {
    const int axis = axes.empty() ? rank() - 1 - place : normal_axis(axes[size_t(place)], rank());
    dims.push_back(dim(axis));
    strides.push_back(strides_[size_t(axis)]);
  }
  return with(std::move(dims), std::move(strides), 0);
}

Tensor Tensor::broadcast_to(const Shape& shape) const {
  check_defined();
  const Ints dims = shape.ints();
  (void)shape.size();  // throws where the product does not fit an integer
  if (!broadcasts_to(shape_, shape))
    fail("a tensor of shape " + shape_.text() + " cannot be repeated to the shape " + shape.text(),
         "the same sizes from the last axis on, or 1");
  Ints strides(dims.size(), 0);
  const size_t missing = dims.size() - size_t(rank());
  for (size_t axis = 0; axis < size_t(rank()); ++axis)
    if (!(shape_[int(axis)] == 1)) strides[missing + axis] = strides_[axis];
  return with(dims, std::move(strides), 0);
}

Tensor Tensor::squeeze(int axis) const {
  check_defined();
  const int place = normal_axis(axis, rank());
  if (dim(place) != 1)
    fail("axis " + std::to_string(axis) + " of a tensor of shape " + shape_.text() +
             " cannot be left out: its size is not 1",
         "reshape, or an index to take one part");
  Ints dims = shape_.ints(), strides = strides_;
  dims.erase(dims.begin() + place);
  strides.erase(strides.begin() + place);
  return with(std::move(dims), std::move(strides), 0);
}

Tensor Tensor::expand_dims(int axis) const {
  check_defined();
  const int place = normal_axis(axis, rank() + 1);
  Ints dims = shape_.ints(), strides = strides_;
  const int64_t step = place == rank() ? 1 : strides[size_t(place)] * dims[size_t(place)];
  dims.insert(dims.begin() + place, 1);
  strides.insert(strides.begin() + place, step);
  return with(std::move(dims), std::move(strides), 0);
}

Tensor Tensor::reshape(const Shape& shape) const {
  check_defined();
  Ints dims = reshaped(*this, shape);
  if (size_ == 0 || is_contiguous()) {
    Ints strides = row_major_strides(dims);
    return with(std::move(dims), std::move(strides), 0);
  }
  Ints strides = strides_after_reshape(shape_.ints(), strides_, dims);
  if (strides.empty() && !dims.empty()) return copy().reshape(Shape::of(dims));
  return with(std::move(dims), std::move(strides), 0);
}

}  // namespace cajal
