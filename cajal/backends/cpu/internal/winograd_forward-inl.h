// Convolution, and the gradient of its image: blocks of tiles are transformed, multiplied and transformed back while
// they are in the second-level cache. Compiled once per SIMD target.

#if defined(CAJAL_BACKENDS_CPU_WINOGRAD_FORWARD_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef CAJAL_BACKENDS_CPU_WINOGRAD_FORWARD_INL_H_
#undef CAJAL_BACKENDS_CPU_WINOGRAD_FORWARD_INL_H_
#else
#define CAJAL_BACKENDS_CPU_WINOGRAD_FORWARD_INL_H_
#endif

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

#include "cajal/backends/cpu/internal/conv_finish-inl.h"
#include "cajal/backends/cpu/internal/gemm_kernel-inl.h"
#include "cajal/backends/cpu/internal/winograd_image-inl.h"
#include "cajal/backends/cpu/internal/winograd_weights-inl.h"

HWY_BEFORE_NAMESPACE();
namespace cajal::cpu {
namespace HWY_NAMESPACE {
namespace {
namespace winograd {

// Transformed patches lie as [row panels][channels / kChunk][36][kMaxRows][kChunk]: what one vector of channels of a
// patch becomes stays within a few pages, and the products read whole lines.
constexpr int64_t kChunk = 16;
constexpr int64_t kPatchStep = kMaxRows * kChunk, kPatchChunk = kPoints * kPatchStep;
// Products lie as [row panels][column panels][36][kMaxRows][kMaxColumns].
constexpr int64_t kProductStep = kMaxRows * kMaxColumns, kProductPanel = kPoints * kProductStep;
// The longest sum that is made in registers: longer panels would not stay in the first-level cache.
constexpr int64_t kDepth = 512;
static_assert(kDepth % kChunk == 0);

inline int64_t patch_panel(const ConvShape& s) { return divide_up(s.channels, kChunk) * kPatchChunk; }

// Some tiles of one thread, and its scratch.
template <class Operands>
struct TileBlock {
  const WinogradPlan& plan;
  const Operands& operands;
  const float* weights;
  Range tiles;
  int64_t row_panel, row_panels;
  float* patches;
  float* products;
};

// ------------------------------------------------------------------------------------------------ patches

template <class Operands>
void transform_patches(const TileBlock<Operands>& block) {
  const ConvShape& s = block.plan.shape;
  const auto images = padded_images(s, block.operands.image);
  for_segments(block.plan, block.tiles, [&](const Segment& segment) {
    const auto window = window_of(images, segment);
    float* to[kSegment];
    for (int64_t i = 0; i < segment.count; ++i) {
      const int64_t tile = segment.index + i;
      to[i] = block.patches + tile / block.row_panel * patch_panel(s) + tile % block.row_panel * kChunk;
    }
    for (int64_t channel = 0; channel < s.channels; channel += kLanes) {
      const int64_t left = s.channels - channel;
      if (left >= kLanes) {
        transform_tiles<PatchPoints, PatchPoints>(window, channel, segment.count, WholeVector(), to, kPatchStep);
      } else {
        transform_tiles<PatchPoints, PatchPoints>(window, channel, segment.count, Partial(left), to, kPatchStep);
      }
      const int64_t step = (channel + kLanes) % kChunk == 0 ? kPatchChunk - kChunk + kLanes : kLanes;
      for (int64_t i = 0; i < segment.count; ++i) to[i] += step;
    }
  });
}

// ------------------------------------------------------------------------------------------------ products

// Walks along k over a chunk of A.
template <int kRows>
class InChunk {
 public:
  HWY_INLINE explicit InChunk(const float* a) : a_(a) {}
  HWY_INLINE float operator[](int row) const { return a_[row * kChunk]; }
  HWY_INLINE void advance() { ++a_; }

