// The transformed 3x3 kernels, in the order in which the products read them. Compiled once per SIMD target.

#if defined(CAJAL_BACKENDS_CPU_WINOGRAD_WEIGHTS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef CAJAL_BACKENDS_CPU_WINOGRAD_WEIGHTS_INL_H_
#undef CAJAL_BACKENDS_CPU_WINOGRAD_WEIGHTS_INL_H_
#else
#define CAJAL_BACKENDS_CPU_WINOGRAD_WEIGHTS_INL_H_
#endif

#include <algorithm>
#include <cstdint>

#include "cajal/backends/cpu/internal/gemm_kernel-inl.h"
#include "cajal/backends/cpu/internal/gemm_pack-inl.h"
#include "cajal/backends/cpu/internal/winograd_image-inl.h"

HWY_BEFORE_NAMESPACE();
namespace cajal::cpu {
namespace HWY_NAMESPACE {
namespace {
namespace winograd {

// Kernels are turned so many input channels at a time.
constexpr int kTurned = 4;

// An odd number of cache lines, so that the same place at each of the 36 points falls into different cache sets.
constexpr int64_t odd_lines(int64_t floats) { return (divide_up(floats, 16) | 1) * 16; }

inline int64_t column_panels(const ConvShape& s) { return divide_up(s.filters, kMaxColumns); }
// From a point to the next: [column panels, channels, kMaxColumns], the right operand of a point's product.
inline int64_t weights_step(const ConvShape& s) { return odd_lines(column_panels(s) * s.channels * kMaxColumns); }

// Transforms 3x3 vectors of filters; value number i goes to to + i * point_step.
HWY_INLINE void transform_kernel(const V (&w)[9], float* to, int64_t point_step) {
  V down[3][6];
  CAJAL_UNROLL
  for (int x = 0; x < 3; ++x) {
    const V column[3] = {w[x], w[3 + x], w[6 + x]};
    KernelPoints::apply(column, down[x]);
  }
  CAJAL_UNROLL
  for (int u = 0; u < 6; ++u) {
    const V row[3] = {down[0][u], down[1][u], down[2][u]};
    V y[6];
    KernelPoints::apply(row, y);
    CAJAL_UNROLL
    for (int v = 0; v < 6; ++v) hn::Store(y[v], d, to + (u * 6 + v) * point_step);
  }
}

template <class Lanes>
HWY_INLINE void transform_plain_kernel(const ConvShape& s, const float* w, Lanes lanes, float* to) {
  V taps[9];
  CAJAL_UNROLL
  for (int i = 0; i < 9; ++i) taps[i] = lanes.load(w + i * s.channels * s.filters);
  transform_kernel(taps, to, weights_step(s));
}

// Rows [begin, end) of all column panels after each other, w [3, 3, channels, filters].
inline void transform_kernels(const ConvShape& s, const float* w, Range rows, float* to) {
  for (int64_t row = rows.begin; row < rows.end; ++row) {
    const int64_t first = row / s.channels * kMaxColumns, last = std::min(first + kMaxColumns, s.filters);
    const float* from = w + row % s.channels * s.filters;
    for (int64_t filter = first; filter < last; filter += kLanes) {
      float* vector = to + row * kMaxColumns + filter - first;
      if (last - filter >= kLanes) {
        transform_plain_kernel(s, from + filter, WholeVector(), vector);
      } else {
        transform_plain_kernel(s, from + filter, Partial(last - filter), vector);
      }
    }
  }
}

// taps[i][c] = filters first to first + kLanes of channel c, from w [3, 3, filters, channels]; the last tap comes
// first. No more filters and channels than there are.
inline void turn_taps(const ConvShape& s, const float* w, int64_t first, int64_t channel, int64_t channels,
                      float (*taps)[kTurned][kLanes]) {
  const int64_t filters = std::min<int64_t>(kLanes, s.filters - first);
  for (int i = 0; i < 9; ++i) {
    const float* from = w + ((8 - i) * s.filters + first) * s.channels + channel;
    if (filters == kLanes && channels == kTurned) {
      for (int c = 0; c < kTurned; c += kTransposeDepth) {
        transpose_tile(from + c, s.channels, [&](int j, V v) HWY_ATTR { hn::Store(v, d, taps[i][c + j]); });
      }
    } else {
      for (int64_t f = 0; f < filters; ++f)
        for (int64_t c = 0; c < channels; ++c) taps[i][c][f] = from[f * s.channels + c];
    }
  }
}

// Number of groups that turned kernels are cut into: kTurned channels of a column panel each.
inline int64_t turned_groups(const ConvShape& s) { return column_panels(s) * divide_up(s.channels, kTurned); }

// Groups [begin, end), w [3, 3, filters, channels] turned by 180 degrees.
inline void transform_turned_kernels(const ConvShape& s, const float* w, Range groups, float* to) {
  const int64_t per_panel = divide_up(s.channels, kTurned);
  HWY_ALIGN float taps[9][kTurned][kLanes] = {};
  for (int64_t group = groups.begin; group < groups.end; ++group) {
    const int64_t panel = group / per_panel, channel = group % per_panel * kTurned;
    const int64_t channels = std::min<int64_t>(kTurned, s.channels - channel);
    const int64_t begin = panel * kMaxColumns, end = std::min(begin + kMaxColumns, s.filters);
    for (int64_t filter = begin; filter < end; filter += kLanes) {
      turn_taps(s, w, filter, channel, channels, taps);
      for (int64_t c = 0; c < channels; ++c) {
        V vectors[9];
        CAJAL_UNROLL
        for (int i = 0; i < 9; ++i) vectors[i] = hn::Load(d, taps[i][c]);
        transform_kernel(vectors, to + (panel * s.channels + channel + c) * kMaxColumns + filter - begin,
                         weights_step(s));
      }
    }
  }
}

}  // namespace winograd
}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace cajal::cpu
HWY_AFTER_NAMESPACE();

#endif  // CAJAL_BACKENDS_CPU_WINOGRAD_WEIGHTS_INL_H_
