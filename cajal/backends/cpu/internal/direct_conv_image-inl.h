// How the kernels of direct convolution get at the images: where they lie, or some rows at a time copied with zeros on
// both sides. Compiled once per SIMD target.

#if defined(CAJAL_BACKENDS_CPU_DIRECT_CONV_IMAGE_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef CAJAL_BACKENDS_CPU_DIRECT_CONV_IMAGE_INL_H_
#undef CAJAL_BACKENDS_CPU_DIRECT_CONV_IMAGE_INL_H_
#else
#define CAJAL_BACKENDS_CPU_DIRECT_CONV_IMAGE_INL_H_
#endif

#include <algorithm>
#include <cstdint>

#include "cajal/backends/cpu/internal/direct_conv.h"
#include "cajal/backends/cpu/internal/gemm_pack-inl.h"
#include "cajal/backends/cpu/internal/parts.h"

HWY_BEFORE_NAMESPACE();
namespace cajal::cpu {
namespace HWY_NAMESPACE {
namespace {  // the names are short, and other kernels may choose the same

using Piece = DirectConvPlan::Piece;

// Results of one row that are computed at a time, at most.
constexpr int64_t kColumnsAtOnce = 256;
// Segments shorter than this are copied into whole patches: a loop that short costs more than the copy.
constexpr int64_t kShortSegment = 8;

// Results that are computed together: some rows (numbered through all images) by some columns. Or, where the piece says
// so, some rows of an image by all columns, for several images.
struct ConvBlock {
  const Piece& piece;
  Range rows, columns;
  Range images = {};
  int64_t size() const { return rows.size() * columns.size(); }
  bool by_image() const { return piece.images_at_once > 0; }
  int64_t tiles() const { return by_image() ? size() : divide_up(size(), kMaxRows); }
  int64_t rows_of_tile(int64_t index) const {
    return by_image() ? images.size() : cajal::cpu::piece(size(), index, tiles()).size();
  }
};

struct ConvImages {
  const float* source;
  int64_t channels;
  const float* zeros;    // as many as a segment has, and a vector more
  float* scratch;        // for the copied rows
  const float** starts;  // [rows of a block][rows of taps]: where they begin, or zeros
};

HWY_INLINE void fill_zero(float* to, int64_t count) {
  for (int64_t i = 0; i < count; ++i) to[i] = 0;
}

// One row of the source, from pixel `begin` on, with zeros where there is none.
inline void copy_padded_row(const float* row, int64_t width, int64_t channels, Range reach, float* to) {
  const int64_t begin = std::clamp<int64_t>(reach.begin, 0, width), end = std::clamp<int64_t>(reach.end, begin, width);
  fill_zero(to, (begin - reach.begin) * channels);
  copy_row(row + begin * channels, (end - begin) * channels, to + (begin - reach.begin) * channels);
  fill_zero(to + (end - reach.begin) * channels, (reach.end - end) * channels);
}

// The rows of one image that a block's rows [begin, end) of it read; starts[i][t] is where tap row t of row i begins.
// Gives the end of what was copied.
inline float* bring_image(const ConvImages& images, const ConvBlock& block, int64_t image, Range rows,
                          const float** starts, float* to) {
  const ConvAxis &down = block.piece.walk.rows, &along = block.piece.walk.columns;
  const Range reach = {along.reach_begin(block.columns.begin), along.reach_end(block.columns.end)};
  const int64_t source_row = along.source * images.channels;
  const int64_t row_size = block.piece.copies ? reach.size() * images.channels : source_row;
  const float* source = images.source + image * down.source * source_row;
  const float* first = source + reach.begin * images.channels;  // of row 0
  if (block.piece.copies) {
    const int64_t low = std::max<int64_t>(down.reach_begin(rows.begin), 0);
    const int64_t high = std::min(down.reach_end(rows.end), down.source);
    first = to - low * row_size;
    for (int64_t row = low; row < high; ++row, to += row_size)
      copy_padded_row(source + row * source_row, along.source, images.channels, reach, to);
  }
  for (int64_t i = rows.begin; i < rows.end; ++i)
    for (int64_t t = 0; t < down.taps; ++t) {
      const int64_t row = i * down.step + down.first + t * down.spacing;
      *starts++ = row >= 0 && row < down.source ? first + row * row_size : images.zeros;
    }
  return to;
}

inline void bring_images(const ConvImages& images, const ConvBlock& block) {
  const int64_t count = block.piece.walk.rows.count, taps = block.piece.walk.rows.taps;
  float* to = images.scratch;
  for (int64_t row = block.rows.begin; row < block.rows.end;) {
    const int64_t image = row / count, first = image * count, end = std::min(block.rows.end, first + count);
    to = bring_image(images, block, image, {row - first, end - first}, images.starts + (row - block.rows.begin) * taps,
                     to);
    row = end;
  }
}

// Whole vectors are copied: there must be room for them.
HWY_INLINE void copy_segment(const float* from, int64_t count, float* to) {
  for (int64_t i = 0; i < count; i += kLanes) hn::StoreU(hn::LoadU(d, from + i), d, to + i);
}

// Copies the patch of the result in row q, column j of the block that was brought: one segment behind the other.
HWY_INLINE void copy_patch(const ConvImages& images, const Piece& piece, int64_t q, int64_t j, int64_t channel,
                           float* to) {
  const ConvAxis &down = piece.walk.rows, &along = piece.walk.columns;
  const float* const* starts = images.starts + q * down.taps;
  const int64_t offset = j * along.step * images.channels + channel;
  const int64_t reach = along.taps * along.spacing * images.channels, step = along.spacing * images.channels;
  const bool merged = piece.segments == down.taps;
  for (int64_t t = 0; t < down.taps; ++t) {
    const bool is_zero = starts[t] == images.zeros;
    const float* from = is_zero ? starts[t] : starts[t] + offset;
    for (int64_t at = 0; at < reach; at += merged ? reach : step, to += piece.segment)
      copy_segment(is_zero ? from : from + at, piece.segment, to);
  }
}

// Floats of scratch for the rows that bring_images copies.
inline int64_t copied_floats(const Piece& piece, int64_t channels) {
  if (!piece.copies) return 0;
  const ConvAxis &down = piece.walk.rows, &along = piece.walk.columns;
  const int64_t width = along.reach_end(piece.columns_at_once) - along.reach_begin(0);
  // Rows of several images: each brings at most what its own rows reach.
  const int64_t images = std::min(divide_up(piece.rows_at_once, down.count) + 1, piece.rows_at_once);
  const int64_t height = piece.rows_at_once * down.step + images * ((down.taps - 1) * down.spacing + 1);
  return round_up(height * width * channels + kLanes, 16);
}

// The taps of result i that lie inside of the image.
inline Range taps_inside(const ConvAxis& axis, int64_t i) {
  const int64_t at = i * axis.step + axis.first;
  const int64_t begin = at < 0 ? divide_up(-at, axis.spacing) : 0;
  const int64_t end = at < axis.source ? std::min(axis.taps, (axis.source - 1 - at) / axis.spacing + 1) : 0;
  return {begin, std::max(begin, end)};
}

// The share of all taps that lie inside of the images.
inline double share_inside(const ConvWalk& walk) {
  const auto axis_share = [](const ConvAxis& axis) {
    int64_t inside = 0;
    for (int64_t i = 0; i < axis.count; ++i) inside += taps_inside(axis, i).size();
    return double(inside) / double(axis.count * axis.taps);
  };
  return axis_share(walk.rows) * axis_share(walk.columns);
}

// How a walk's results are cut into blocks of about `results`, and what their patches are made of.
inline Piece plan_piece(const ConvWalk& walk, int64_t channels, int64_t groups, int64_t results) {
  Piece piece;
  piece.walk = walk;
  const bool merges = walk.columns.spacing == 1 && groups == 1;
  piece.segments = merges ? walk.rows.taps : walk.taps();
  piece.segment = merges ? walk.columns.taps * channels : channels / groups;
  if (walk.taps() == 0) piece.segments = piece.segment = 0;
  piece.depth = walk.taps() * (channels / groups);
  piece.patches = piece.segments > 1 && piece.segment < kShortSegment;
  piece.copies = walk.taps() > 0 && (piece.patches || !walk.columns.stays_inside());
  piece.patch_stride = (divide_up(piece.depth + kLanes, 16) | 1) * 16;
  const int64_t strips = divide_up(walk.columns.count, kColumnsAtOnce);
  piece.columns_at_once = divide_up(walk.columns.count, strips);
  if (strips == 1) piece.rows_at_once = std::max<int64_t>(1, results / walk.columns.count);
  return piece;
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace cajal::cpu
HWY_AFTER_NAMESPACE();

#endif  // CAJAL_BACKENDS_CPU_DIRECT_CONV_IMAGE_INL_H_
