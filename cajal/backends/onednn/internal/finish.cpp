// Plain loops of which the compiler makes vectors, compiled for three instruction sets.
#include "cajal/backends/onednn/internal/finish.h"

#include <algorithm>
#include <cmath>

namespace cajal::onednn {
namespace {

#define CAJAL_INLINE inline __attribute__((always_inline))

// Elements that stay in the first cache from step to step.
constexpr int64_t kBlock = 2048;

// One row of channels, or several rows side by side with their biases repeated.
template <bool bias, bool scale, bool relu>
CAJAL_INLINE void per_channel(const Finish& s, float* __restrict y, int64_t count) {
  const float* __restrict added = s.bias, * __restrict factor = s.scale, * __restrict shift = s.shift;
  const float limit = s.limit;
  for (int64_t i = 0; i < count; ++i) {
    float v = y[i];
    if (bias) v += added[i];
    if (scale) v = v * factor[i] + shift[i];
    if (relu) v = v < 0 ? 0 : v > limit ? limit : v;
    y[i] = v;
  }
}

template <bool bias, bool scale, bool relu>
CAJAL_INLINE void per_row(const Finish& s, float* y, int64_t row, int64_t count) {
  for (int64_t at = 0; at < count; at += row) per_channel<bias, scale, relu>(s, y + at, std::min(row, count - at));
}

// Relu too, where nothing stands between.
CAJAL_INLINE void per_rows(const Finish& s, bool relu, float* y, int64_t row, int64_t count) {
  if (s.bias && s.scale)
    relu ? per_row<true, true, true>(s, y, row, count) : per_row<true, true, false>(s, y, row, count);
  else if (s.bias) relu ? per_row<true, false, true>(s, y, row, count) : per_row<true, false, false>(s, y, row, count);
  else relu ? per_row<false, true, true>(s, y, row, count) : per_row<false, true, false>(s, y, row, count);
}

template <class T>
CAJAL_INLINE void add_residual(const T* __restrict residual, float* __restrict y, int64_t count) {
  for (int64_t i = 0; i < count; ++i) y[i] += float(residual[i]);
}

template <class T>
CAJAL_INLINE void apply_mask(const T* __restrict mask, float limit, float* __restrict y, int64_t count) {
  if (std::isinf(limit))
    for (int64_t i = 0; i < count; ++i) y[i] = float(mask[i]) > 0 ? y[i] : 0;
  else
    for (int64_t i = 0; i < count; ++i) y[i] = float(mask[i]) > 0 && float(mask[i]) < limit ? y[i] : 0;
}

CAJAL_INLINE void per_element(const Finish& s, bool relu, float* __restrict y, int64_t begin, int64_t count) {
  const float limit = s.limit;
  if (s.residual) add_residual(s.residual + begin, y, count);
  if (s.half_residual) add_residual(s.half_residual + begin, y, count);
  if (relu)
    for (int64_t i = 0; i < count; ++i) y[i] = y[i] < 0 ? 0 : y[i] > limit ? limit : y[i];
  if (s.mask) apply_mask(s.mask + begin, limit, y, count);
  if (s.half_mask) apply_mask(s.half_mask + begin, limit, y, count);
}

CAJAL_INLINE void round_values(const float* __restrict from, bfloat16* __restrict to, int64_t count) {
  for (int64_t i = 0; i < count; ++i) to[i] = bfloat16(from[i]);
}

// What belongs to the channels, repeated, so that loops are long where channels are few.
class Repeated {
 public:
  Repeated(Finish& s, int64_t& row, int64_t count) {
    const int64_t times = std::min(kRow / row, count / row);
    if (times < 2) return;
    for (const float** each : {&s.bias, &s.scale, &s.shift}) {
      if (!*each) continue;
      float* const to = values_[next_++];
      for (int64_t i = 0; i < times; ++i) std::copy_n(*each, row, to + i * row);
      *each = to;
    }
    row *= times;
  }

