#include "cajal/tensor/tensor.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "cajal/base/error.h"
#include "cajal/base/text.h"
#include "cajal/tensor/convert.h"

namespace cajal {
namespace {

using Ints = std::vector<int64_t>;

constexpr size_t alignment = 64;

[[noreturn]] void fail_no_memory(const std::string& size) {
  throw Error(Code::out_of_memory, "there is no memory for " + size, {}, "smaller batches, images or layers");
}

// The number of elements; throws where their bytes would not fit an address. Sizes of 0 do not excuse the others: views
// of parts multiply those.
int64_t checked_size(const Ints& dims, DType type, const Shape& shape) {
  int64_t bytes = int64_t(size_of(type));
  bool too_large = false, none = false;
  for (int64_t dim : dims) {
    if (dim < 0) fail("the shape " + shape.text() + " has a negative dimension", "sizes of 0 or more");
    none |= dim == 0;
    too_large |= __builtin_mul_overflow(bytes, std::max<int64_t>(dim, 1), &bytes);
  }
  if (too_large || bytes > PTRDIFF_MAX - 4096)
    fail_no_memory("a tensor of shape " + shape.text() + " of " + std::string(name(type)));
  return none ? 0 : bytes / int64_t(size_of(type));
}

// Calls body(offset_a, offset_b) at the beginning of each innermost row of two tensors of one shape.
template <class Body>
void each_row(const Ints& dims, const Ints& strides_a, const Ints& strides_b, Body body) {
  if (std::find(dims.begin(), dims.end(), 0) != dims.end()) return;
  const size_t outer = dims.empty() ? 0 : dims.size() - 1;
  Ints index(outer, 0);
  int64_t a = 0, b = 0;
  while (true) {
    body(a, b);
    size_t axis = outer;
    while (axis > 0) {
      --axis;
      a += strides_a[axis];
      b += strides_b[axis];
      if (++index[axis] < dims[axis]) break;
      a -= strides_a[axis] * dims[axis];
      b -= strides_b[axis] * dims[axis];
      index[axis] = 0;
      if (axis == 0) return;
    }
    if (outer == 0) return;
  }
}

template <class To, class From>
void convert_row(To* to, int64_t to_step, const From* from, int64_t from_step, int64_t count) {
  if (to_step == 1 && from_step == 1)
    for (int64_t i = 0; i < count; ++i) to[i] = convert<To>(from[i]);
  else
    for (int64_t i = 0; i < count; ++i) to[i * to_step] = convert<To>(from[i * from_step]);
}

// Writes `from` into `to`; the shapes are equal and the memory is not shared.
void transfer(const Tensor& to, const Tensor& from) {
  const Ints dims = to.shape().ints();
  const int64_t count = dims.empty() ? 1 : dims.back();
  const int64_t to_step = dims.empty() ? 1 : to.strides().back();
  const int64_t from_step = dims.empty() ? 1 : from.strides().back();
  visit(to.dtype(), [&](auto to_zero) {
    visit(from.dtype(), [&](auto from_zero) {
      auto* target = reinterpret_cast<decltype(to_zero)*>(to.raw());
      const auto* source = reinterpret_cast<const decltype(from_zero)*>(from.raw());
      each_row(dims, to.strides(), from.strides(),
               [&](int64_t a, int64_t b) { convert_row(target + a, to_step, source + b, from_step, count); });
    });
  });
}

// Whether all elements that dimensions and strides reach from one place lie in the buffer; there is at least one.
bool lies_inside(const Buffer& buffer, size_t byte_offset, const Ints& dims, const Ints& strides, DType type) {
  const auto width = int64_t(size_of(type));
  int64_t below = 0, above = 0;  // bytes before and after the place, to the beginning of the furthest elements
  bool overflow = byte_offset > buffer.size();
  for (size_t axis = 0; axis < dims.size(); ++axis) {
    int64_t reach = 0;
    overflow |= __builtin_mul_overflow(dims[axis] - 1, strides[axis], &reach);
    overflow |= __builtin_mul_overflow(reach, width, &reach);
    int64_t& side = reach < 0 ? below : above;
    overflow |= __builtin_add_overflow(side, reach, &side);
  }
  overflow |= __builtin_add_overflow(above, width, &above);
  return !overflow && uint64_t(above) <= buffer.size() - byte_offset && 0 - uint64_t(below) <= byte_offset;
}

int64_t normal_index(int64_t index, int64_t size, int axis, const Shape& shape) {
  if (index < -size || index >= size)
    fail(
        "index " + std::to_string(index) + " on axis " + std::to_string(axis) + " of a tensor of shape " + shape.text(),
        size == 0 ? "that axis is empty" : "an index from 0 to " + std::to_string(size - 1));
  return index < 0 ? index + size : index;
}

}  // namespace

Buffer::Buffer(size_t bytes) : size_(bytes) {
  const size_t room = (bytes / alignment + 2) * alignment;
  // calloc takes zero pages from the system and writes none of them.
  void* memory = bytes < size_t(PTRDIFF_MAX) - 4096 ? std::calloc(room, 1) : nullptr;
  if (!memory) fail_no_memory(human_bytes(bytes));
  owner_ = std::shared_ptr<void>(memory, std::free);
  const auto address = reinterpret_cast<uintptr_t>(memory);
  data_ = static_cast<std::byte*>(memory) + ((alignment - address % alignment) % alignment);
}

Buffer::Buffer(void* data, size_t bytes, std::shared_ptr<const void> owner)
    : data_(static_cast<std::byte*>(data)), size_(bytes), owner_(std::move(owner)) {}

Ints row_major_strides(const Ints& dims) {
  Ints strides(dims.size());
  int64_t step = 1;
  for (size_t axis = dims.size(); axis-- > 0;) {
    strides[axis] = step;
    step *= std::max<int64_t>(1, dims[axis]);
  }
  return strides;
}

Tensor::Tensor(const Shape& shape, DType type) : shape_(shape), type_(type) {
  const Ints dims = shape.ints();
  size_ = checked_size(dims, type, shape);
  strides_ = row_major_strides(dims);
  buffer_ = std::make_shared<Buffer>(bytes());
}

Tensor Tensor::of(const std::vector<bool>& values, const Shape& shape) {
  Tensor out = checked(values.size(), shape, DType::boolean);
  std::copy(values.begin(), values.end(), out.data<bool>());
  return out;
}

Tensor Tensor::full(const Shape& shape, double value, DType type) {
  Tensor out(shape, type);
  visit(type, [&](auto zero) {
    using T = decltype(zero);
    std::fill_n(out.data<T>(), out.size(), convert<T>(value));
  });
  return out;
}

Tensor Tensor::view(std::shared_ptr<Buffer> buffer, size_t byte_offset, const Shape& shape, DType type,
                    const Ints& strides) {
  if (!buffer) fail("a view of shape " + shape.text() + " of a buffer that is null");
  Tensor out;
  const Ints dims = shape.ints();
  out.shape_ = shape;
  out.type_ = type;
  out.size_ = checked_size(dims, type, shape);
  out.strides_ = strides.empty() ? row_major_strides(dims) : strides;
  if (out.strides_.size() != dims.size())
    fail("a view of shape " + shape.text() + " with " + std::to_string(strides.size()) + " strides",
         "one stride for each axis");
  if (out.size_ > 0 && !lies_inside(*buffer, byte_offset, dims, out.strides_, type))
    fail("a view of shape " + shape.text() + " of " + std::string(name(type)) + " from byte " +
         std::to_string(byte_offset) + " reaches outside its buffer of " + human_bytes(buffer->size()));
  if ((reinterpret_cast<uintptr_t>(buffer->data()) + byte_offset) % size_of(type))
    fail("a view of " + std::string(name(type)) + " from byte " + std::to_string(byte_offset) + " is not aligned",
         "a place that is a multiple of " + std::to_string(size_of(type)));
  out.buffer_ = std::move(buffer);
  out.offset_ = byte_offset;
  return out;
}

Tensor Tensor::checked(size_t count, const Shape& shape, DType type) {
  Tensor out(shape, type);
  if (size_t(out.size()) != count)
    fail("the shape " + shape.text() + " needs " + human_count(out.size()) + " values and was given " +
         human_count(int64_t(count)));
  return out;
}

void Tensor::check_defined() const {
  if (!defined()) fail("a tensor without a value was used", "give it one first: a default-made Tensor has no elements");
}

void Tensor::check_type(DType wanted) const {
  check_defined();
  if (wanted == type_) return;
  const std::string type(name(type_)), asked(name(wanted));
  fail("a tensor of shape " + shape_.text() + " holds " + type + ", and its data was asked for as " + asked,
       "cast to " + asked + " first, or ask for " + type);
}

bool Tensor::is_contiguous() const {
  if (size_ == 0) return true;
  int64_t step = 1;
  for (int axis = rank() - 1; axis >= 0; --axis) {
    const int64_t size = dim(axis);
    if (size != 1 && strides_[size_t(axis)] != step) return false;
    step *= size;
  }
  return true;
}

int64_t Tensor::element(std::span<const int64_t> indices) const {
  check_defined();
  if (indices.size() != size_t(rank()))
    fail(std::to_string(indices.size()) + " indices for a tensor of shape " + shape_.text(), "one index for each axis");
  int64_t place = 0;
  for (int axis = 0; axis < rank(); ++axis)
    place += normal_index(indices[size_t(axis)], dim(axis), axis, shape_) * strides_[size_t(axis)];
  return place;
}

int64_t Tensor::element(int64_t flat_index) const {
  check_defined();
  if (flat_index < -size_ || flat_index >= size_)
    fail("element " + std::to_string(flat_index) + " of a tensor of shape " + shape_.text() + " with " +
         human_count(size_) + (size_ == 1 ? " element" : " elements"));
  if (flat_index < 0) flat_index += size_;
  int64_t place = 0;
  for (int axis = rank() - 1; axis >= 0; --axis) {
    place += flat_index % dim(axis) * strides_[size_t(axis)];
    flat_index /= dim(axis);
  }
  return place;
}

namespace {

double read_double(const Tensor& tensor, int64_t place) {
  return visit(tensor.dtype(), [&](auto zero) {
    return convert<double>(reinterpret_cast<const decltype(zero)*>(tensor.raw())[place]);
  });
}

void write_double(const Tensor& tensor, int64_t place, double value) {
  visit(tensor.dtype(), [&](auto zero) {
    using T = decltype(zero);
    reinterpret_cast<T*>(tensor.raw())[place] = convert<T>(value);
  });
}

}  // namespace

double Tensor::at(std::initializer_list<int64_t> indices) const {
  return read_double(*this, element(std::span(indices.begin(), indices.size())));
}

double Tensor::flat(int64_t index) const { return read_double(*this, element(index)); }

void Tensor::set(std::initializer_list<int64_t> indices, double value) {
  write_double(*this, element(std::span(indices.begin(), indices.size())), value);
}

void Tensor::set_flat(int64_t index, double value) { write_double(*this, element(index), value); }

double Tensor::item() const {
  check_defined();
  if (size_ != 1)
    fail("the one value of a tensor of shape " + shape_.text() + " with " + human_count(size_) +
             " elements was asked for",
         "at({...}) for one of them, or a reduction such as mean");
  return flat(0);
}

template <class T>
std::vector<T> Tensor::values() const {
  check_defined();
  const Tensor plain = cast(cajal::dtype<T>()).contiguous();
  const T* first = plain.data<T>();
  return std::vector<T>(first, first + size_);
}

template std::vector<float> Tensor::values<float>() const;
template std::vector<double> Tensor::values<double>() const;
template std::vector<bfloat16> Tensor::values<bfloat16>() const;
template std::vector<float16> Tensor::values<float16>() const;
template std::vector<int8_t> Tensor::values<int8_t>() const;
template std::vector<int16_t> Tensor::values<int16_t>() const;
template std::vector<int32_t> Tensor::values<int32_t>() const;
template std::vector<int64_t> Tensor::values<int64_t>() const;
template std::vector<uint8_t> Tensor::values<uint8_t>() const;
template std::vector<bool> Tensor::values<bool>() const;

Tensor Tensor::copy() const {
  check_defined();
  Tensor out(shape_, type_);
  if (is_contiguous()) {
    if (size_ > 0) std::memcpy(out.raw(), raw(), bytes());
  } else {
    transfer(out, *this);
  }
  return out;
}

Tensor Tensor::cast(DType type) const {
  check_defined();
  if (type == type_) return *this;
  Tensor out(shape_, type);
  transfer(out, *this);
  return out;
}

void Tensor::assign(const Tensor& values) {
  check_defined();
  values.check_defined();
  if (!broadcasts_to(values.shape_, shape_))
    fail("a tensor of shape " + values.shape_.text() + " cannot be written into one of shape " + shape_.text(),
         "the same sizes from the last axis on, or 1");
  // Two views of one buffer may overlap: what is written first must not be read after.
  const Tensor source = values.buffer_ == buffer_ ? values.copy() : values;
  transfer(*this, source.broadcast_to(shape_));
}

bool identical(const Tensor& a, const Tensor& b) {
  if (!a.defined() || !b.defined()) return a.defined() == b.defined();
  if (!(a.shape() == b.shape()) || a.dtype() != b.dtype()) return false;
  const Tensor x = a.contiguous(), y = b.contiguous();
  return x.size() == 0 || std::memcmp(x.raw(), y.raw(), x.bytes()) == 0;
}

}  // namespace cajal
