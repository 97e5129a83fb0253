// Tensors: n-dimensional arrays in memory, and views of them.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <iosfwd>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "cajal/tensor/dtype.h"
#include "cajal/tensor/shape.h"

namespace cajal {

/// A block of bytes. Freed when the last Tensor that views it is gone.
class Buffer {
 public:
  /// Zeros, aligned to 64; the bytes up to the next multiple of 64 belong to it too, for kernels that read whole
  /// vectors. Large blocks cost nothing until touched. Throws Error{out_of_memory} with the size asked for.
  explicit Buffer(size_t bytes);
  /// Bytes that somebody else keeps alive: `owner` is held until the buffer is gone. Aligned as they come.
  Buffer(void* data, size_t bytes, std::shared_ptr<const void> owner);
  Buffer(const Buffer&) = delete;
  Buffer& operator=(const Buffer&) = delete;

  std::byte* data() const { return data_; }
  size_t size() const { return size_; }

 private:
  std::byte* data_;
  size_t size_;
  std::shared_ptr<const void> owner_;
};

/// Mark "from the first" and "to the end" in a Slice; with a negative step "from the last" and "to the first".
inline constexpr int64_t from_first = INT64_MIN;
inline constexpr int64_t to_end = INT64_MAX;

/// NumPy's start:stop:step along one axis; negative numbers count from the end. `{.step = -1}` turns the axis round.
/// A start or stop beyond the axis is taken as its end; a step of 0 is an Error.
struct Slice {
  int64_t start = from_first;
  int64_t stop = to_end;
  int64_t step = 1;
};

/// An n-dimensional array: a type, a shape, strides and a shared buffer.
///
/// Copies and views share memory (as NumPy's do); `copy()` makes memory of its own. A default-made Tensor is empty:
/// `defined()` is false. Reading one tensor from several threads is safe, writing is not.
class Tensor {
 public:
  Tensor() = default;
  /// Zeros. Throws Error for a symbolic or negative dimension, or more bytes than the machine has.
  explicit Tensor(const Shape& shape, DType type = DType::float32);
  /// The same; without it `Tensor({3})` would be the scalar 3.
  explicit Tensor(std::initializer_list<int64_t> shape, DType type = DType::float32)
      : Tensor(Shape(std::vector<Dim>(shape.begin(), shape.end())), type) {}
  /// A scalar.
  Tensor(float value) : Tensor(full({}, value, DType::float32)) {}
  Tensor(double value) : Tensor(full({}, value, DType::float32)) {}
  Tensor(int value) : Tensor(full({}, value, DType::int32)) {}
  /// One axis of values.
  template <class T>
  static Tensor of(std::span<const T> values) {
    return of(values, Shape{int64_t(values.size())});
  }
  template <class T>
  static Tensor of(const std::vector<T>& values) {
    return of(std::span<const T>(values));
  }
  template <class T>
  static Tensor of(std::initializer_list<T> values) {
    return of(std::span<const T>(values.begin(), values.size()));
  }
  /// Values in row-major order; throws Error where their number does not fit the shape.
  template <class T>
  static Tensor of(std::span<const T> values, const Shape& shape) {
    Tensor out = checked(values.size(), shape, cajal::dtype<T>());
    T* to = out.data<T>();
    for (size_t i = 0; i < values.size(); ++i) to[i] = values[i];
    return out;
  }
  template <class T>
  static Tensor of(const std::vector<T>& values, const Shape& shape) {
    return of(std::span<const T>(values), shape);
  }
  template <class T>
  static Tensor of(std::initializer_list<T> values, const Shape& shape) {
    return of(std::span<const T>(values.begin(), values.size()), shape);
  }
  static Tensor of(const std::vector<bool>& values) { return of(values, Shape{int64_t(values.size())}); }
  static Tensor of(const std::vector<bool>& values, const Shape& shape);
  /// The value everywhere, converted as `convert` does.
  static Tensor full(const Shape& shape, double value, DType type = DType::float32);
  /// A tensor over memory that already exists, row-major unless strides (in elements) are given.
  /// Throws Error where an element would lie outside the buffer or not at a multiple of its size.
  static Tensor view(std::shared_ptr<Buffer> buffer, size_t byte_offset, const Shape& shape, DType type,
                     const std::vector<int64_t>& strides = {});

