// Block functions: element-wise ops on a cache-sized piece of contiguous memory, of which fused chains are made.
// Each case is a line of a table in blocks_*.cpp.
#pragma once

#include <span>
#include <string_view>

#include "cajal/program/kernel.h"

namespace cajal::cpu {

/// `types` are the letters of the inputs' types, '>', and that of the output: "ff>f".
struct Block {
  std::string_view op;
  std::string_view types;
  BlockFunction run;
};

/// f float32, d float64, h bfloat16, e float16, b int8, s int16, i int32, l int64, u uint8, t bool.
constexpr char letter(DType type) { return "fdhebsilut"[size_t(type)]; }

std::span<const Block> arithmetic_blocks();
std::span<const Block> function_blocks();
std::span<const Block> activation_blocks();
std::span<const Block> condition_blocks();

/// Casts are one template for all pairs of types.
BlockFunction cast_block(DType from, DType to);

/// The block function of an op for these types, or null.
BlockFunction find_block(const Op& op, std::span<const DType> inputs, DType output);

}  // namespace cajal::cpu
