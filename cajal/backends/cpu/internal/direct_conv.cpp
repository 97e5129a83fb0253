// Direct convolution as a matrix product whose left matrix, the patches, is never written down.
//
// A tile is up to kMaxRows results by two vectors of channels. Each of its rows is a patch of an image: a few
// contiguous segments (a kernel row's pixels side by side), which the micro-kernel reads through a table of pointers.
// Where patches reach beyond the image on the left or right, the image's rows are copied once, with zeros on both
// sides; above and below, pointers lead to a row of zeros.
//
// Every result is one chain of fused multiply-adds over its patch, so that neither threads nor blocks change a bit.
#include "cajal/backends/cpu/internal/targets.h"

// Highway compiles this file once per target.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "cajal/backends/cpu/internal/direct_conv.cpp"
#include "hwy/foreach_target.h"
// After foreach_target.h.
#include <algorithm>

#include "cajal/backends/cpu/internal/direct_conv.h"
#include "cajal/backends/cpu/internal/direct_conv_image-inl.h"
#include "cajal/backends/cpu/internal/direct_conv_kernel-inl.h"
#include "cajal/backends/cpu/internal/direct_conv_pack-inl.h"
#include "cajal/backends/cpu/internal/parts.h"

HWY_BEFORE_NAMESPACE();
namespace cajal::cpu {
namespace HWY_NAMESPACE {
namespace {

// Results of a block, about: their patches stay in the second-level cache while the kernels pass by.
constexpr int64_t kResultsAtOnce = 224;
// When the tiles are the same place in many images: so many images at least, rows no longer than this, no more of the
// taps inside than this (the rest is spared), and so many floats of copied images.
constexpr int64_t kFewestImages = 6;
constexpr int64_t kWidestImage = 32;
constexpr double kMostTapsInside = 0.93;
constexpr int64_t kCopiesInCache = 128 * 1024;
// Bytes of kernels that stay in the second-level cache beside a block's images. When there are more, each panel of them
// is applied to all of a block's results before the next is read.
constexpr int64_t kKernelsInCache = 640 * 1024;
// Each thread must get so many cycles of work, by the estimate of half a cycle per vector and step.
constexpr double kCyclesPerPart = 5000;
// So many tiles must share a panel of kernels, or copying it into order does not pay.
constexpr int64_t kTilesPerPacking = 5;

// ------------------------------------------------------------------------------------------------ images

// What one part works with.
struct ConvPart {
  const DirectConvPlan& plan;
  const ConvOperands& operands;
  const float* packed;
  Range panels;  // of kernels
  ConvImages images;
  float* patches;
  const float** pointers;
  int64_t* places;
  ConvSegment* segments;  // the same for all tiles, or of each tile
  int64_t* counts;
};

// Where a row of results begins, at the block's first column.
int64_t place_of_row(const ConvPart& part, const ConvBlock& block, int64_t row) {
  const ConvAxis &down = block.piece.walk.rows, &along = block.piece.walk.columns;
  const int64_t image = row / down.count, i = row % down.count;
  const int64_t pixel = (image * down.result + down.result_first + i * down.result_step) * along.result +
                        along.result_first + block.columns.begin * along.result_step;
  return pixel * part.plan.result_channels;
}

// Those of `count` neighbouring results of one row, the first being `column` of the block.
void point_along_row(const ConvPart& part, const ConvBlock& block, int64_t channel, int64_t row, int64_t column,
                     int64_t count, const float** pointers) {
  const ConvAxis &down = block.piece.walk.rows, &along = block.piece.walk.columns;
  const int64_t channels = part.plan.source_channels, wide = block.piece.segments / down.taps;
  const int64_t step = along.step * channels, tap_step = along.spacing * channels;
  for (int64_t t = 0; t < down.taps; ++t) {
    const float* start = part.images.starts[row * down.taps + t];
    const bool is_zero = start == part.images.zeros;
    for (int64_t u = 0; u < wide; ++u, pointers += kMaxRows) {
      const float* from = is_zero ? start : start + column * step + u * tap_step + channel;
      for (int64_t i = 0; i < count; ++i) pointers[i] = is_zero ? from : from + i * step;
    }
  }
}

// The pointers and places of one tile's rows, which are the block's results [begin, end); copies of their patches.
void point_at_patches(const ConvPart& part, const ConvBlock& block, int64_t channel, Range results,
                      const float** pointers, int64_t* places, float* patches) {
  const Piece& piece = block.piece;
  const int64_t width = block.columns.size();
  const int64_t place_step = piece.walk.columns.result_step * part.plan.result_channels;
  int64_t row = results.begin / width, column = results.begin % width;
  for (int64_t r = 0; r < results.size(); ++row, column = 0) {
    const int64_t count = std::min(results.size() - r, width - column);
    const int64_t place = place_of_row(part, block, block.rows.begin + row) + column * place_step;
    for (int64_t i = 0; i < count; ++i) places[r + i] = place + i * place_step;
    if (!piece.patches && piece.segments > 0) point_along_row(part, block, channel, row, column, count, pointers + r);
    for (int64_t i = 0; piece.patches && i < count; ++i, patches += piece.patch_stride) {
      copy_patch(part.images, piece, row, column + i, channel, patches);
      pointers[r + i] = patches;
    }
    r += count;
  }
}

// ------------------------------------------------------------------------------------------------ places in images

// The source rows that a band of result rows reads.
Range band_reach(const ConvBlock& block) {
  const ConvAxis& down = block.piece.walk.rows;
  const int64_t begin = std::clamp<int64_t>(down.reach_begin(block.rows.begin), 0, down.source);
  return {begin, std::clamp(down.reach_end(block.rows.end), begin, down.source)};
}

// Copies the band of each image. The copies do not lie a power of two apart, as images often do, because the same place
// in many images would then compete for the same lines of the cache.
void bring_bands(const ConvPart& part, const ConvBlock& block) {
  const ConvAxis& down = block.piece.walk.rows;
  const int64_t row_size = block.piece.walk.columns.source * part.plan.source_channels;
  const Range reach = band_reach(block);
  float* to = part.images.scratch;
  for (int64_t n = block.images.begin; n < block.images.end; ++n, to += block.piece.image_stride)
    copy_row(part.images.source + (n * down.source + reach.begin) * row_size, reach.size() * row_size, to);
}

// A tile of one place in all of the block's images: only the taps that lie inside are walked.
void point_into_images(const ConvPart& part, const ConvBlock& block, int64_t channel, int64_t index) {
  const Piece& piece = block.piece;
  const ConvAxis &down = piece.walk.rows, &along = piece.walk.columns;
  const int64_t i = block.rows.begin + index / block.columns.size(), j = index % block.columns.size();
  const int64_t channels = part.plan.source_channels, depth = part.plan.group_source;
  const Range t_inside = taps_inside(down, i), u_inside = taps_inside(along, j);
  const int64_t merged = piece.segments == down.taps ? std::max<int64_t>(u_inside.size(), 1) : 1;
  const float** pointers = part.pointers + index * piece.segments * kMaxRows;
  ConvSegment* segments = part.segments + index * piece.segments;
  int64_t count = 0;
  for (int64_t t = t_inside.begin; t < t_inside.end; ++t)
    for (int64_t u = u_inside.begin; u < u_inside.end; u += merged, ++count) {
      segments[count] = {(t * along.taps + u) * depth, merged * depth};
      const int64_t row = i * down.step + down.first + t * down.spacing - band_reach(block).begin;
      const int64_t column = j * along.step + along.first + u * along.spacing;
      const float* from = part.images.scratch + (row * along.source + column) * channels + channel;
      for (int64_t n = 0; n < block.images.size(); ++n) pointers[count * kMaxRows + n] = from + n * piece.image_stride;
    }
  part.counts[index] = count;
  for (int64_t n = 0; n < block.images.size(); ++n)
    part.places[index * kMaxRows + n] = place_of_row(part, block, (block.images.begin + n) * down.count + i) +
                                        j * along.result_step * part.plan.result_channels;
}

// ------------------------------------------------------------------------------------------------ products

void run_conv_tile(const ConvPart& part, const ConvBlock& block, int64_t group, int64_t index, int64_t panel_index) {
  const DirectConvPlan& plan = part.plan;
  const Piece& piece = block.piece;
  const KernelPanel panel = kernel_panel(plan, panel_index);
  const int64_t column = group * plan.group_result + panel.first, list = block.by_image() ? index : 0;
  const bool packed = plan.pack_b;
  const float* b = packed ? part.packed + piece.b_offset + group * packed_group(plan, piece) + panel.first * piece.depth
                          : part.operands.other + column;
  const ScatteredTile tile = {.a = part.pointers + index * piece.segments * kMaxRows,
                              .segments = part.segments + list * piece.segments,
                              .count = part.counts[list],
                              .b = b,
                              .b_stride = packed ? panel.stride() : plan.shape.filters,
                              .result = part.operands.result,
                              .places = part.places + index * kMaxRows,
                              .column = column,
                              .last = panel.columns % kLanes,
                              .finish = &part.operands.finish};
  find_scattered_kernel(tile.last != 0, divide_up(panel.columns, kLanes), block.rows_of_tile(index))(tile);
}

void find_patches(const ConvPart& part, const ConvBlock& block, int64_t group, int64_t index) {
  const Piece& piece = block.piece;
  const int64_t channel = group * part.plan.group_source;
  if (block.by_image()) return point_into_images(part, block, channel, index);
  const Range results = cajal::cpu::piece(block.size(), index, block.tiles());
  const float** pointers = part.pointers + index * piece.segments * kMaxRows;
  point_at_patches(part, block, channel, results, pointers, part.places + index * kMaxRows,
                   part.patches + index * kMaxRows * piece.patch_stride);
}

void run_group(const ConvPart& part, const ConvBlock& block, int64_t group) {
  const int64_t tiles = block.tiles();
  for (int64_t i = 0; i < tiles; ++i) {
    find_patches(part, block, group, i);
    if (part.plan.columns_outer) continue;
    for (int64_t j = part.panels.begin; j < part.panels.end; ++j) run_conv_tile(part, block, group, i, j);
  }
  if (!part.plan.columns_outer) return;
  for (int64_t j = part.panels.begin; j < part.panels.end; ++j)
    for (int64_t i = 0; i < tiles; ++i) run_conv_tile(part, block, group, i, j);
}

void run_block(const ConvPart& part, const ConvBlock& block) {
  if (block.by_image()) {
    bring_bands(part, block);
  } else {
    bring_images(part.images, block);
  }
  for (int64_t group = 0; group < part.plan.groups; ++group) run_group(part, block, group);
}

Range piece_of(Range range, int64_t index, int64_t count) {
  const Range some = piece(range.size(), index, count);
  return {range.begin + some.begin, range.begin + some.end};
}

void run_images(const ConvPart& part, const Piece& piece, Range images) {
  const int64_t height = piece.walk.rows.count, bands = divide_up(height, piece.rows_at_once);
  const int64_t blocks = divide_up(images.size(), piece.images_at_once);
  for (int64_t b = 0; b < blocks; ++b)
    for (int64_t i = 0; i < bands; ++i)
      run_block(
          part,
          {piece, cajal::cpu::piece(height, i, bands), {0, piece.walk.columns.count}, piece_of(images, b, blocks)});
}

void run_rows(const ConvPart& part, const Piece& piece, Range rows) {
  const int64_t width = piece.walk.columns.count;
  const int64_t strips = divide_up(width, piece.columns_at_once), blocks = divide_up(rows.size(), piece.rows_at_once);
  part.counts[0] = piece.patches ? 1 : piece.segments;
  for (int64_t s = 0; s < part.counts[0]; ++s)
    part.segments[s] = {s * piece.segment, piece.patches ? piece.depth : piece.segment};
  for (int64_t b = 0; b < blocks; ++b)
    for (int64_t s = 0; s < strips; ++s)
      run_block(part, {piece, piece_of(rows, b, blocks), cajal::cpu::piece(width, s, strips)});
}

void run_conv_part(const DirectConvPlan& plan, const ConvOperands& operands, int64_t index) {
  float* scratch = static_cast<float*>(operands.workspace) + plan.b_size + index * plan.part_size;
  const ConvPart part = {.plan = plan,
                         .operands = operands,
                         .packed = operands.packed ? operands.packed : static_cast<const float*>(operands.workspace),
                         .panels = piece(panels_of_group(plan), index % plan.column_parts, plan.column_parts),
                         .images = {.source = operands.image,
                                    .channels = plan.source_channels,
                                    .zeros = scratch,
                                    .scratch = scratch + plan.image_offset,
                                    .starts = reinterpret_cast<const float**>(scratch + plan.starts_offset)},
                         .patches = scratch + plan.patches_offset,
                         .pointers = reinterpret_cast<const float**>(scratch + plan.pointers_offset),
                         .places = reinterpret_cast<int64_t*>(scratch + plan.places_offset),
                         .segments = reinterpret_cast<ConvSegment*>(scratch + plan.segments_offset),
                         .counts = reinterpret_cast<int64_t*>(scratch + plan.counts_offset)};
  fill_zero(scratch, plan.image_offset);
  for (const Piece& some : plan.pieces) {
    const bool by_image = some.images_at_once > 0;
    const Range mine =
        piece(plan.batch * (by_image ? 1 : some.walk.rows.count), index / plan.column_parts, plan.row_parts);
    by_image ? run_images(part, some, mine) : run_rows(part, some, mine);
  }
}

void run_conv(const DirectConvPlan& plan, const ConvOperands& operands) noexcept {
  if (plan.pack_b && !operands.packed) pack_kernels(plan, operands.other, static_cast<float*>(operands.workspace));
  for_parts(plan.row_parts * plan.column_parts, [&](int64_t part) { run_conv_part(plan, operands, part); });
}

void pack_conv(const DirectConvPlan& plan, const float* kernel, float* packed) noexcept {
  pack_kernels(plan, kernel, packed);
}

// ------------------------------------------------------------------------------------------------ plans

// Takes the same place in many images for a tile, where that spares enough taps and the copies stay in the cache.
void consider_images(const DirectConvPlan& plan, Piece& piece) {
  const ConvAxis &down = piece.walk.rows, &along = piece.walk.columns;
  if (piece.depth == 0 || piece.patches || plan.batch < kFewestImages || along.count > kWidestImage) return;
  if (share_inside(piece.walk) > kMostTapsInside) return;
  const int64_t row_size = along.source * plan.source_channels;
  const int64_t images = divide_up(plan.batch, divide_up(plan.batch, kMaxRows));
  const int64_t most = kCopiesInCache / (images * row_size), more = (down.taps - 1) * down.spacing + 1;
  const int64_t rows = std::min(down.count, (std::min(most, down.source) - more) / down.step + 1);
  if (most < more || rows < 1) return;
  piece.images_at_once = images;
  piece.rows_at_once = most >= down.source ? down.count : rows;
  const int64_t height = std::min(down.source, (piece.rows_at_once - 1) * down.step + more);
  piece.image_stride = (divide_up(height * row_size, 16) | 1) * 16;
  piece.copies = false;
}

// Cuts the results into a grid of parts so that the largest has the least work.
void cut_conv(DirectConvPlan& plan, int threads) {
  double cycles = 0;
  int64_t rows = 0, width = 1;
  for (const Piece& piece : plan.pieces) {
    const double results = double(plan.batch * piece.walk.rows.count * piece.walk.columns.count * plan.groups);
    cycles += 0.5 * results * double(piece.depth) * double(divide_up(plan.group_result, kLanes));
    rows = std::max(rows, plan.batch * piece.walk.rows.count), width = std::max(width, piece.walk.columns.count);
  }
  const int64_t parts = std::max<int64_t>(1, int64_t(std::min<double>(threads, cycles / kCyclesPerPart)));
  // Where there are more kernels than images and results, it is better that each thread reads its own kernels.
  // Elsewhere it is better that each has its own rows, as it has in the layers before and behind.
  const int64_t images = plan.batch * (plan.shape.image_size() + plan.shape.out_size());
  const bool mostly_kernels = plan.shape.kernel_size() > images;
  int64_t best = -1;
  for (int64_t column_parts = 1; column_parts <= parts; ++column_parts) {
    const int64_t row_parts = std::min(parts / column_parts, rows), panels = panels_of_group(plan);
    if (column_parts > panels) break;
    const int64_t work = divide_up(divide_up(rows, row_parts) * width, kMaxRows) * divide_up(panels, column_parts);
    if (best >= 0 && (work > best || (work == best && !mostly_kernels))) continue;
    best = work;
    plan.row_parts = row_parts, plan.column_parts = column_parts;
  }
}

void choose_packing(DirectConvPlan& plan, bool packs_once) {
  int64_t tiles = 0, kernels = 0;
  for (const Piece& piece : plan.pieces) {
    const int64_t results = divide_up(plan.batch * piece.walk.rows.count, plan.row_parts) * piece.walk.columns.count;
    tiles = std::max(tiles, divide_up(results, kMaxRows));
    kernels += piece.depth * plan.group_result;
  }
  const bool has_partial = plan.group_result % kLanes != 0;
  const bool in_order = plan.shape.filters <= kMaxColumns || (tiles < kTilesPerPacking && !packs_once);
  plan.pack_b = plan.transposed || (has_partial && !kPartialLoadsAreFree) || !in_order;
  plan.columns_outer = kernels * int64_t(sizeof(float)) > kKernelsInCache;
}

// Floats that `count` pointers or 64-bit numbers take, whole cache lines.
int64_t floats_of_words(int64_t count) { return round_up(count * 2, 16); }

void size_conv_workspace(DirectConvPlan& plan) {
  int64_t zeros = 0, image = 0, patches = 0, pointers = 0, places = 0, starts = 0, lists = 1, segments = 1;
  for (Piece& piece : plan.pieces) {
    const ConvWalk& walk = piece.walk;
    const int64_t rows = piece.rows_at_once, results = rows * piece.columns_at_once;
    const bool by_image = piece.images_at_once > 0;
    const int64_t tiles = by_image ? results : divide_up(results, kMaxRows);
    if (plan.pack_b) {
      piece.b_offset = plan.b_size;
      plan.b_size += round_up(plan.groups * packed_group(plan, piece), 16);
    }
    zeros = std::max(zeros, round_up(piece.segment + kLanes, 16));
    image = std::max(image, copied_floats(piece, plan.source_channels));
    image = std::max(image, piece.images_at_once * piece.image_stride);
    lists = std::max(lists, by_image ? tiles : 1);
    segments = std::max(segments, std::max<int64_t>(piece.segments, 1) * (by_image ? tiles : 1));
    if (piece.patches) patches = std::max(patches, tiles * kMaxRows * piece.patch_stride + 16);
    pointers = std::max(pointers, floats_of_words(tiles * std::max<int64_t>(piece.segments, 1) * kMaxRows));
    places = std::max(places, floats_of_words(tiles * kMaxRows));
    starts = std::max(starts, floats_of_words(rows * walk.rows.taps));
  }
  plan.image_offset = zeros;
  plan.patches_offset = plan.image_offset + image;
  plan.pointers_offset = plan.patches_offset + round_up(patches, 16);
  plan.places_offset = plan.pointers_offset + pointers;
  plan.starts_offset = plan.places_offset + places;
  plan.segments_offset = plan.starts_offset + starts;
  plan.counts_offset = plan.segments_offset + floats_of_words(segments * 2);
  plan.part_size = plan.counts_offset + floats_of_words(lists);
  plan.packed_bytes = size_t(plan.b_size) * sizeof(float);
  plan.workspace = size_t(plan.b_size + plan.part_size * plan.row_parts * plan.column_parts) * sizeof(float);
}

void run_no_conv(const DirectConvPlan&, const ConvOperands&) noexcept {}

DirectConvPlan plan_conv(const ConvShape& shape, ConvDirection direction, int threads, bool packs_once) {
  DirectConvPlan plan;
  plan.shape = shape;
  plan.transposed = direction == ConvDirection::input_gradient;
  plan.batch = shape.batch, plan.groups = shape.groups;
  plan.source_channels = plan.transposed ? shape.filters : shape.channels;
  plan.result_channels = plan.transposed ? shape.channels : shape.filters;
  plan.group_source = plan.source_channels / plan.groups, plan.group_result = plan.result_channels / plan.groups;
  plan.run = &run_no_conv;
  for (const ConvWalk& walk : conv_walks(shape, direction))
    if (walk.rows.count * walk.columns.count > 0) {
      plan.pieces.push_back(plan_piece(walk, plan.source_channels, plan.groups, kResultsAtOnce));
      consider_images(plan, plan.pieces.back());
    }
  if (plan.pieces.empty() || shape.batch == 0 || plan.result_channels == 0) return plan;
  plan.run = &run_conv;
  plan.pack = &pack_conv;
  cut_conv(plan, threads);
  choose_packing(plan, packs_once);
  size_conv_workspace(plan);
  return plan;
}

}  // namespace

DirectConvPlan plan_direct_conv_for_target(const ConvShape& shape, ConvDirection direction, int threads,
                                           bool packs_once) {
  return plan_conv(shape, direction, threads, packs_once);
}

}  // namespace HWY_NAMESPACE
}  // namespace cajal::cpu
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace cajal::cpu {

HWY_EXPORT(plan_direct_conv_for_target);

DirectConvPlan plan_direct_conv(const ConvShape& shape, ConvDirection direction, int threads, bool packs_once) {
  return HWY_DYNAMIC_DISPATCH(plan_direct_conv_for_target)(shape, direction, threads, packs_once);
}

}  // namespace cajal::cpu
#endif
