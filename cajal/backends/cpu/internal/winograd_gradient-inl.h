// The gradient of the kernel: patches of x and tiles of dy are transformed, multiplied and summed at each of the 36
// points, and the sums are transformed back once. Compiled once per SIMD target.
//
// The sum over the tiles is cut into pieces, which depend on the sizes only; each is a chain of blocks of tiles in
// order, and the pieces are added in order: the threads cannot change a bit.

#if defined(CAJAL_BACKENDS_CPU_WINOGRAD_GRADIENT_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef CAJAL_BACKENDS_CPU_WINOGRAD_GRADIENT_INL_H_
#undef CAJAL_BACKENDS_CPU_WINOGRAD_GRADIENT_INL_H_
#else
#define CAJAL_BACKENDS_CPU_WINOGRAD_GRADIENT_INL_H_
#endif

#include <algorithm>
#include <cstdint>

#include "cajal/backends/cpu/internal/gemm_kernel-inl.h"
#include "cajal/backends/cpu/internal/winograd_image-inl.h"
#include "cajal/backends/cpu/internal/winograd_weights-inl.h"

HWY_BEFORE_NAMESPACE();
namespace cajal::cpu {
namespace HWY_NAMESPACE {
namespace {
namespace winograd {

// The points of a pair of transforms in one direction with all six in the other: they are taken at a time, so that
// what is transformed stays in the second-level cache.
constexpr int kPairPoints = 12, kPairs = 3;
// A sum that is transformed back in one direction: six points times the three columns of the kernel.
constexpr int kHalfSums = 18;

// The products lie as [points][column panels][row panels][kMaxRows][kMaxColumns], in the order of their making.
constexpr int64_t kGradientTile = kMaxRows * kMaxColumns;

// What one thread sums without interruption: some pairs of points, some channels, some filters, some tiles.
template <class Operands>
struct GradientItem {
  const WinogradPlan& plan;
  const Operands& operands;
  Range pairs, channels, filters, tiles;
  float* patches;  // [12][tiles at once][patch_stride]
  float* results;  // [12][tiles at once][result_stride]
  float* products;
  int64_t patch_stride, result_stride;
  int64_t row_panel, row_panels, column_panels;
};

inline int64_t gradient_filters(const ConvShape& s) { return round_up(s.filters, kMaxColumns); }
inline int64_t half_sums_floats(const ConvShape& s) { return kHalfSums * s.channels * gradient_filters(s); }

// ------------------------------------------------------------------------------------------------ transforms

// Some channels of the tiles at the points of one pair; [12][tiles at once][stride].
template <template <int> class Pair, int kPair, class Stored>
void transform_slices(const WinogradPlan& plan, const Images<Stored>& images, Range channels, Range tiles, float* out,
                      int64_t stride) {
  using Across = AllPairs<Pair>;
  const int64_t point_step = plan.tiles_at_once * stride;
  for_segments(plan, tiles, [&](const Segment& segment) {
    const auto window = window_of(images, segment);
    float* to[kSegment];
    for (int64_t i = 0; i < segment.count; ++i) to[i] = out + (segment.index + i) * stride;
    for (int64_t channel = channels.begin; channel < channels.end; channel += kLanes) {
      const int64_t left = channels.end - channel;
      if (left >= kLanes) {
        transform_tiles<Pair<kPair>, Across>(window, channel, segment.count, WholeVector(), to, point_step);
      } else {
        transform_tiles<Pair<kPair>, Across>(window, channel, segment.count, Partial(left), to, point_step);
      }
      for (int64_t i = 0; i < segment.count; ++i) to[i] += kLanes;
    }
  });
}

template <int kPair, class Operands>
void transform_both(const GradientItem<Operands>& item, Range tiles) {
  const ConvShape& s = item.plan.shape;
  transform_slices<PatchPair, kPair>(item.plan, padded_images(s, item.operands.image), item.channels, tiles,
                                     item.patches, item.patch_stride);
  transform_slices<TilePair, kPair>(item.plan, result_images(s, item.operands.other), item.filters, tiles, item.results,
                                    item.result_stride);
}

template <class Operands>
void transform_pair(const GradientItem<Operands>& item, int64_t pair, Range tiles) {
  switch (pair) {
    case 0: return transform_both<0>(item, tiles);
    case 1: return transform_both<1>(item, tiles);
    default: return transform_both<2>(item, tiles);
  }
}

// ------------------------------------------------------------------------------------------------ products

HWY_INLINE void prefetch_products(const float* at) {
  for (int64_t i = 0; i < kGradientTile; i += 16) __builtin_prefetch(at + i, 1, 3);
}

// Adds the products of some tiles at the points of a pair; the first ones are stored.
template <class Operands>
void multiply_pair(const GradientItem<Operands>& item, int64_t pair, int64_t tiles, bool first) {
  const int64_t rows = item.channels.size(), columns = item.filters.size();
  float* c =
      item.products + (pair - item.pairs.begin) * kPairPoints * item.column_panels * item.row_panels * kGradientTile;
  for (int point = 0; point < kPairPoints; ++point) {
    const float* a = item.patches + point * item.plan.tiles_at_once * item.patch_stride;
    const float* b = item.results + point * item.plan.tiles_at_once * item.result_stride;
    for (int64_t column = 0; column < columns; column += kMaxColumns) {
      const int64_t vectors = divide_up(std::min<int64_t>(kMaxColumns, columns - column), kLanes);
      for (int64_t row = 0; row < rows; row += item.row_panel, c += kGradientTile) {
        if (!first) prefetch_products(c + kGradientTile);
        Tile tile = {};
        tile.a = a + row, tile.a_stride = item.patch_stride;
        tile.b = b + column, tile.b_stride = item.result_stride;
        tile.depth = tiles;
        tile.c = c, tile.c_stride = kMaxColumns;
        tile.accumulate = !first;
        find_kernel(true, false, vectors, std::min(item.row_panel, rows - row))(tile);
      }
    }
  }
}

// ------------------------------------------------------------------------------------------------ back again

// Transforms the sums back in one direction: half_sums[u][kernel column][channel][filter].
template <class Operands>
void write_half_sums(const GradientItem<Operands>& item, float* half_sums) {
  const ConvShape& s = item.plan.shape;
  const int64_t stride = gradient_filters(s), point_step = item.column_panels * item.row_panels * kGradientTile;
  for (int64_t u = 0; u < item.pairs.size() * 2; ++u) {
    for (int64_t c = 0; c < item.channels.size(); ++c) {
      const float* row =
          item.products + u * 6 * point_step + c / item.row_panel * kGradientTile + c % item.row_panel * kMaxColumns;
      float* to = half_sums + ((item.pairs.begin * 2 + u) * 3 * s.channels + item.channels.begin + c) * stride;
      for (int64_t f = 0; f < item.filters.size(); f += kLanes) {
        const float* from = row + f / kMaxColumns * item.row_panels * kGradientTile + f % kMaxColumns;
        V m[6], y[3];
        CAJAL_UNROLL
        for (int v = 0; v < 6; ++v) m[v] = hn::Load(d, from + v * point_step);
        three_outputs(m, y);
        CAJAL_UNROLL
        for (int i = 0; i < 3; ++i) hn::Store(y[i], d, to + i * s.channels * stride + item.filters.begin + f);
      }
    }
  }
}

template <class Lanes>
HWY_INLINE void write_gradient(const WinogradPlan& plan, const float* half_sums, float* dw, Lanes lanes) {
  const ConvShape& s = plan.shape;
  const int64_t step = s.channels * gradient_filters(s);
  for (int x = 0; x < 3; ++x) {
    V m[6], y[3];
    for (int u = 0; u < 6; ++u) {
      const float* from = half_sums + (u * 3 + x) * step;
      m[u] = hn::Load(d, from);
      for (int64_t i = 1; i < plan.pieces; ++i) m[u] = hn::Add(m[u], hn::Load(d, from + i * half_sums_floats(s)));
    }
    three_outputs(m, y);
    for (int i = 0; i < 3; ++i) lanes.store(y[i], dw + (i * 3 + x) * s.channels * s.filters);
  }
}

// The gradient of some channels from the pieces of the sum.
inline void add_pieces(const WinogradPlan& plan, const float* half_sums, Range channels, float* dw) {
  const ConvShape& s = plan.shape;
  for (int64_t c = channels.begin; c < channels.end; ++c) {
    for (int64_t f = 0; f < s.filters; f += kLanes) {
      const float* from = half_sums + c * gradient_filters(s) + f;
      float* to = dw + c * s.filters + f;
      if (s.filters - f >= kLanes) {
        write_gradient(plan, from, to, WholeVector());
      } else {
        write_gradient(plan, from, to, Partial(s.filters - f));
      }
    }
  }
}

// ------------------------------------------------------------------------------------------------ all of it

template <class Operands>
void sum_item(const GradientItem<Operands>& item) {
  const int64_t blocks = divide_up(item.tiles.size(), item.plan.tiles_at_once);
  for (int64_t i = 0; i < blocks; ++i) {
    const Range some = piece(item.tiles.size(), i, blocks);
    const Range tiles = {item.tiles.begin + some.begin, item.tiles.begin + some.end};
    for (int64_t pair = item.pairs.begin; pair < item.pairs.end; ++pair) {
      transform_pair(item, pair, tiles);
      multiply_pair(item, pair, tiles.size(), i == 0);
    }
  }
}

struct GradientGrid {
  int64_t channels, filters;  // blocks of them
  explicit GradientGrid(const WinogradPlan& plan)
      : channels(divide_up(plan.shape.channels, plan.channels_at_once)),
        filters(divide_up(plan.shape.filters, plan.filters_at_once)) {}
};

template <class Operands>
GradientItem<Operands> gradient_item(const WinogradPlan& plan, const Operands& operands, int64_t index,
                                     float* scratch) {
  const GradientGrid grid(plan);
  const ConvShape& s = plan.shape;
  const int64_t filter = index % grid.filters * plan.filters_at_once;
  const int64_t channel = index / grid.filters % grid.channels * plan.channels_at_once;
  const int64_t round = index / (grid.filters * grid.channels) % plan.rounds;
  GradientItem<Operands> item = {
      .plan = plan,
      .operands = operands,
      .pairs = piece(kPairs, round, plan.rounds),
      .channels = {channel, std::min(channel + plan.channels_at_once, s.channels)},
      .filters = {filter, std::min(filter + plan.filters_at_once, s.filters)},
      .tiles = piece(plan.tiles, index / (grid.filters * grid.channels * plan.rounds), plan.pieces),
      .patches = scratch,
      .results = scratch + plan.second_offset,
      .products = scratch + plan.third_offset,
      .patch_stride = odd_lines(plan.channels_at_once),
      .result_stride = odd_lines(plan.filters_at_once),
      .row_panel = 0,
      .row_panels = 0,
      .column_panels = 0};
  item.row_panel = divide_up(item.channels.size(), divide_up(item.channels.size(), kMaxRows));
  item.row_panels = divide_up(item.channels.size(), item.row_panel);
  item.column_panels = divide_up(item.filters.size(), kMaxColumns);
  return item;
}

template <class Operands>
void run_kernel_gradient(const WinogradPlan& plan, const Operands& operands) noexcept {
  float* half_sums = static_cast<float*>(operands.workspace);
  const GradientGrid grid(plan);
  const int64_t of_piece = grid.channels * grid.filters * plan.rounds;
  for_parts(plan.parts, [&](int64_t part) {
    float* scratch = half_sums + plan.inputs_offset + size_t(part) * plan.part_floats;
    const Range items = piece(of_piece * plan.pieces, part, plan.parts);
    for (int64_t i = items.begin; i < items.end; ++i) {
      const auto item = gradient_item(plan, operands, i, scratch);
      sum_item(item);
      write_half_sums(item, half_sums + i / of_piece * half_sums_floats(plan.shape));
    }
  });
  for_parts(plan.parts, [&](int64_t part) {
    add_pieces(plan, half_sums, piece(plan.shape.channels, part, plan.parts), operands.result);
  });
}

}  // namespace winograd
}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace cajal::cpu
HWY_AFTER_NAMESPACE();

#endif  // CAJAL_BACKENDS_CPU_WINOGRAD_GRADIENT_INL_H_
