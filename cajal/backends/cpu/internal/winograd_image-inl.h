// Images cut into patches of 6x6 pixels (or tiles of 4x4), four pixels apart, and their transforms in two dimensions.
// Compiled once per SIMD target.

#if defined(CAJAL_BACKENDS_CPU_WINOGRAD_IMAGE_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef CAJAL_BACKENDS_CPU_WINOGRAD_IMAGE_INL_H_
#undef CAJAL_BACKENDS_CPU_WINOGRAD_IMAGE_INL_H_
#else
#define CAJAL_BACKENDS_CPU_WINOGRAD_IMAGE_INL_H_
#endif

#include <algorithm>
#include <cstdint>

#include "cajal/backends/cpu/internal/gemm_kernel-inl.h"
#include "cajal/backends/cpu/internal/parts.h"
#include "cajal/backends/cpu/internal/winograd.h"
#include "cajal/backends/cpu/internal/winograd_points-inl.h"

HWY_BEFORE_NAMESPACE();
namespace cajal::cpu {
namespace HWY_NAMESPACE {
namespace {
namespace winograd {

constexpr int64_t kTile = 4;     // outputs of a tile in each direction
constexpr int kPoints = 36;      // values of a transformed patch
constexpr int64_t kSegment = 8;  // neighbouring tiles that are transformed together

// Images, and where the first tile begins in them (before the first pixel where there is padding).
template <class Stored>
struct Images {
  const Stored* data;
  int64_t height, width, channels;
  int64_t top, left;
};

template <class Stored>
Images<Stored> padded_images(const ConvShape& s, const Stored* x) {
  return {x, s.height, s.width, s.channels, -s.pad_top, -s.pad_left};
}
template <class Stored>
Images<Stored> result_images(const ConvShape& s, const Stored* y) {
  return {y, s.out_height, s.out_width, s.filters, 0, 0};
}

// Neighbouring tiles of a row of tiles; `index`: of the first, counted from the beginning of the range it is part of.
struct Segment {
  int64_t image, row, column, count, index;
};

template <class Body>
void for_segments(const WinogradPlan& plan, Range tiles, const Body& body) {
  for (int64_t tile = tiles.begin; tile < tiles.end;) {
    const int64_t column = tile % plan.tile_columns, rows = tile / plan.tile_columns;
    const int64_t count = std::min({kSegment, plan.tile_columns - column, tiles.end - tile});
    body(Segment{rows / plan.tile_rows, rows % plan.tile_rows, column, count, tile - tiles.begin});
    tile += count;
  }
}

// A rectangle of an image, which may stick out.
template <class Stored>
struct Window {
  const Stored* image;
  int64_t offset;  // of its first pixel, which may lie outside
  int64_t row_step, pixel_step;
  Range rows, columns;  // those inside, counted from the window's first
};

template <class Stored>
Window<Stored> window_of(const Images<Stored>& from, const Segment& segment) {
  const int64_t top = segment.row * kTile + from.top, left = segment.column * kTile + from.left;
  const int64_t row_step = from.width * from.channels;
  return {.image = from.data + segment.image * from.height * row_step,
          .offset = top * row_step + left * from.channels,
          .row_step = row_step,
          .pixel_step = from.channels,
          .rows = {-top, from.height - top},
          .columns = {-left, from.width - left}};
}

HWY_INLINE void prefetch_line(const void* from) { __builtin_prefetch(from, 0, 2); }

struct WholeVector {
  HWY_INLINE V load(const float* from) const { return hn::LoadU(d, from); }
  HWY_INLINE void store(V v, float* to) const { hn::StoreU(v, d, to); }
  HWY_INLINE V load(const bfloat16* from) const { return load_widened(d, from); }
  HWY_INLINE void store(V v, bfloat16* to) const { store_narrowed(v, d, to); }
};

HWY_INLINE void clear(float* vectors, int64_t count) {
  for (int64_t i = 0; i < count; i += kLanes) hn::Store(hn::Zero(d), d, vectors + i);
}

// Transforms each column of the window: lines[column][i].
template <class Down, bool kInside, class Stored, class Lanes>
HWY_INLINE void transform_columns(const Window<Stored>& window, int64_t channel, int64_t columns, Lanes lanes,
                                  float* lines) {
  constexpr int64_t step = Down::kTo * kLanes;
  const int64_t first = std::clamp<int64_t>(window.columns.begin, 0, columns);
  const int64_t last = std::clamp<int64_t>(window.columns.end, first, columns);
  clear(lines, first * step);
  clear(lines + last * step, (columns - last) * step);
  for (int64_t column = first; column < last; ++column) {
    const Stored* image = window.image;
    const int64_t at = window.offset + column * window.pixel_step + channel;
    V x[Down::kFrom], y[Down::kTo];
    CAJAL_UNROLL
    for (int r = 0; r < Down::kFrom; ++r) {
      const bool inside = kInside || (r >= window.rows.begin && r < window.rows.end);
      x[r] = inside ? lanes.load(image + at + r * window.row_step) : hn::Zero(d);
    }
    // What the next row of tiles will read: hardware does not foresee jumps from pixel to pixel.
    CAJAL_UNROLL
    for (int r = Down::kFrom; r < Down::kFrom + kTile; ++r) prefetch_line(image + at + r * window.row_step);
    Down::apply(x, y);
    CAJAL_UNROLL
    for (int i = 0; i < Down::kTo; ++i) hn::Store(y[i], d, lines + column * step + i * kLanes);
  }
}

// Transforms one vector of channels of the tiles side by side in the window. Value number i of tile t goes to
// to[t] + i * point_step.
template <class Down, class Across, class Stored, class Lanes>
HWY_INLINE void transform_tiles(const Window<Stored>& window, int64_t channel, int64_t tiles, Lanes lanes,
                                float* const* to, int64_t point_step) {
  static_assert(Down::kFrom == Across::kFrom);
  constexpr int64_t most = (kSegment - 1) * kTile + Down::kFrom, step = Down::kTo * kLanes;
  HWY_ALIGN float lines[size_t(most * step)];
  const int64_t columns = (tiles - 1) * kTile + Down::kFrom;
  if (window.rows.begin <= 0 && window.rows.end >= Down::kFrom) {
    transform_columns<Down, true>(window, channel, columns, lanes, lines);
  } else {
    transform_columns<Down, false>(window, channel, columns, lanes, lines);
  }
  for (int64_t tile = 0; tile < tiles; ++tile) {
    for (int u = 0; u < Down::kTo; ++u) {
      V x[Across::kFrom], y[Across::kTo];
      CAJAL_UNROLL
      for (int i = 0; i < Across::kFrom; ++i) x[i] = hn::Load(d, lines + (tile * kTile + i) * step + u * kLanes);
      Across::apply(x, y);
      CAJAL_UNROLL
      for (int v = 0; v < Across::kTo; ++v) hn::Store(y[v], d, to[tile] + (u * Across::kTo + v) * point_step);
    }
  }
}

}  // namespace winograd
}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace cajal::cpu
HWY_AFTER_NAMESPACE();

#endif  // CAJAL_BACKENDS_CPU_WINOGRAD_IMAGE_INL_H_