 private:
  static constexpr int64_t kRow = 512;
  float values_[3][kRow];
  int next_ = 0;
};

CAJAL_INLINE void finish_blocks(Finish s, float* values, bfloat16* rounded, int64_t row, int64_t begin, int64_t count) {
  const bool channels = s.bias || s.scale, relu_early = s.relu && !s.residual && !s.half_residual && channels;
  const Repeated repeated(s, row, count);
  const int64_t block = std::max<int64_t>(kBlock / row, 1) * row;
  for (int64_t at = 0; at < count; at += block) {
    const int64_t size = std::min(block, count - at);
    if (channels) per_rows(s, relu_early, values + at, row, size);
    per_element(s, s.relu && !relu_early, values + at, begin + at, size);
    if (rounded) round_values(values + at, rounded + at, size);
  }
}

CAJAL_INLINE void add_blocks(float* sum, const float* more, int64_t distance, int64_t arrays, int64_t begin,
                             int64_t end) {
  for (int64_t at = begin; at < end; at += kBlock) {
    const int64_t count = std::min(kBlock, end - at);
    float* __restrict to = sum + at;
    for (int64_t array = 0; array < arrays; ++array) {
      const float* __restrict from = more + array * distance + at;
      for (int64_t i = 0; i < count; ++i) to[i] += from[i];
    }
  }
}

// Sums of some rows first, and then the sum of these: long columns lose less.
CAJAL_INLINE void sum_rows(const bfloat16* from, int64_t distance, int64_t rows, int64_t columns, float* sums) {
  constexpr int64_t kRows = 64;
  std::fill_n(sums, columns, 0.0f);
  for (int64_t first = 0; first < rows; first += kRows) {
    float some[kSummedColumns] = {};
    for (int64_t row = first; row < std::min(first + kRows, rows); ++row) {
      const bfloat16* __restrict more = from + row * distance;
      for (int64_t i = 0; i < columns; ++i) some[i] += float(more[i]);
    }
    for (int64_t i = 0; i < columns; ++i) sums[i] += some[i];
  }
}

struct Loops {
  decltype(&finish) steps;
  decltype(&add_arrays) sum;
  decltype(&sum_columns) columns;
};

#define CAJAL_LOOPS(name, target)                                                                          \
  target void finish_##name(const Finish& s, float* y, bfloat16* rounded, int64_t channels, int64_t begin, \
                            int64_t count) noexcept {                                                      \
    finish_blocks(s, y, rounded, channels, begin, count);                                                  \
  }                                                                                                        \
  target void add_##name(float* sum, const float* more, int64_t distance, int64_t arrays, int64_t begin,   \
                         int64_t end) noexcept {                                                           \
    add_blocks(sum, more, distance, arrays, begin, end);                                                   \
  }                                                                                                        \
  target void sum_##name(const bfloat16* from, int64_t distance, int64_t rows, int64_t columns,            \
                         float* sums) noexcept {                                                           \
    sum_rows(from, distance, rows, columns, sums);                                                         \
  }

CAJAL_LOOPS(plain, )
#if defined(__x86_64__)
CAJAL_LOOPS(avx2, __attribute__((target("avx2"))))
CAJAL_LOOPS(avx512, __attribute__((target("avx512f,avx512vl,avx512bw,avx512dq"))))
#endif

Loops best_loops() {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq"))
    return {finish_avx512, add_avx512, sum_avx512};
  if (__builtin_cpu_supports("avx2")) return {finish_avx2, add_avx2, sum_avx2};
#endif
  return {finish_plain, add_plain, sum_plain};
}

const Loops& loops() {
  static const Loops best = best_loops();
  return best;
}

}  // namespace

void finish(const Finish& steps, float* values, bfloat16* rounded, int64_t channels, int64_t begin,
            int64_t count) noexcept {
  loops().steps(steps, values, rounded, channels, begin, count);
}

void add_arrays(float* sum, const float* more, int64_t distance, int64_t arrays, int64_t begin, int64_t end) noexcept {
  loops().sum(sum, more, distance, arrays, begin, end);
}

void sum_columns(const bfloat16* from, int64_t distance, int64_t rows, int64_t columns, float* sums) noexcept {
  loops().columns(from, distance, rows, columns, sums);
}

}  // namespace cajal::onednn
