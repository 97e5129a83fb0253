// What moves matrices into tiles and results out of them, as plain loops.
#include <algorithm>
#include <cmath>

#include "cajal/backends/amx/internal/tiles.h"

namespace cajal::amx {
namespace {

void copy_rows(const bfloat16* from, int64_t step, int64_t rows, int64_t columns, bfloat16* to) noexcept {
  std::fill_n(to, kTile, bfloat16());
  for (int64_t row = 0; row < rows; ++row) std::copy_n(from + row * step, columns, to + row * kDepth);
}

// Where the element of a depth and a column stands in two right operands side by side.
int64_t place_of(int64_t depth, int64_t column) {
  return column / kRows * kTile + depth / 2 * kDepth + column % kRows * 2 + depth % 2;
}

void copy_pairs(const bfloat16* from, int64_t step, int64_t rows, int64_t columns, bfloat16* to) noexcept {
  std::fill_n(to, 2 * kTile, bfloat16());
  for (int64_t row = 0; row < rows; ++row)
    for (int64_t column = 0; column < columns; ++column) to[place_of(row, column)] = from[row * step + column];
}

void copy_pairs_across(const bfloat16* from, int64_t step, int64_t columns, int64_t depth, bfloat16* to) noexcept {
  std::fill_n(to, 2 * kTile, bfloat16());
  for (int64_t column = 0; column < columns; ++column)
    for (int64_t k = 0; k < depth; ++k) to[place_of(k, column)] = from[column * step + k];
}

void copy_across(const bfloat16* from, int64_t step, int64_t rows, int64_t columns, bfloat16* to) noexcept {
  std::fill_n(to, 2 * kTile, bfloat16());
  for (int64_t row = 0; row < rows; ++row)
    for (int64_t column = 0; column < columns; ++column) to[column * kDepth + row] = from[row * step + column];
}

void copy_patches(const bfloat16* const* from, int64_t lines, int64_t step, int64_t count, int64_t width, bfloat16* to,
                  int64_t to_step) noexcept {
  for (int64_t place = 0; place < count; ++place)
    for (int64_t i = 0; i < lines; ++i) {
      bfloat16* const part = to + place * to_step + i * width;
      if (from[i]) std::copy_n(from[i] + place * step, width, part);
      else std::fill_n(part, width, bfloat16());
    }
}

float finished(const Finish& s, float x, int64_t channel, int64_t at) {
  if (s.bias) x += s.bias[channel];
  if (s.scale) x = x * s.scale[channel] + s.shift[channel];
  if (s.residual) x += s.residual[at];
  if (s.half_residual) x += float(s.half_residual[at]);
  if (s.relu) x = x < 0 ? 0 : x > s.limit ? s.limit : x;
  if (!s.mask && !s.half_mask) return x;
  const float mask = s.mask ? s.mask[at] : float(s.half_mask[at]);
  return mask > 0 && (std::isinf(s.limit) || mask < s.limit) ? x : 0;
}

void finish_strip(const Finish& steps, const Strip& strip, void* out, DType type) noexcept {
  for (int64_t row = 0; row < strip.rows; ++row)
    for (int64_t column = 0; column < strip.columns; ++column) {
      const int64_t at = strip.at + row * strip.row_step + column;
      const float x = finished(steps, strip.sums[row * kColumns + column], strip.channel + column, at);
      if (type == DType::bfloat16) static_cast<bfloat16*>(out)[at] = bfloat16(x);
      else static_cast<float*>(out)[at] = x;
    }
}

void add_floats(const float* from, float* to, int64_t count) noexcept {
  for (int64_t i = 0; i < count; ++i) to[i] += from[i];
}

void sum_columns(const bfloat16* from, int64_t step, int64_t rows, int64_t columns, float* sums) noexcept {
  for (int64_t column = 0; column < columns; ++column) {
    double sum = 0;
    for (int64_t row = 0; row < rows; ++row) sum += double(float(from[row * step + column]));
    sums[column] = float(sum);
  }
}

}  // namespace

const Movers& plain_movers() {
  static constexpr Movers movers = {copy_rows,    copy_pairs,   copy_pairs_across, copy_across,
                                    copy_patches, finish_strip, add_floats,        sum_columns};
  return movers;
}

}  // namespace cajal::amx