  bool defined() const { return buffer_ != nullptr; }
  const Shape& shape() const { return shape_; }
  DType dtype() const { return type_; }
  int rank() const { return shape_.rank(); }
  int64_t dim(int axis) const { return shape_[axis].value(); }
  /// Number of elements.
  int64_t size() const { return size_; }
  size_t bytes() const { return size_t(size_) * size_of(type_); }
  /// In elements, one per axis; 0 along a broadcast axis.
  const std::vector<int64_t>& strides() const { return strides_; }
  bool is_contiguous() const;

  /// The first element; throws Error where T is not the tensor's type. Elements follow the strides.
  template <class T>
  T* data() {
    check_type(cajal::dtype<T>());
    return reinterpret_cast<T*>(raw());
  }
  template <class T>
  const T* data() const {
    check_type(cajal::dtype<T>());
    return reinterpret_cast<const T*>(raw());
  }
  std::byte* raw() const { return buffer_ ? buffer_->data() + offset_ : nullptr; }
  const std::shared_ptr<Buffer>& buffer() const { return buffer_; }
  size_t byte_offset() const { return offset_; }

  /// One element as a double, by its indices or by its place in row-major order; negative ones count from the end.
  /// Throws Error where there is no such element. For reading a few values: each is looked up anew.
  double at(std::initializer_list<int64_t> indices) const;
  double flat(int64_t index) const;
  void set(std::initializer_list<int64_t> indices, double value);
  void set_flat(int64_t index, double value);
  /// The value of a tensor with one element; throws Error where there are more or none.
  double item() const;
  /// All elements in row-major order, converted as `convert` does. T is one of the element types.
  template <class T>
  std::vector<T> values() const;

  // Views: no element moves. Each throws Error where the axis, the index or the shape does not fit.

  /// The part at one index of the first axis, which goes away; negative counts from the end.
  Tensor operator[](int64_t index) const;
  /// One Slice per leading axis; the rest is taken whole.
  Tensor operator()(std::initializer_list<Slice> slices) const;
  /// A range of one axis.
  Tensor slice(int axis, Slice range) const;
  /// The axes in another order; without an order, reversed.
  Tensor transpose(const std::vector<int>& axes = {}) const;
  /// Axes of size 1, and missing leading axes, repeated without a copy. Do not write into the result.
  Tensor broadcast_to(const Shape& shape) const;
  /// Without an axis of size 1.
  Tensor squeeze(int axis) const;
  /// With a new axis of size 1 at that place of the result.
  Tensor expand_dims(int axis) const;
  /// The same elements in row-major order with another shape: a view where the strides allow it, a copy otherwise.
  /// One dimension may be -1: whatever is left.
  Tensor reshape(const Shape& shape) const;

  /// Row-major memory of its own.
  Tensor copy() const;
  /// Itself if row-major without gaps, a copy otherwise.
  Tensor contiguous() const { return is_contiguous() ? *this : copy(); }
  /// A copy in another type (itself if it has that type already).
  Tensor cast(DType type) const;
  /// Writes the elements of another tensor (broadcast and converted) into this one's memory, also where both are views
  /// of the same memory.
  void assign(const Tensor& values);

  /// As NumPy prints it: more than 1000 elements are shortened, lines break at 75 characters.
  std::string text() const;

 private:
  static Tensor checked(size_t count, const Shape& shape, DType type);
  void check_type(DType wanted) const;
  void check_defined() const;
  int64_t element(std::span<const int64_t> indices) const;  // in elements from the first one
  int64_t element(int64_t flat_index) const;
  Tensor with(std::vector<int64_t> dims, std::vector<int64_t> strides, int64_t first) const;

  std::shared_ptr<Buffer> buffer_;
  size_t offset_ = 0;  // in bytes
  Shape shape_;
  std::vector<int64_t> strides_;
  int64_t size_ = 0;
  DType type_ = DType::float32;
};

std::ostream& operator<<(std::ostream& out, const Tensor& tensor);

/// True where shapes, types and all bits are equal.
bool identical(const Tensor& a, const Tensor& b);

/// Row-major strides, in elements.
std::vector<int64_t> row_major_strides(const std::vector<int64_t>& dims);

}  // namespace cajal
