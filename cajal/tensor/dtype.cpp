#include "cajal/tensor/dtype.h"

#include <algorithm>
#include <string>
#include <vector>

#include "cajal/base/error.h"
#include "cajal/base/text.h"

namespace cajal {
namespace {

constexpr std::string_view names[dtype_count] = {"float32", "float64", "bfloat16", "float16", "int8",
                                                 "int16",   "int32",   "int64",    "uint8",   "bool"};

uint16_t half_from(float value) {
  const uint32_t word = std::bit_cast<uint32_t>(value);
  const uint32_t sign = (word >> 16) & 0x8000u;
  const uint32_t size = word & 0x7FFFFFFFu;
  if (size > 0x7F800000u) return uint16_t(sign | 0x7E00u | ((size >> 13) & 0x3FFu));  // nan stays nan
  if (size >= 0x477FF000u) return uint16_t(sign | 0x7C00u);                           // 65520 and more: infinity
  if (size < 0x38800000u) {
    // Below 2^-14 the step is 2^-24, which is also the step of floats from 0.5 to 1: the addition rounds.
    const uint32_t sum = std::bit_cast<uint32_t>(std::bit_cast<float>(size) + 0.5f);
    return uint16_t(sign | (sum - 0x3F000000u));
  }
  const uint32_t odd = (size >> 13) & 1;
  return uint16_t(sign | ((size - 0x38000000u + 0xFFFu + odd) >> 13));
}

float float_from(uint16_t half) {
  const uint32_t sign = uint32_t(half & 0x8000u) << 16;
  const uint32_t exponent = (half >> 10) & 0x1Fu, fraction = half & 0x3FFu;
  if (exponent == 0) {
    const float size = float(fraction) * 0x1p-24f;
    return sign ? -size : size;
  }
  if (exponent == 31) return std::bit_cast<float>(sign | 0x7F800000u | (fraction << 13));
  return std::bit_cast<float>(sign | ((exponent + 112) << 23) | (fraction << 13));
}

}  // namespace

float16::float16(float value) : bits(half_from(value)) {}

float16::operator float() const { return float_from(bits); }

std::string_view name(DType type) { return size_t(type) < dtype_count ? names[size_t(type)] : "unknown"; }

DType dtype_of(std::string_view word) {
  const auto found = std::find(std::begin(names), std::end(names), word);
  if (found != std::end(names)) return DType(found - std::begin(names));
  const std::vector<std::string> known(std::begin(names), std::end(names));
  fail("there is no element type '" + std::string(word) + "'", choices(word, known));
}

DType promote(DType a, DType b) {
  if (a == b || b == DType::boolean) return a;
  if (a == DType::boolean) return b;
  if (is_float(a) != is_float(b)) return is_float(a) ? a : b;
  if (size_of(a) != size_of(b)) return size_of(a) > size_of(b) ? a : b;
  // Two types of one size where neither holds the other: bfloat16 and float16, int8 and uint8.
  return is_float(a) ? DType::float32 : DType::int16;
}

}  // namespace cajal
