// Plans of Winograd's convolution: how the tiles, channels and filters are cut for the caches and the threads.

#include <algorithm>

#include "cajal/backends/cpu/internal/targets.h"

// Highway compiles this file once per target.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "cajal/backends/cpu/internal/winograd.cpp"
#include "hwy/foreach_target.h"
// After foreach_target.h.
#include "cajal/backends/cpu/internal/winograd.h"
#include "cajal/backends/cpu/internal/winograd_forward-inl.h"
#include "cajal/backends/cpu/internal/winograd_gradient-inl.h"

HWY_BEFORE_NAMESPACE();
namespace cajal::cpu {
namespace HWY_NAMESPACE {
namespace {
namespace winograd {

// Operations (of the plain algorithm) for which another thread is worth its waking.
constexpr int64_t kFlopsPerThread = 4000 * 1000;
// Floats of transformed patches and of products that a block of tiles may make: a second-level cache of 2 MiB holds
// both, one of 1 MiB the products and, one point after the other, the patches.
constexpr int64_t kPatchFloats = 320 * 1024, kProductFloats = 160 * 1024;
constexpr int64_t kFewestTiles = 56, kMostTiles = 112;
// The gradient of w: tiles at a time, and floats of the sums, which stay in the second-level cache.
constexpr int64_t kGradientTiles = 56, kGradientFloats = 300 * 1024;
constexpr int64_t kGradientChannels = 128, kGradientFilters = 128;
// So many items of work there should be at least for the threads to share.
constexpr int64_t kGradientItems = 8;

size_t line_up(int64_t floats) { return size_t(round_up(floats, 16)); }

int most_parts(const ConvShape& s, int64_t work, int threads) {
  const double most = s.flops() / double(kFlopsPerThread);
  return int(std::clamp<int64_t>(int64_t(std::min(most, double(work))), 1, std::max(threads, 1)));
}

void plan_forward(WinogradPlan& plan, int threads) {
  const ConvShape& s = plan.shape;
  plan.run = &run_forward<ConvOperands>;
  plan.run_narrow = &run_forward<NarrowConvOperands>;
  plan.parts = most_parts(s, divide_up(plan.tiles, kMaxRows), threads);
  const int64_t chunks = divide_up(s.channels, kChunk), per_part = divide_up(plan.tiles, plan.parts);
  const int64_t fitting = std::clamp(kPatchFloats / (kPoints * chunks * kChunk), kFewestTiles, kMostTiles);
  const int64_t panels = std::min(fitting / kMaxRows, divide_up(per_part, kMaxRows));
  plan.tiles_at_once = panels * kMaxRows;
  const int64_t columns = kProductFloats / (panels * kProductPanel);
  plan.filters_at_once = std::clamp<int64_t>(columns, 1, column_panels(s)) * kMaxColumns;
  plan.inputs_offset = line_up(kPoints * weights_step(s));
  plan.second_offset = line_up(panels * patch_panel(s));
  plan.part_floats = plan.second_offset + line_up(panels * plan.filters_at_once / kMaxColumns * kProductPanel);
}

void plan_kernel_gradient(WinogradPlan& plan, int threads) {
  const ConvShape& s = plan.shape;
  plan.run = &run_kernel_gradient<ConvOperands>;
  plan.run_narrow_gradient = &run_kernel_gradient<NarrowGradientOperands>;
  plan.filters_at_once = std::min(round_up(s.filters, kMaxColumns), round_up(kGradientFilters, kMaxColumns));
  plan.channels_at_once = std::min(s.channels, round_up(kGradientChannels, kLanes));
  const int64_t sums = plan.channels_at_once * plan.filters_at_once;
  plan.rounds = kPoints * sums <= kGradientFloats ? 1 : kPairs;
  const GradientGrid grid(plan);
  const int64_t items = grid.channels * grid.filters * plan.rounds;
  plan.tiles_at_once = std::min(kGradientTiles, plan.tiles);
  plan.pieces = std::clamp<int64_t>(divide_up(kGradientItems, items), 1, divide_up(plan.tiles, plan.tiles_at_once));
  plan.parts = most_parts(s, items * plan.pieces, threads);
  const int64_t points = plan.rounds == 1 ? kPoints : kPairPoints;
  const int64_t panels = divide_up(plan.channels_at_once, kMaxRows) * divide_up(plan.filters_at_once, kMaxColumns);
  plan.inputs_offset = line_up(plan.pieces * half_sums_floats(s));
  plan.second_offset = line_up(kPairPoints * plan.tiles_at_once * odd_lines(plan.channels_at_once));
  plan.third_offset = plan.second_offset + line_up(kPairPoints * plan.tiles_at_once * odd_lines(plan.filters_at_once));
  plan.part_floats = plan.third_offset + line_up(points * panels * kGradientTile);
}

// The convolution of dy that gives dx: with the kernels turned, and as many zeros before as leave dx where x was.
ConvShape turned_shape(const ConvShape& s) {
  ConvShape out = s;
  std::swap(out.height, out.out_height), std::swap(out.width, out.out_width);
  std::swap(out.channels, out.filters);
  out.pad_top = 2 - s.pad_top, out.pad_left = 2 - s.pad_left;
  return out;
}

WinogradPlan plan_for_target(const ConvShape& shape, ConvDirection direction, int threads) {
  WinogradPlan plan;
  plan.turned = direction == ConvDirection::input_gradient;
  plan.shape = plan.turned ? turned_shape(shape) : shape;
  plan.tile_rows = divide_up(plan.shape.out_height, kTile);
  plan.tile_columns = divide_up(plan.shape.out_width, kTile);
  plan.tiles = plan.shape.batch * plan.tile_rows * plan.tile_columns;
  if (direction == ConvDirection::kernel_gradient) {
    plan_kernel_gradient(plan, threads);
  } else {
    plan_forward(plan, threads);
  }
  plan.workspace = (plan.inputs_offset + size_t(plan.parts) * plan.part_floats) * sizeof(float);
  return plan;
}

}  // namespace winograd
}  // namespace

WinogradPlan plan_winograd_for_target(const ConvShape& shape, ConvDirection direction, int threads) {
  return winograd::plan_for_target(shape, direction, threads);
}

}  // namespace HWY_NAMESPACE
}  // namespace cajal::cpu
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace cajal::cpu {

HWY_EXPORT(plan_winograd_for_target);

namespace {

// Whether each of the three taps of the kernel meets the image, and each result too: where one does not, it is exactly
// zero, which transforms and back again are not.
bool every_tap_counts(int64_t size, int64_t out_size, int64_t before) {
  const int64_t after = out_size + 2 - before - size;
  return before >= 0 && before <= 2 && after >= 0 && after <= 2 && size + std::min(before, after) >= 3;
}

}  // namespace

bool winograd_can(const ConvShape& s) {
  return every_tap_counts(s.height, s.out_height, s.pad_top) && every_tap_counts(s.width, s.out_width, s.pad_left) &&
         s.kernel_height == 3 && s.kernel_width == 3 && s.stride_height == 1 && s.stride_width == 1 &&
         s.dilation_height == 1 && s.dilation_width == 1 && s.groups == 1;
}

// By measurement beside the direct kernels (bench/winograd.cpp): a quarter of the multiplications is left, of which the
// part of the tiles that lies outside is lost; the transformed kernels, four times as large, cost as much as about 24
// tiles; and a few channels are all transform.
bool winograd_wins(const ConvShape& s, ConvDirection direction) {
  const bool of_image = direction == ConvDirection::input_gradient;
  const int64_t rows = of_image ? s.height : s.out_height, columns = of_image ? s.width : s.out_width;
  const double tiles = double(s.batch * divide_up(rows, 4) * divide_up(columns, 4));
  const double used = double(s.batch * rows * columns) / 16;
  return std::min(s.channels, s.filters) >= 16 && used >= 0.5 * (tiles + 24);
}

WinogradPlan plan_winograd(const ConvShape& shape, ConvDirection direction, int threads) {
  return HWY_DYNAMIC_DISPATCH(plan_winograd_for_target)(shape, direction, threads);
}

}  // namespace cajal::cpu
#endif
