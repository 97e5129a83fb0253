// Convolution of few channels. A tile is some neighbouring results of a row by as many vectors of filters as registers
// allow, so that results are written in the order of memory; the micro-kernel steps from one element of its patches to
// the next by a list, the same for all tiles, so that one loop without an inner one runs over the whole patch.
//
// Every result is one chain of fused multiply-adds over its patch, so that threads change no bit.
#include "cajal/backends/cpu/internal/targets.h"

// Highway compiles this file once per target.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "cajal/backends/cpu/internal/few_channels.cpp"
#include "hwy/foreach_target.h"
// After foreach_target.h.
#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "cajal/backends/cpu/internal/conv_finish-inl.h"
#include "cajal/backends/cpu/internal/few_channels.h"
#include "cajal/backends/cpu/internal/few_channels_image-inl.h"

HWY_BEFORE_NAMESPACE();
namespace cajal::cpu {
namespace HWY_NAMESPACE {
namespace {

// Floats of packed kernels that stay in the first-level cache while a row of results is computed.
constexpr int64_t kKernelsNear = 4096;
// Results are asked for so many tiles ahead of their use.
constexpr int kTilesAhead = 2;
// Floats of results that no cache keeps until they are read: they are written past the caches, which read no line
// first.
constexpr int64_t kFloatsPastCaches = 16 << 20;
// Rows of results in a band, at most, and bands that each thread has at least, so that none waits for the last one.
constexpr int64_t kRowsOfBand = 16;
constexpr int64_t kBandsPerThread = 8;
// Each thread must get so many cycles of work, by the estimate of half a cycle per vector and step.
constexpr double kCyclesPerFewPart = 5000;

// ------------------------------------------------------------------------------------------------ micro-kernels

using FewKernel = void (*)(const FewTiles&, const FewRow&) noexcept;

// Walks along patches at even distances, from each element to the next. One addition per step and six rows: the others
// are in the addresses. All in bytes, so that nothing is scaled.
template <int kRows>
class AlongPatches {
 public:
  HWY_INLINE AlongPatches(const float* image, int64_t image_step, const int64_t* steps)
      : one_(image_step * 4), three_(3 * one_), five_(5 * one_), steps_(steps) {
    CAJAL_UNROLL
    for (int i = 0; i < kBases; ++i) base_[i] = reinterpret_cast<const char*>(image) + 6 * i * one_;
  }
  HWY_INLINE float operator[](int row) const {
    return *reinterpret_cast<const float*>(base_[row / 6] + distance(row % 6));
  }
  HWY_INLINE void advance() {
    CAJAL_UNROLL
    for (int i = 0; i < kBases; ++i) base_[i] += *steps_;
    ++steps_;
  }

 private:
  static constexpr int kBases = (kRows + 5) / 6;
  HWY_INLINE int64_t distance(int rows) const { return rows == 5 ? five_ : rows == 3 ? three_ : rows * one_; }

