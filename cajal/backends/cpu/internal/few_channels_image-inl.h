// How the kernels for few channels get at the images. Compiled once per SIMD target.

#if defined(CAJAL_BACKENDS_CPU_FEW_CHANNELS_IMAGE_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef CAJAL_BACKENDS_CPU_FEW_CHANNELS_IMAGE_INL_H_
#undef CAJAL_BACKENDS_CPU_FEW_CHANNELS_IMAGE_INL_H_
#else
#define CAJAL_BACKENDS_CPU_FEW_CHANNELS_IMAGE_INL_H_
#endif

#include <algorithm>
#include <cstdint>

#include "cajal/backends/cpu/internal/direct_conv_image-inl.h"
#include "cajal/backends/cpu/internal/few_channels.h"
#include "cajal/backends/cpu/internal/parts.h"

HWY_BEFORE_NAMESPACE();
namespace cajal::cpu {
namespace HWY_NAMESPACE {
namespace {  // the names are short, and other kernels may choose the same

// Vectors of filters of a tile, at most and where there are more than that, and its rows: as many as registers allow.
// Wide tiles write results in the order of memory.
#if HWY_TARGET == HWY_AVX3 || HWY_TARGET == HWY_AVX3_DL
constexpr int kFewVectors = 6, kVectorsOfMany = 6;
constexpr int few_rows(int vectors) { return vectors <= 2 ? kMaxRows : vectors == 3 ? 9 : 10 - vectors; }
#elif HWY_TARGET == HWY_AVX2
constexpr int kFewVectors = 3, kVectorsOfMany = 2;
constexpr int few_rows(int vectors) { return 12 / vectors; }
#else
constexpr int kFewVectors = kMaxVectors, kVectorsOfMany = kMaxVectors;
constexpr int few_rows(int) { return kMaxRows; }
#endif
constexpr int kFewRows = few_rows(1);

// Filters of a panel, which a tile has; the last one may have fewer.
inline int64_t few_panel(const ConvShape& s) {
  const int64_t vectors = divide_up(s.filters, kLanes);
  if (vectors <= kFewVectors) return vectors * kLanes;
  return divide_up(vectors, divide_up(vectors, kVectorsOfMany)) * kLanes;
}

// Floats of a band's copy, about: so that it stays in the first-level cache beside the kernels.
constexpr int64_t kFloatsOfBand = 3072;

// `most`: rows of results that a band has at most, however small they are.
inline FewChannelsBands plan_bands(const ConvShape& s, int64_t most) {
  FewChannelsBands bands;
  bands.walk = conv_walks(s, ConvDirection::forward)[0];
  const ConvAxis &down = bands.walk.rows, &along = bands.walk.columns;
  bands.copies = !down.stays_inside() || !along.stays_inside();
  const int64_t width = along.reach_end(along.count) - along.reach_begin(0);
  bands.row_size = (bands.copies ? width : along.source) * s.channels;
  const int64_t reach = (down.taps - 1) * down.spacing + 1;
  const int64_t fitting = bands.copies ? (kFloatsOfBand / bands.row_size - reach) / down.step + 1 : most;
  const int64_t rows = std::clamp<int64_t>(fitting, 1, std::min(most, down.count));
  bands.count = divide_up(down.count, rows);
  if (bands.copies) bands.size = round_up(((rows - 1) * down.step + reach) * bands.row_size, 16);
  for (int64_t t = 0; t < down.taps; ++t)
    for (int64_t u = 0; u < along.taps; ++u)
      for (int64_t c = 0; c < s.channels; ++c)
        bands.taps.push_back(int32_t(t * down.spacing * bands.row_size + u * along.spacing * s.channels + c));
  return bands;
}

// Where the first patch of result rows `rows` of an image begins; the rows that they read, copied to `to` if need be.
inline const float* bring_band(const FewChannelsBands& bands, int64_t channels, const float* image, Range rows,
                               float* to) {
  const ConvAxis &down = bands.walk.rows, &along = bands.walk.columns;
  const int64_t first = down.reach_begin(rows.begin), source_row = along.source * channels;
  const Range reach = {along.reach_begin(0), along.reach_end(along.count)};
  if (!bands.copies) return image + first * source_row + reach.begin * channels;
  float* copy = to;
  for (int64_t row = first; row < down.reach_end(rows.end); ++row, copy += bands.row_size) {
    if (row < 0 || row >= down.source) {
      fill_zero(copy, bands.row_size);
    } else {
      copy_padded_row(image + row * source_row, along.source, channels, reach, copy);
    }
  }
  return to;
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace cajal::cpu
HWY_AFTER_NAMESPACE();

#endif  // CAJAL_BACKENDS_CPU_FEW_CHANNELS_IMAGE_INL_H_
