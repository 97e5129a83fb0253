// What happens to the elements of a result once a primitive has made them, while they are in the cache.
#pragma once

#include "cajal/program/conv_call.h"

namespace cajal::onednn {

/// Elements [begin, begin + count) of a result, of which `values` is the first; `count` is a multiple of `channels`.
/// Where `rounded` is not null, they are written there too, rounded to bfloat16.
void finish(const Finish& steps, float* values, bfloat16* rounded, int64_t channels, int64_t begin,
            int64_t count) noexcept;

/// Adds elements [begin, end) of each of `arrays` arrays, which lie `distance` elements apart, to the sum, in their
/// order.
void add_arrays(float* sum, const float* more, int64_t distance, int64_t arrays, int64_t begin, int64_t end) noexcept;

/// Columns whose sums are made at a time, at most.
inline constexpr int64_t kSummedColumns = 64;
/// The sums of `columns` columns; `from` is the first of `rows` rows, which lie `distance` elements apart.
void sum_columns(const bfloat16* from, int64_t distance, int64_t rows, int64_t columns, float* sums) noexcept;

}  // namespace cajal::onednn