  const char* base_[kBases];
  int64_t one_, three_, five_;
  const int64_t* steps_;
};

template <int kRows, int kVectors, bool kIsPartial>
HWY_INLINE void multiply_few(const FewTiles& all, const FewRow& row, const float* image, const float* kernel,
                             int64_t place, int64_t column) {
  float* result = row.result + place + column;
  Accumulators<kRows, kVectors, kIsPartial> sums(all.last);
  // The results are many, and soon evict themselves: their lines are asked for while others are computed, by each panel
  // an equal share of them.
  const float* next = row.past_caches ? kernel : row.result + place + all.ahead + column * kRows;
  const int64_t next_step = row.past_caches ? 0 : all.ahead_step;
  AlongPatches<kRows> patches(image, all.image_step, row.steps);
  sums.begin(patches, kernel);
  patches.advance();
  sums.multiply_near(patches, kernel + kVectors * kLanes, kVectors * kLanes, row.depth - 1, [&] {
    prefetch_to_write(next);
    next += next_step;
  });
  const auto change = [&](auto step) HWY_ATTR {
    sums.for_each([&](int r, int v, V x) HWY_ATTR { return step(column, place + column + r * all.place_step, v, x); });
  };
  if (row.finish)
    apply_finish(*row.finish, change, [&](int v, const float* from) HWY_ATTR { return sums.load(v, from); });
  CAJAL_UNROLL
  for (int r = 0; r < kRows; ++r) {
    if (row.past_caches) {
      sums.stream_row(r, result + r * all.place_step);
    } else {
      sums.store_row(r, result + r * all.place_step);
    }
  }
}

template <int kRows, int kVectors, bool kIsPartial>
void multiply_few_tiles(const FewTiles& all, const FewRow& row) noexcept {
  const float* image = row.image + all.image;
  int64_t place = row.place + all.place;
  for (int64_t i = 0; i < all.tiles; ++i, image += kRows * all.image_step, place += kRows * all.place_step) {
    const float* kernel = row.kernel + all.column * row.depth;
    for (int64_t j = 0; j < all.panels; ++j, kernel += row.depth * kVectors * kLanes)
      multiply_few<kRows, kVectors, kIsPartial>(all, row, image, kernel, place, all.column + j * kVectors * kLanes);
  }
}

// By vectors - 1 and rows - 1.
using FewKernels = std::array<std::array<FewKernel, kFewRows>, kFewVectors>;

template <bool kIsPartial, int kVectors, int... kRow>
constexpr std::array<FewKernel, kFewRows> few_of_width(std::integer_sequence<int, kRow...>) {
  return {&multiply_few_tiles<kRow + 1, kVectors, kIsPartial>...};
}
template <bool kIsPartial, int... kVector>
constexpr FewKernels few_kernels(std::integer_sequence<int, kVector...>) {
  return {few_of_width<kIsPartial, kVector + 1>(std::make_integer_sequence<int, few_rows(kVector + 1)>())...};
}

FewKernel find_few_kernel(bool is_partial, int64_t vectors, int64_t rows) {
  constexpr auto all = std::make_integer_sequence<int, kFewVectors>();
  static constexpr FewKernels kKernels[2] = {few_kernels<false>(all), few_kernels<true>(all)};
  return kKernels[is_partial][size_t(vectors - 1)][size_t(rows - 1)];
}

// ------------------------------------------------------------------------------------------------ runs

void pack_few_kernels(const FewChannelsPlan& plan, const float* kernel, float* to) noexcept {
  const int64_t depth = int64_t(plan.steps.size()), filters = plan.shape.filters, panel = few_panel(plan.shape);
  for (int64_t first = 0; first < filters; first += panel) {
    const int64_t columns = std::min(panel, filters - first), stride = round_up(columns, kLanes);
    copy_rows(kernel + first, filters, depth, columns, to, stride);
    to += depth * stride;
  }
}

void run_few_part(const FewChannelsPlan& plan, const ConvOperands& operands, const float* kernel, int64_t part) {
  const ConvShape& s = plan.shape;
  const FewChannelsBands& bands = plan.bands;
  float* scratch = static_cast<float*>(operands.workspace) + plan.packed_size + part * bands.size;
  const bool past_caches = plan.past_caches && reinterpret_cast<uintptr_t>(operands.result) % (kLanes * 4) == 0;
  FewRow row = {.image = nullptr,
                .kernel = kernel,
                .steps = plan.steps.data(),
                .depth = int64_t(plan.steps.size()),
                .result = operands.result,
                .place = 0,
                .past_caches = past_caches,
                .finish = operands.finish.empty() ? nullptr : &operands.finish};
  const Range mine = piece(s.batch * bands.count, part, plan.parts);
  for (int64_t b = mine.begin; b < mine.end; ++b) {
    const int64_t n = b / bands.count;
    const Range rows = piece(s.out_height, b % bands.count, bands.count);
    row.image = bring_band(bands, s.channels, operands.image + n * s.image_size(), rows, scratch);
    for (int64_t i = rows.begin; i < rows.end; ++i, row.image += s.stride_height * bands.row_size) {
      row.place = (n * s.out_height + i) * s.out_width * s.filters;
      for (const FewTiles& tiles : plan.calls) tiles.run(tiles, row);
    }
  }
  if (past_caches) hwy::FlushStream();
}

void run_few(const FewChannelsPlan& plan, const ConvOperands& operands) noexcept {
  float* own = static_cast<float*>(operands.workspace);
  if (!operands.packed) pack_few_kernels(plan, operands.other, own);
  const float* kernel = operands.packed ? operands.packed : own;
  for_parts(plan.parts, [&](int64_t part) { run_few_part(plan, operands, kernel, part); });
}

// All tiles of a row by `panels` panels of the same width, from `panel` on.
void plan_few_panels(const ConvShape& s, int64_t depth, int64_t panel, int64_t panels, std::vector<FewTiles>& calls) {
  const int64_t column = panel * few_panel(s), columns = std::min(few_panel(s), s.filters - column);
  const int64_t vectors = divide_up(columns, kLanes);
  // Tiles that differ by at most one in size.
  const int64_t tiles = divide_up(s.out_width, few_rows(int(vectors))), small = s.out_width / tiles,
                larger = s.out_width % tiles;
  int64_t at = 0;
  for (const int64_t size : {small + 1, small}) {
    const int64_t count = size > small ? larger : tiles - larger;
    if (count == 0) continue;
    calls.push_back({.run = find_few_kernel(columns % kLanes != 0, vectors, size),
                     .image = at * s.stride_width * s.channels,
                     .image_step = s.stride_width * s.channels,
                     .place = at * s.filters,
                     .place_step = s.filters,
                     .column = column,
                     .tiles = count,
                     .panels = panels,
                     .ahead = kTilesAhead * size * s.filters,
                     .ahead_step = divide_up(size * columns, std::max<int64_t>(depth, 1)),
                     .last = columns % kLanes});
    at += count * size;
  }
}

// Panel by panel where the kernels are too large to stay near, else tile by tile.
std::vector<FewTiles> plan_few_calls(const ConvShape& s, int64_t depth) {
  const int64_t panel = few_panel(s), whole = s.filters / panel;
  const bool panels_outer = depth * round_up(s.filters, kLanes) > kKernelsNear;
  const int64_t at_once = panels_outer ? 1 : whole;
  std::vector<FewTiles> calls;
  for (int64_t j = 0; j < whole; j += at_once) plan_few_panels(s, depth, j, at_once, calls);
  if (whole * panel < s.filters) plan_few_panels(s, depth, whole, 1, calls);
  return calls;
}

FewChannelsPlan plan_few(const ConvShape& s, int threads) {
  FewChannelsPlan plan;
  plan.shape = s;
  plan.run = &run_few;
  plan.pack = &pack_few_kernels;
  plan.bands = plan_bands(s, std::clamp<int64_t>(s.batch * s.out_height / (kBandsPerThread * threads), 1, kRowsOfBand));
  const std::vector<int32_t>& taps = plan.bands.taps;
  for (size_t k = 0; k < taps.size(); ++k)
    plan.steps.push_back(k + 1 < taps.size() ? int64_t(taps[k + 1] - taps[k]) * 4 : 0);
  const int64_t depth = int64_t(taps.size()), width = round_up(s.filters, kLanes);
  const double cycles = 0.5 * double(s.batch * s.out_height * s.out_width * depth) * double(width / kLanes);
  plan.parts = std::clamp<int64_t>(int64_t(std::min<double>(threads, cycles / kCyclesPerFewPart)), 1,
                                   std::max<int64_t>(1, s.batch * plan.bands.count));
  plan.past_caches = s.batch * s.out_size() >= kFloatsPastCaches && s.filters % kLanes == 0;
  plan.calls = plan_few_calls(s, depth);
  plan.packed_size = round_up(depth * width, 16);
  plan.packed_bytes = size_t(plan.packed_size) * sizeof(float);
  plan.workspace = size_t(plan.packed_size + plan.parts * plan.bands.size) * sizeof(float);
  return plan;
}

}  // namespace

FewChannelsPlan plan_few_channels_for_target(const ConvShape& shape, int threads) { return plan_few(shape, threads); }

}  // namespace HWY_NAMESPACE
}  // namespace cajal::cpu
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace cajal::cpu {

HWY_EXPORT(plan_few_channels_for_target);

namespace {

bool is_pointwise(const ConvShape& s) {
  return s.kernel_height * s.kernel_width == 1 && s.stride_height == 1 && s.stride_width == 1 && s.pad_top == 0 &&
         s.pad_left == 0 && s.height == s.out_height && s.width == s.out_width;
}

// To a 1x1 convolution the places of all images are one long row: it is cut into rows that many tiles fit into, if
// possible a multiple of four of them, so that threads share them evenly. None where the number of places is not to be
// cut so.
std::optional<ConvShape> as_rows(const ConvShape& s) {
  constexpr int64_t kShortest = 28, kLongest = 128;
  const int64_t places = s.batch * s.height * s.width;
  for (const int64_t multiple : {4, 1})
    for (int64_t width = kLongest; width >= kShortest; --width) {
      if (places % (multiple * width) != 0 || places == width) continue;
      ConvShape out = s;
      out.batch = 1;
      out.height = out.out_height = places / width;
      out.width = out.out_width = width;
      return out;
    }
  return {};
}

}  // namespace

// By measurement beside the direct kernels, which are as fast from about 20 channels on, or where a tile, which never
// leaves a row, would be small. 1x1 kernels of one image win up to 192 channels on images of 28 x 28 and more (12 of
// MobileNetV2's layers take 0.4 to 0.8 of the time), and lose on those of 14 x 14, where kernels are most of what is
// read.
bool few_channels_wins(const ConvShape& s, ConvDirection direction) {
  constexpr int64_t kMostChannels = 16, kMostOfPoints = 192, kFewestPoints = 784, kLongestPatch = 512, kNarrowest = 4;
  constexpr double kLargest = 1 << 30;  // floats that a patch may span: its distances have 32 bits
  if (direction == ConvDirection::input_gradient || s.groups > 1 || s.channels == 0) return false;
  if (s.batch * s.out_height * s.filters == 0) return false;
  const int64_t taps = s.kernel_height * s.kernel_width;
  if (taps == 1)
    return direction == ConvDirection::forward && s.channels <= kMostOfPoints && s.height * s.width >= kFewestPoints &&
           is_pointwise(s) && as_rows(s);
  const double height = double(s.height + s.kernel_height * s.dilation_height);
  const double width = double(s.width + s.kernel_width * s.dilation_width);
  // Gradients are read where they lie, in whole vectors (AVX-512, which has longer ones, may read parts of them).
  if (direction == ConvDirection::kernel_gradient && s.filters % 8 != 0) return false;
  return s.channels <= kMostChannels && taps * s.channels <= kLongestPatch && s.out_width >= kNarrowest &&
         height * width * double(s.channels) < kLargest;
}

FewChannelsPlan plan_few_channels(const ConvShape& shape, int threads) {
  const std::optional<ConvShape> rows = is_pointwise(shape) ? as_rows(shape) : std::nullopt;
  return HWY_DYNAMIC_DISPATCH(plan_few_channels_for_target)(rows.value_or(shape), threads);
}

}  // namespace cajal::cpu
#endif
