// The types of a tensor's elements, and which type two of them make together.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>

namespace cajal {

/// The type of one element. The numbers are written to files: they never change.
enum class DType : uint8_t {
  float32 = 0,
  float64 = 1,
  bfloat16 = 2,
  float16 = 3,
  int8 = 4,
  int16 = 5,
  int32 = 6,
  int64 = 7,
  uint8 = 8,
  boolean = 9,
};

inline constexpr int dtype_count = 10;

/// 16-bit float with float32's exponent: the upper half of a float32, rounded to nearest even.
struct bfloat16 {
  uint16_t bits = 0;
  constexpr bfloat16() = default;
  constexpr bfloat16(float value) {
    const uint32_t word = std::bit_cast<uint32_t>(value);
    const bool is_nan = (word & 0x7FFFFFFFu) > 0x7F800000u;
    bits = is_nan ? uint16_t((word >> 16) | 0x40) : uint16_t((word + 0x7FFFu + ((word >> 16) & 1)) >> 16);
  }
  constexpr operator float() const { return std::bit_cast<float>(uint32_t(bits) << 16); }
};

/// IEEE 754 half precision: 5 exponent bits, 11 significant bits. Rounded to nearest even.
struct float16 {
  uint16_t bits = 0;
  constexpr float16() = default;
  float16(float value);
  operator float() const;
};

/// The name as NumPy writes it: "float32", "bool", ...
std::string_view name(DType type);

/// The type with that name; throws Error with the nearest name otherwise.
DType dtype_of(std::string_view name);

/// Bytes of one element.
constexpr size_t size_of(DType type) {
  constexpr size_t sizes[dtype_count] = {4, 8, 2, 2, 1, 2, 4, 8, 1, 1};
  return sizes[size_t(type)];
}

/// float32, float64, bfloat16, float16.
constexpr bool is_float(DType type) { return type <= DType::float16; }
/// Signed or not; bool is none.
constexpr bool is_integer(DType type) { return type >= DType::int8 && type <= DType::uint8; }

/// The type in which an operation on both is done, as Keras promotes: float with int gives the float, float16 with
/// bfloat16 gives float32, uint8 with int8 gives int16, bool gives way to everything; else the wider of the two.
DType promote(DType a, DType b);

/// The DType of a C++ element type.
template <class T>
constexpr DType dtype() {
  if constexpr (std::is_same_v<T, float>) return DType::float32;
  else if constexpr (std::is_same_v<T, double>) return DType::float64;
  else if constexpr (std::is_same_v<T, bfloat16>) return DType::bfloat16;
  else if constexpr (std::is_same_v<T, float16>) return DType::float16;
  else if constexpr (std::is_same_v<T, int8_t>) return DType::int8;
  else if constexpr (std::is_same_v<T, int16_t>) return DType::int16;
  else if constexpr (std::is_same_v<T, int32_t>) return DType::int32;
  else if constexpr (std::is_same_v<T, int64_t>) return DType::int64;
  else if constexpr (std::is_same_v<T, uint8_t>) return DType::uint8;
  else {
    static_assert(std::is_same_v<T, bool>, "not an element type");
    return DType::boolean;
  }
}

/// Calls `f` with a value of the C++ type of `type`: `visit(type, [&](auto zero) { using T = decltype(zero); ... })`.
template <class F>
decltype(auto) visit(DType type, F&& f) {
  switch (type) {
    case DType::float32: return f(float());
    case DType::float64: return f(double());
    case DType::bfloat16: return f(bfloat16());
    case DType::float16: return f(float16());
    case DType::int8: return f(int8_t());
    case DType::int16: return f(int16_t());
    case DType::int32: return f(int32_t());
    case DType::int64: return f(int64_t());
    case DType::uint8: return f(uint8_t());
    default: return f(bool());
  }
}

}  // namespace cajal
