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

// One call of a micro-kernel: results = finish(patches, kernel), tile after tile along a row, and panel after panel.
struct FewTiles {
  const float* image;  // the first patch
  int64_t image_step;  // to the next one
  const int32_t* steps;
  int64_t depth;
  const float* kernel;  // packed: the vectors of a panel side by side
  float* result;
  int64_t place, place_step;  // of the first patch's results, and from one patch to the next
  int64_t column;             // of the first panel, in a row of the result
  int64_t tiles, panels;
  int64_t ahead, ahead_step;  // the results that are asked for, from a tile on, and from one step to the next
  bool past_caches;
  int64_t last;  // lanes of the last vector that exist, where the kernel is a partial one
  const ConvFinish* finish;
};

using FewKernel = void (*)(const FewTiles&) noexcept;

// Walks along patches at even distances, from each element to the next.
template <int kRows>
class AlongPatches {
 public:
  HWY_INLINE AlongPatches(const float* image, int64_t image_step, const int32_t* steps)
      : rows_(image, image_step), steps_(steps) {}
  HWY_INLINE float operator[](int row) const { return rows_[row]; }
  HWY_INLINE void advance() { rows_.advance(*steps_++); }

 private:
  AlongRows<kRows> rows_;
  const int32_t* steps_;
};

template <int kRows, int kVectors, bool kIsPartial>
HWY_INLINE void multiply_few(const FewTiles& all, const float* image, const float* kernel, int64_t place,
                             int64_t column) {
  float* result = all.result + place + column;
  Accumulators<kRows, kVectors, kIsPartial> sums(all.last);
  // The results are many, and soon evict themselves: their lines are asked for while others are computed, by each panel
  // an equal share of them.
  const float* next = all.past_caches ? kernel : all.result + place + all.ahead + column * kRows;
  sums.multiply_near(AlongPatches<kRows>(image, all.image_step, all.steps), kernel, kVectors * kLanes, all.depth, [&] {
    prefetch_to_write(next);
    next += all.ahead_step;
  });
  const auto change = [&](auto step) HWY_ATTR {
    sums.for_each([&](int r, int v, V x) HWY_ATTR { return step(column, place + column + r * all.place_step, v, x); });
  };
  apply_finish(*all.finish, change, [&](int v, const float* from) HWY_ATTR { return sums.load(v, from); });
  CAJAL_UNROLL
  for (int r = 0; r < kRows; ++r) {
    if (all.past_caches) {
      sums.stream_row(r, result + r * all.place_step);
    } else {
      sums.store_row(r, result + r * all.place_step);
    }
  }
}

template <int kRows, int kVectors, bool kIsPartial>
void multiply_few_tiles(const FewTiles& all) noexcept {
  for (int64_t i = 0; i < all.tiles; ++i)
    for (int64_t j = 0; j < all.panels; ++j)
      multiply_few<kRows, kVectors, kIsPartial>(
          all, all.image + i * kRows * all.image_step, all.kernel + j * all.depth * kVectors * kLanes,
          all.place + i * kRows * all.place_step, all.column + j * kVectors * kLanes);
}

// By vectors - 1 and rows - 1.
using FewKernels = std::array<std::array<FewKernel, kMaxRows>, kFewVectors>;