 private:
  const float* a_;
};

struct PointTile {
  const float* a;
  const float* b;
  int64_t depth;
  float* c;
  bool accumulate;
};
using PointKernel = void (*)(const PointTile&) noexcept;

template <int kRows, int kVectors>
void multiply_chunks(const PointTile& tile) noexcept {
  Accumulators<kRows, kVectors, false> sums(0);
  const float *a = tile.a, *b = tile.b;
  for (int64_t left = tile.depth; left > 0; left -= kChunk) {
    sums.multiply(InChunk<kRows>(a), b, kMaxColumns, std::min(left, kChunk));
    a += kPatchChunk;
    b += kChunk * kMaxColumns;
  }
  Tile out = {};
  out.c = tile.c, out.c_stride = kMaxColumns, out.accumulate = tile.accumulate;
  sums.finish(out);
}

using PointKernels = std::array<std::array<PointKernel, kMaxRows>, kMaxVectors>;
template <int kVectors, int... kRow>
constexpr std::array<PointKernel, kMaxRows> point_kernels_of_width(std::integer_sequence<int, kRow...>) {
  return {&multiply_chunks<kRow + 1, kVectors>...};
}
template <int... kVector>
constexpr PointKernels point_kernels(std::integer_sequence<int, kVector...>) {
  return {point_kernels_of_width<kVector + 1>(std::make_integer_sequence<int, kMaxRows>())...};
}

inline PointKernel find_point_kernel(int64_t vectors, int64_t rows) {
  static constexpr PointKernels kernels = point_kernels(std::make_integer_sequence<int, kMaxVectors>());
  return kernels[size_t(vectors - 1)][size_t(rows - 1)];
}

template <class Operands>
int64_t rows_of_panel(const TileBlock<Operands>& block, int64_t panel) {
  return std::min(block.row_panel, block.tiles.size() - panel * block.row_panel);
}

// One point's product of all tiles of the block with a column panel.
template <class Operands>
void multiply_panel(const TileBlock<Operands>& block, int point, Range depth, int64_t column_panel, float* products,
                    int64_t products_step) {
  const ConvShape& s = block.plan.shape;
  const int64_t vectors = divide_up(std::min<int64_t>(kMaxColumns, s.filters - column_panel * kMaxColumns), kLanes);
  PointTile tile = {
      .a = block.patches + depth.begin / kChunk * kPatchChunk + point * kPatchStep,
      .b = block.weights + point * weights_step(s) + (column_panel * s.channels + depth.begin) * kMaxColumns,
      .depth = depth.size(),
      .c = products + point * kProductStep,
      .accumulate = depth.begin > 0};
  for (int64_t i = 0; i < block.row_panels; ++i) {
    find_point_kernel(vectors, rows_of_panel(block, i))(tile);
    tile.a += patch_panel(s);
    tile.c += products_step;
  }
}

// All 36 products of the block with some column panels.
template <class Operands>
void multiply_points(const TileBlock<Operands>& block, Range panels) {
  const int64_t channels = block.plan.shape.channels;
  for (int point = 0; point < kPoints; ++point) {
    for (int64_t k = 0; k < channels; k += kDepth) {
      const Range depth = {k, std::min(k + kDepth, channels)};
      for (int64_t j = panels.begin; j < panels.end; ++j) {
        multiply_panel(block, point, depth, j, block.products + (j - panels.begin) * kProductPanel,
                       panels.size() * kProductPanel);
      }
    }
  }
}

// ------------------------------------------------------------------------------------------------ results

// One vector of filters of a tile's results, and how much of the tile lies inside.
template <class Operands>
struct ResultTile {
  const Operands& operands;
  int64_t offset, row_step, pixel_step;
  int64_t filter;
  int64_t rows, columns;
};

template <class Operands, class Lanes>
HWY_INLINE void finish_row(const ResultTile<Operands>& tile, int row, V (&y)[4], Lanes lanes) {
  const int64_t offset = tile.offset + row * tile.row_step;
  const auto change = [&](auto f) HWY_ATTR {
    CAJAL_UNROLL
    for (int c = 0; c < 4; ++c)
      if (c < tile.columns) y[c] = f(tile.filter, offset + c * tile.pixel_step, 0, y[c]);
  };
  apply_finish(tile.operands.finish, change, [&](int, const auto* from) HWY_ATTR { return lanes.load(from); });
  CAJAL_UNROLL
  for (int c = 0; c < 4; ++c) {
    if (c >= tile.columns) return;
    auto* to = tile.operands.result + offset + c * tile.pixel_step;
    lanes.store(y[c], to);
    __builtin_prefetch(to + kTile * tile.row_step, 1, 2);  // for the next row of tiles
  }
}

template <class Operands, class Lanes>
HWY_INLINE void transform_result(const float* products, const ResultTile<Operands>& tile, Lanes lanes) {
  V down[4][6];
  CAJAL_UNROLL
  for (int v = 0; v < 6; ++v) {
    V m[6], y[4];
    CAJAL_UNROLL
    for (int u = 0; u < 6; ++u) m[u] = hn::Load(d, products + (u * 6 + v) * kProductStep);
    four_outputs(m, y);
    CAJAL_UNROLL
    for (int r = 0; r < 4; ++r) down[r][v] = y[r];
  }
  CAJAL_UNROLL
  for (int r = 0; r < 4; ++r) {
    if (r >= tile.rows) return;
    V y[4];
    four_outputs(down[r], y);
    finish_row(tile, r, y, lanes);
  }
}

// The filters of some column panels of one tile.
template <class Operands>
void write_tile(const TileBlock<Operands>& block, Range panels, const float* products,
                const ResultTile<Operands>& tile) {
  const int64_t filters = block.plan.shape.filters;
  for (int64_t j = panels.begin; j < panels.end; ++j) {
    const float* panel = products + (j - panels.begin) * kProductPanel;
    const int64_t end = std::min((j + 1) * kMaxColumns, filters);
    for (int64_t filter = j * kMaxColumns; filter < end; filter += kLanes, panel += kLanes) {
      ResultTile<Operands> vector = tile;
      vector.filter = filter, vector.offset += filter;
      if (end - filter >= kLanes) {
        transform_result(panel, vector, WholeVector());
      } else {
        transform_result(panel, vector, Partial(end - filter));
      }
    }
  }
}

template <class Operands>
void write_results(const TileBlock<Operands>& block, Range panels) {
  const ConvShape& s = block.plan.shape;
  for_segments(block.plan, block.tiles, [&](const Segment& segment) {
    for (int64_t i = 0; i < segment.count; ++i) {
      const int64_t index = segment.index + i, top = segment.row * kTile, left = (segment.column + i) * kTile;
      const float* products = block.products + index / block.row_panel * panels.size() * kProductPanel +
                              index % block.row_panel * kMaxColumns;
      const int64_t offset = ((segment.image * s.out_height + top) * s.out_width + left) * s.filters;
      write_tile(block, panels, products,
                 {.operands = block.operands,
                  .offset = offset,
                  .row_step = s.out_width * s.filters,
                  .pixel_step = s.filters,
                  .filter = 0,
                  .rows = s.out_height - top,
                  .columns = s.out_width - left});
    }
  });
}

// ------------------------------------------------------------------------------------------------ all of it

inline void transform_weights(const WinogradPlan& plan, const float* w, float* to) {
  const ConvShape& s = plan.shape;
  const int64_t rows = plan.turned ? turned_groups(s) : column_panels(s) * s.channels;
  for_parts(plan.parts, [&](int64_t part) {
    const Range range = piece(rows, part, plan.parts);
    plan.turned ? transform_turned_kernels(s, w, range, to) : transform_kernels(s, w, range, to);
  });
}

template <class Operands>
void convolve_tiles(TileBlock<Operands>& block) {
  transform_patches(block);
  const int64_t panels = column_panels(block.plan.shape), at_once = block.plan.filters_at_once / kMaxColumns;
  for (int64_t j = 0; j < panels; j += at_once) {
    const Range some = {j, std::min(j + at_once, panels)};
    multiply_points(block, some);
    write_results(block, some);
  }
}

template <class Operands>
void run_forward(const WinogradPlan& plan, const Operands& operands) noexcept {
  float* workspace = static_cast<float*>(operands.workspace);
  transform_weights(plan, operands.other, workspace);
  for_parts(plan.parts, [&](int64_t part) {
    float* scratch = workspace + plan.inputs_offset + size_t(part) * plan.part_floats;
    const Range tiles = piece(plan.tiles, part, plan.parts);
    const int64_t blocks = divide_up(tiles.size(), plan.tiles_at_once);
    for (int64_t i = 0; i < blocks; ++i) {
      const Range some = piece(tiles.size(), i, blocks);
      const int64_t panels = divide_up(some.size(), kMaxRows);
      TileBlock<Operands> block = {plan,
                                   operands,
                                   workspace,
                                   {tiles.begin + some.begin, tiles.begin + some.end},
                                   divide_up(some.size(), panels),
                                   0,
                                   scratch,
                                   scratch + plan.second_offset};
      block.row_panels = divide_up(some.size(), block.row_panel);
      convolve_tiles(block);
    }
  });
}

}  // namespace winograd
}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace cajal::cpu
HWY_AFTER_NAMESPACE();

#endif  // CAJAL_BACKENDS_CPU_WINOGRAD_FORWARD_INL_H_
