// The gradient of a convolution's kernel: for each tap, the images (as that tap sees them) transposed, times the
// gradient of the results; a sum over all pixels.
//
// The pixels are taken in blocks, about as many as let the gradient's panel stay in the first-level cache. A tile of
// the kernel's gradient stays in registers for a whole block; its rows are neighbouring channels of the images, which
// are read where they lie. Which pixels a tap sees is listed once per block, so that those outside of the image cost
// nothing: on small images that spares up to a third of the work. Where there are few channels, whole patches are
// copied side by side instead.
//
// Each element is summed block by block in order, and, where the gradient is too small to be shared out among threads,
// in a few partial sums, whose number depends on the sizes alone: so threads change no bit.
#include "cajal/backends/cpu/internal/targets.h"

// Highway compiles this file once per target.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "cajal/backends/cpu/internal/direct_conv_gradient.cpp"
#include "hwy/foreach_target.h"
// After foreach_target.h.
#include <algorithm>

#include "cajal/backends/cpu/internal/direct_conv.h"
#include "cajal/backends/cpu/internal/direct_conv_image-inl.h"
#include "cajal/backends/cpu/internal/direct_conv_kernel-inl.h"

HWY_BEFORE_NAMESPACE();
namespace cajal::cpu {
namespace HWY_NAMESPACE {
namespace {

// Pixels of a block, about.
constexpr int64_t kPixelsAtOnce = 256;
constexpr int64_t kPatchesAtOnce = 96;  // which stay in the first-level cache too
// With fewer tiles than this, the pixels are shared out among the threads instead.
constexpr int64_t kManyTiles = 48;
constexpr int64_t kMostSums = 16;
constexpr int64_t kBlocksPerSum = 4;
// Fewer channels than this are not worth tiles of their own.
constexpr int64_t kFewChannels = 8;
// Each thread must get so many cycles of work, by the estimate of half a cycle per vector and step.
constexpr double kCyclesPerGradientPart = 5000;

struct TapSteps {
  const float* first;  // what the steps' places in the images are counted from
  int64_t count;
};

struct GradientPart {
  const DirectKernelGradientPlan& plan;
  const ConvOperands& operands;
  Range tiles, panels;  // of a group
  float* sums;
  ConvImages images;
  float* patches;
  int32_t* steps;  // [taps][pixels of a block][2]
  TapSteps* taps;
  float* panel;
};

// ------------------------------------------------------------------------------------------------ steps

// The pixels of the block that tap (k, l) sees inside of the images.
TapSteps list_steps(const GradientPart& part, const ConvBlock& block, int64_t tap, int32_t* steps) {
  const ConvShape& s = part.plan.shape;
  const int64_t down = tap / s.kernel_width * s.dilation_height - s.pad_top;
  const int64_t along = tap % s.kernel_width * s.dilation_width - s.pad_left;
  // Columns [low, high) are inside.
  const int64_t low = std::max(block.columns.begin, divide_up(std::max<int64_t>(-along, 0), s.stride_width));
  const int64_t high = std::min(block.columns.end, s.width > along ? (s.width - 1 - along) / s.stride_width + 1 : 0);
  const int64_t first = block.rows.begin / s.out_height * s.image_size();
  int32_t* to = steps;
  for (int64_t q = block.rows.begin; q < block.rows.end; ++q) {
    const int64_t row = q % s.out_height * s.stride_height + down;
    if (row < 0 || row >= s.height || low >= high) continue;
    const int64_t column = low * s.stride_width + along;
    int32_t a = int32_t(q / s.out_height * s.image_size() + (row * s.width + column) * s.channels - first);
    int32_t b = int32_t(((q - block.rows.begin) * block.columns.size() + low - block.columns.begin) * kMaxColumns);
    for (int64_t j = low; j < high; ++j, to += 2) {
      to[0] = a, to[1] = b;
      a += int32_t(s.stride_width * s.channels), b += kMaxColumns;
    }
  }
  return {part.operands.image + first, (to - steps) / 2};
}

// Copies the block's patches, and lists them all.
TapSteps copy_all_patches(const GradientPart& part, const ConvBlock& block, int32_t* steps) {
  const Piece& piece = block.piece;
  bring_images(part.images, block);
  float* to = part.patches;
  for (int64_t q = 0; q < block.rows.size(); ++q)
    for (int64_t j = 0; j < block.columns.size(); ++j, to += piece.patch_stride)
      copy_patch(part.images, piece, q, j, 0, to);
  for (int64_t p = 0; p < block.size(); ++p) {
    steps[2 * p] = int32_t(p * piece.patch_stride), steps[2 * p + 1] = int32_t(p * kMaxColumns);
  }
  return {part.patches, block.size()};
}

// ------------------------------------------------------------------------------------------------ products

// The gradient's columns [column, column + width) for all pixels of the block, side by side.
void pack_gradient(const GradientPart& part, const ConvBlock& block, int64_t column, int64_t width) {
  const ConvShape& s = part.plan.shape;
  float* to = part.panel;
  for (int64_t q = block.rows.begin; q < block.rows.end; ++q, to += block.columns.size() * kMaxColumns)
    copy_rows(part.operands.other + (q * s.out_width + block.columns.begin) * s.filters + column, s.filters,
              block.columns.size(), width, to, kMaxColumns);
}

void run_gradient_tile(const GradientPart& part, int64_t index, int64_t group, int64_t panel, const TapSteps* steps,
                       bool accumulate) {
  const DirectKernelGradientPlan& plan = part.plan;
  const int64_t tap = index / plan.row_tiles, filters = plan.shape.filters;
  const Range rows = piece(plan.rows, index % plan.row_tiles, plan.row_tiles);
  const int64_t first = panel * kMaxColumns, width = std::min<int64_t>(kMaxColumns, plan.group_out - first);
  const ListedTile tile = {
      .a = steps[tap].first + group * plan.group_in + rows.begin,
      .b = part.panel,
      .steps = part.steps + tap * plan.piece.rows_at_once * plan.piece.columns_at_once * 2,
      .count = steps[tap].count,
      .sums = part.sums + (tap * plan.rows + rows.begin) * filters + group * plan.group_out + first,
      .sums_stride = filters,
      .last = width % kLanes,
      .accumulate = accumulate};
  find_listed_kernel(tile.last != 0, divide_up(width, kLanes), rows.size())(tile);
}

void run_gradient_block(const GradientPart& part, const ConvBlock& block, bool accumulate) {
  const DirectKernelGradientPlan& plan = part.plan;
  const int64_t pixels = plan.piece.rows_at_once * plan.piece.columns_at_once;
  for (int64_t tap = part.tiles.begin / plan.row_tiles; tap < divide_up(part.tiles.end, plan.row_tiles); ++tap) {
    int32_t* steps = part.steps + tap * pixels * 2;
    part.taps[tap] = plan.piece.patches ? copy_all_patches(part, block, steps) : list_steps(part, block, tap, steps);
  }
  for (int64_t group = 0; group < plan.shape.groups; ++group)
    for (int64_t j = part.panels.begin; j < part.panels.end; ++j) {
      const int64_t first = j * kMaxColumns;
      pack_gradient(part, block, group * plan.group_out + first,
                    std::min<int64_t>(kMaxColumns, plan.group_out - first));
      for (int64_t i = part.tiles.begin; i < part.tiles.end; ++i)
        run_gradient_tile(part, i, group, j, part.taps, accumulate);
    }
}

void run_gradient_part(const DirectKernelGradientPlan& plan, const ConvOperands& operands, int64_t index) {
  const int64_t grid = plan.row_parts * plan.column_parts, sum = index / grid, place = index % grid;
  float* partial = static_cast<float*>(operands.workspace);
  float* scratch = partial + plan.sums_size + index * plan.part_size;
  const GradientPart part = {.plan = plan,
                             .operands = operands,
                             .tiles = piece(plan.taps * plan.row_tiles, place / plan.column_parts, plan.row_parts),
                             .panels = piece(plan.panels, place % plan.column_parts, plan.column_parts),
                             .sums = plan.sums == 1 ? operands.result : partial + sum * plan.shape.kernel_size(),
                             .images = {.source = operands.image,
                                        .channels = plan.shape.channels,
                                        .zeros = scratch,
                                        .scratch = scratch + plan.image_offset,
                                        .starts = reinterpret_cast<const float**>(scratch + plan.starts_offset)},
                             .patches = scratch + plan.patches_offset,
                             .steps = reinterpret_cast<int32_t*>(scratch + plan.steps_offset),
                             .taps = reinterpret_cast<TapSteps*>(scratch + plan.taps_offset),
                             .panel = scratch + plan.panel_offset};
  fill_zero(scratch, plan.image_offset);
  const Range blocks = piece(plan.blocks, sum, plan.sums);
  const int64_t rows = plan.shape.batch * plan.shape.out_height, bands = plan.blocks / plan.strips;
  for (int64_t b = blocks.begin; b < blocks.end; ++b) {
    const ConvBlock block = {plan.piece, piece(rows, b / plan.strips, bands),
                             piece(plan.shape.out_width, b % plan.strips, plan.strips)};
    run_gradient_block(part, block, b > blocks.begin);
  }
}

void add_sums(const DirectKernelGradientPlan& plan, const ConvOperands& operands, int64_t begin, int64_t end) {
  add_partial_sums(static_cast<const float*>(operands.workspace), plan.sums, plan.shape.kernel_size(), {begin, end},
                   operands.result);
}

void run_gradient(const DirectKernelGradientPlan& plan, const ConvOperands& operands) noexcept {
  const int64_t parts = plan.sums * plan.row_parts * plan.column_parts;
  if (plan.alone) {
    for (int64_t i = 0; i < parts; ++i) run_gradient_part(plan, operands, i);
  } else {
    for_parts(parts, [&](int64_t i) { run_gradient_part(plan, operands, i); });
  }
  if (plan.sums > 1)
    for_ranges(plan.shape.kernel_size(), kElementsPerThread,
               [&](int64_t begin, int64_t end) { add_sums(plan, operands, begin, end); });
}

void clear_gradient(const DirectKernelGradientPlan& plan, const ConvOperands& operands) noexcept {
  fill_zero(operands.result, plan.shape.kernel_size());
}

// ------------------------------------------------------------------------------------------------ plans

// Whole patches where channels are few, and tiles otherwise.
void choose_rows(DirectKernelGradientPlan& plan) {
  const ConvShape& s = plan.shape;
  const bool few = s.groups == 1 && s.channels < kFewChannels && s.kernel_height * s.kernel_width > 1;
  const int64_t pixels = few ? kPatchesAtOnce : kPixelsAtOnce;
  plan.piece = plan_piece(conv_walks(s, ConvDirection::forward)[0], s.channels, s.groups, pixels);
  plan.piece.patches = plan.piece.copies = few;
  plan.taps = plan.piece.patches ? 1 : s.kernel_height * s.kernel_width;
  plan.rows = plan.piece.patches ? plan.piece.depth : plan.group_in;
  plan.row_tiles = divide_up(plan.rows, kMaxRows);
  plan.panels = divide_up(plan.group_out, kMaxColumns);
  plan.strips = divide_up(s.out_width, plan.piece.columns_at_once);
  plan.blocks = divide_up(s.batch * s.out_height, plan.piece.rows_at_once) * plan.strips;
}

// Who does what: partial sums by the sizes alone, a grid of tiles by the threads.
void cut_gradient(DirectKernelGradientPlan& plan, int threads) {
  const ConvShape& s = plan.shape;
  const int64_t tiles = plan.taps * plan.row_tiles;
  if (tiles * plan.panels * s.groups < kManyTiles)
    plan.sums = std::clamp<int64_t>(plan.blocks / kBlocksPerSum, 1, kMostSums);
  const double vectors = double(divide_up(plan.group_out, kLanes) * s.groups);
  const double cycles = 0.5 * double(s.batch * s.out_height * s.out_width * plan.taps * plan.rows) * vectors;
  const int64_t parts = std::max<int64_t>(1, int64_t(std::min<double>(threads, cycles / kCyclesPerGradientPart)));
  plan.alone = parts == 1;
  if (plan.sums > 1) return;
  int64_t best = -1;
  for (int64_t row_parts = 1; row_parts <= std::min(parts, tiles); ++row_parts) {
    const int64_t column_parts = std::min(parts / row_parts, plan.panels);
    const int64_t work = divide_up(tiles, row_parts) * divide_up(plan.panels, column_parts);
    if (best >= 0 && work >= best) continue;
    best = work;
    plan.row_parts = row_parts, plan.column_parts = column_parts;
  }
}

void size_gradient_workspace(DirectKernelGradientPlan& plan) {
  const Piece& piece = plan.piece;
  const int64_t pixels = piece.rows_at_once * piece.columns_at_once;
  const auto words = [](int64_t count) { return round_up(count * 2, 16); };  // floats that so many pointers take
  if (plan.sums > 1) plan.sums_size = round_up(plan.sums * plan.shape.kernel_size(), 16);
  plan.image_offset = round_up(piece.segment + kLanes, 16);
  plan.starts_offset = plan.image_offset + copied_floats(piece, plan.shape.channels);
  plan.patches_offset = plan.starts_offset + words(piece.rows_at_once * piece.walk.rows.taps);
  plan.steps_offset = plan.patches_offset + (piece.patches ? pixels * piece.patch_stride + 16 : 0);
  plan.taps_offset = plan.steps_offset + words(plan.taps * pixels);
  plan.panel_offset = plan.taps_offset + words(plan.taps * 2);
  plan.part_size = plan.panel_offset + pixels * kMaxColumns;
  plan.workspace =
      size_t(plan.sums_size + plan.part_size * plan.sums * plan.row_parts * plan.column_parts) * sizeof(float);
}

DirectKernelGradientPlan plan_gradient(const ConvShape& shape, int threads) {
  DirectKernelGradientPlan plan;
  plan.shape = shape;
  plan.group_in = shape.channels / shape.groups, plan.group_out = shape.filters / shape.groups;
  plan.run = &clear_gradient;
  if (shape.batch * shape.out_height * shape.out_width * shape.kernel_size() == 0) return plan;
  plan.run = &run_gradient;
  choose_rows(plan);
  cut_gradient(plan, threads);
  size_gradient_workspace(plan);
  return plan;
}

}  // namespace

DirectKernelGradientPlan plan_direct_kernel_gradient_for_target(const ConvShape& shape, int threads) {
  return plan_gradient(shape, threads);
}

}  // namespace HWY_NAMESPACE
}  // namespace cajal::cpu
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace cajal::cpu {

HWY_EXPORT(plan_direct_kernel_gradient_for_target);

DirectKernelGradientPlan plan_direct_kernel_gradient(const ConvShape& shape, int threads) {
  return HWY_DYNAMIC_DISPATCH(plan_direct_kernel_gradient_for_target)(shape, threads);
}

}  // namespace cajal::cpu
#endif
