// Values repeated until they fill a block: scalars, rows and columns of fused chains.
#pragma once

#include <cstddef>
#include <cstdint>

namespace cajal::cpu {

/// Writes `count` copies of the first element.
using SpreadValue = void (*)(const std::byte* from, std::byte* to, int64_t count) noexcept;
/// For elements of 1, 2, 4 or 8 bytes.
SpreadValue spread_value(int64_t bytes);

/// Writes `total` bytes: the row of `bytes` bytes again and again, the last time in part.
using SpreadRow = void (*)(const std::byte* from, std::byte* to, int64_t bytes, int64_t total) noexcept;
SpreadRow spread_row();

}  // namespace cajal::cpu