template <bool kIsPartial, int kVectors, int... kRow>
constexpr std::array<FewKernel, kMaxRows> few_of_width(std::integer_sequence<int, kRow...>) {
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

struct FewRow {
  const FewChannelsPlan& plan;
  const ConvOperands& operands;
  const float* kernel;  // packed
  const float* image;   // the row's first patch
  int64_t place;        // of its first result
  bool past_caches;
};

void pack_few_kernels(const FewChannelsPlan& plan, const float* kernel, float* to) noexcept {
  const int64_t depth = int64_t(plan.steps.size()), filters = plan.shape.filters, panel = few_panel(plan.shape);
  for (int64_t first = 0; first < filters; first += panel) {
    const int64_t columns = std::min(panel, filters - first), stride = round_up(columns, kLanes);
    copy_rows(kernel + first, filters, depth, columns, to, stride);
    to += depth * stride;
  }
}

// All tiles of a row by `panels` panels of the same width.
void run_few_panels(const FewRow& row, int64_t panel, int64_t panels) {
  const FewChannelsPlan& plan = row.plan;
  const ConvShape& s = plan.shape;
  const int64_t depth = int64_t(plan.steps.size()), column = panel * few_panel(s);
  const int64_t columns = std::min(few_panel(s), s.filters - column), vectors = divide_up(columns, kLanes);
  FewTiles all = {.image = row.image,
                  .image_step = s.stride_width * s.channels,
                  .steps = plan.steps.data(),
                  .depth = depth,
                  .kernel = row.kernel + column * depth,
                  .result = row.operands.result,
                  .place = row.place,
                  .place_step = s.filters,
                  .column = column,
                  .tiles = 0,
                  .panels = panels,
                  .ahead = 0,
                  .ahead_step = 0,
                  .past_caches = row.past_caches,
                  .last = columns % kLanes,
                  .finish = &row.operands.finish};
  // Tiles that differ by at most one in size.
  const int64_t tiles = divide_up(s.out_width, few_rows(int(vectors))), small = s.out_width / tiles,
                larger = s.out_width % tiles;
  for (const int64_t size : {small + 1, small}) {
    all.tiles = size > small ? larger : tiles - larger;
    if (all.tiles == 0) continue;
    if (!all.past_caches) {
      all.ahead = kTilesAhead * size * all.place_step;
      all.ahead_step = divide_up(size * columns, std::max<int64_t>(depth, 1));
    }
    find_few_kernel(all.last != 0, vectors, size)(all);
    all.image += all.tiles * size * all.image_step, all.place += all.tiles * size * all.place_step;
  }
}

void run_few_row(const FewRow& row) {
  const int64_t filters = row.plan.shape.filters, panel = few_panel(row.plan.shape);
  const int64_t whole = filters / panel, panels = divide_up(filters, panel);
  const int64_t at_once = row.plan.panels_outer ? 1 : whole;
  for (int64_t j = 0; j < whole; j += at_once) run_few_panels(row, j, at_once);
  if (panels > whole) run_few_panels(row, whole, 1);
}

void run_few_part(const FewChannelsPlan& plan, const ConvOperands& operands, const float* kernel, int64_t part) {
  const ConvShape& s = plan.shape;
  const FewChannelsBands& bands = plan.bands;
  float* scratch = static_cast<float*>(operands.workspace) + plan.packed_size + part * bands.size;
  const bool past_caches = plan.past_caches && reinterpret_cast<uintptr_t>(operands.result) % (kLanes * 4) == 0;
  const Range mine = piece(s.batch * bands.count, part, plan.parts);
  for (int64_t b = mine.begin; b < mine.end; ++b) {
    const int64_t n = b / bands.count;
    const Range rows = piece(s.out_height, b % bands.count, bands.count);
    const float* image = bring_band(bands, s.channels, operands.image + n * s.image_size(), rows, scratch);
    for (int64_t i = rows.begin; i < rows.end; ++i, image += s.stride_height * bands.row_size)
      run_few_row({plan, operands, kernel, image, (n * s.out_height + i) * s.out_width * s.filters, past_caches});
  }
  if (past_caches) hwy::FlushStream();
}

void run_few(const FewChannelsPlan& plan, const ConvOperands& operands) noexcept {
  float* own = static_cast<float*>(operands.workspace);
  if (!operands.packed) pack_few_kernels(plan, operands.other, own);
  const float* kernel = operands.packed ? operands.packed : own;
  for_parts(plan.parts, [&](int64_t part) { run_few_part(plan, operands, kernel, part); });
}

FewChannelsPlan plan_few(const ConvShape& s, int threads) {
  FewChannelsPlan plan;
  plan.shape = s;
  plan.run = &run_few;
  plan.pack = &pack_few_kernels;
  plan.bands = plan_bands(s, std::clamp<int64_t>(s.batch * s.out_height / (kBandsPerThread * threads), 1, kRowsOfBand));
  const std::vector<int32_t>& taps = plan.bands.taps;
  for (size_t k = 0; k < taps.size(); ++k) plan.steps.push_back(k + 1 < taps.size() ? taps[k + 1] - taps[k] : 0);
  const int64_t depth = int64_t(taps.size()), width = round_up(s.filters, kLanes);
  const double cycles = 0.5 * double(s.batch * s.out_height * s.out_width * depth) * double(width / kLanes);
  plan.parts = std::clamp<int64_t>(int64_t(std::min<double>(threads, cycles / kCyclesPerFewPart)), 1,
                                   std::max<int64_t>(1, s.batch * plan.bands.count));
  plan.past_caches = s.batch * s.out_size() >= kFloatsPastCaches && s.filters % kLanes == 0;
  plan.panels_outer = depth * width > kKernelsNear;
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
