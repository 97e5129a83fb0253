// Reading and checking indices that come as data.
#pragma once

#include "cajal/ops/internal/walk.h"

namespace cajal {

inline void check_indices(const Spec& indices) {
  if (!is_integer(indices.dtype)) fail("indices must be integers and are " + indices.text());
}

/// Integers of any type, read one by one.
class Indices {
 public:
  Indices(const Call& call, int input) : call_(call), in_(call.in[size_t(input)]) {}
  int64_t size() const { return in_.size; }

  int64_t operator[](int64_t i) const {
    switch (in_.dtype) {
      case DType::int64: return in_.as<int64_t>()[i];
      case DType::int32: return in_.as<int32_t>()[i];
      case DType::int16: return in_.as<int16_t>()[i];
      case DType::int8: return in_.as<int8_t>()[i];
      default: return in_.as<uint8_t>()[i];
    }
  }

  /// Index number i on an axis of that size, counted from its start; a bad one is reported and gives -1.
  int64_t on_axis(int64_t i, int64_t size) const {
    const int64_t index = (*this)[i];
    if (index >= 0 ? index < size : index >= -size) return index < 0 ? index + size : index;
    call_.run->status.bad_index(call_.node, index, size);
    return -1;
  }

 private:
  const Call& call_;
  const Operand& in_;
};

/// A sample whose input number `which` has these values.
inline Sample with_values(Sample sample, size_t which, Tensor values) {
  sample.values.resize(sample.inputs.size());
  sample.inputs[which] = {values.shape(), values.dtype()};
  sample.values[which] = std::move(values);
  return sample;
}

/// The type in which repeated additions are done.
template <class T>
using Summed = std::conditional_t<std::is_same_v<T, bfloat16> || std::is_same_v<T, float16>, float, T>;

}  // namespace cajal
