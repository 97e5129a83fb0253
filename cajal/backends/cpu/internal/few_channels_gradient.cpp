// The gradient of the kernel of a convolution of few channels. A tile is some elements of the patch by as many vectors
// of filters as registers allow; it stays in registers while all places of a band pass by, whose gradients stay in the
// first-level cache for the tiles that follow. Nothing but the images' rows at the sides is copied.
//
// Each element is summed band by band in order, in a few partial sums, whose number depends on the sizes alone: so
// threads change no bit.
#include "cajal/backends/cpu/internal/targets.h"

// Highway compiles this file once per target.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "cajal/backends/cpu/internal/few_channels_gradient.cpp"
#include "hwy/foreach_target.h"
// After foreach_target.h.
#include <algorithm>
#include <array>
#include <utility>

#include "cajal/backends/cpu/internal/few_channels.h"
#include "cajal/backends/cpu/internal/few_channels_image-inl.h"

HWY_BEFORE_NAMESPACE();
namespace cajal::cpu {
namespace HWY_NAMESPACE {
namespace {

// Places of a band, about: a line of the cache of each stays in the first level, also where they lie 256 bytes apart.
constexpr int64_t kPlacesOfBand = 96;
constexpr int64_t kMostPartialSums = 16;
constexpr int64_t kBandsPerSum = 8;
// Another thread must be worth so many cycles of work, by the estimate of half a cycle per vector and step.
constexpr double kCyclesPerSum = 10000;

// ------------------------------------------------------------------------------------------------ micro-kernels

// One call of a micro-kernel: sums[rows, columns] (+)= the products of a band.
struct FewGradientTile {
  const float* image;   // the band's first patch
  const int32_t* taps;  // where the tile's rows lie in a patch
  int64_t step;         // from one patch to the next in a row,
  int64_t row_step;     // and from one row to the next
  const float* gradient;
  int64_t filters;
  int64_t rows, width;  // of places
  const float* next;    // this tile's share of the next band's gradients, which is asked for step by step
  int64_t next_step;
  float* sums;
  int64_t last;  // lanes of the last vector that exist, where the kernel is a partial one
  bool accumulate;
};

using FewGradientKernel = void (*)(const FewGradientTile&) noexcept;

// Walks along places: the same elements of each patch.
template <int kRows>
class AlongPlaces {
 public:
  HWY_INLINE AlongPlaces(const float* image, const int32_t* taps, int64_t step) : step_(step) {
    CAJAL_UNROLL
    for (int r = 0; r < kRows; ++r) rows_[r] = image + taps[r];
  }
  HWY_INLINE float operator[](int row) const { return rows_[row][at_]; }
  HWY_INLINE void advance() { at_ += step_; }

 private:
  const float* rows_[kRows];
  int64_t at_ = 0, step_;
};

template <int kRows, int kVectors, bool kIsPartial>
void multiply_few_gradient(const FewGradientTile& tile) noexcept {
  Accumulators<kRows, kVectors, kIsPartial> sums(tile.last);
  const float* next = tile.next;
  for (int64_t q = 0; q < tile.rows; ++q)
    sums.multiply_near(AlongPlaces<kRows>(tile.image + q * tile.row_step, tile.taps, tile.step),
                       tile.gradient + q * tile.width * tile.filters, tile.filters, tile.width, [&] {
                         hwy::Prefetch(next);
                         next += tile.next_step;
                       });
  if (tile.accumulate)
    sums.for_each([&](int r, int v, V x) HWY_ATTR { return hn::Add(x, sums.load(v, tile.sums + r * tile.filters)); });
  CAJAL_UNROLL
  for (int r = 0; r < kRows; ++r) sums.store_row(r, tile.sums + r * tile.filters);
}

// By vectors - 1 and rows - 1.
using FewGradientKernels = std::array<std::array<FewGradientKernel, kFewRows>, kFewVectors>;

template <bool kIsPartial, int kVectors, int... kRow>
constexpr std::array<FewGradientKernel, kFewRows> few_gradients_of_width(std::integer_sequence<int, kRow...>) {
  return {&multiply_few_gradient<kRow + 1, kVectors, kIsPartial>...};
}
template <bool kIsPartial, int... kVector>
constexpr FewGradientKernels few_gradients(std::integer_sequence<int, kVector...>) {
  return {few_gradients_of_width<kIsPartial, kVector + 1>(std::make_integer_sequence<int, few_rows(kVector + 1)>())...};
}

FewGradientKernel find_few_gradient(bool is_partial, int64_t vectors, int64_t rows) {
  constexpr auto all = std::make_integer_sequence<int, kFewVectors>();
  static constexpr FewGradientKernels kKernels[2] = {few_gradients<false>(all), few_gradients<true>(all)};
  return kKernels[is_partial][size_t(vectors - 1)][size_t(rows - 1)];
}

// ------------------------------------------------------------------------------------------------ runs

void add_band(const FewChannelsGradientPlan& plan, const float* image, const float* gradient, int64_t rows,
              bool accumulate, float* sums) {
  const ConvShape& s = plan.shape;
  const int64_t depth = int64_t(plan.bands.taps.size()), panel = few_panel(s);
  const auto tiles_of = [&](int64_t columns) { return divide_up(depth, few_rows(int(divide_up(columns, kLanes)))); };
  FewGradientTile tile = {.image = image,
                          .taps = nullptr,
                          .step = s.stride_width * s.channels,
                          .row_step = s.stride_height * plan.bands.row_size,
                          .gradient = nullptr,
                          .filters = s.filters,
                          .rows = rows,
                          .width = s.out_width,
                          .next = gradient + rows * s.out_width * s.filters,
                          .next_step = divide_up(panel, tiles_of(panel)),
                          .sums = nullptr,
                          .last = 0,
                          .accumulate = accumulate};
  for (int64_t column = 0; column < s.filters; column += panel) {
    const int64_t columns = std::min(panel, s.filters - column), tiles = tiles_of(columns);
    tile.gradient = gradient + column, tile.last = columns % kLanes;
    for (int64_t i = 0; i < tiles; ++i) {
      const Range taps = piece(depth, i, tiles);
      tile.taps = plan.bands.taps.data() + taps.begin, tile.sums = sums + taps.begin * s.filters + column;
      find_few_gradient(tile.last != 0, divide_up(columns, kLanes), taps.size())(tile);
      tile.next += rows * s.out_width * tile.next_step;
    }
  }
}

void run_few_sum(const FewChannelsGradientPlan& plan, const ConvOperands& operands, int64_t index) {
  const ConvShape& s = plan.shape;
  const FewChannelsBands& bands = plan.bands;
  float* partial = static_cast<float*>(operands.workspace);
  float* scratch = partial + plan.sums_size + index * bands.size;
  float* sums = plan.sums == 1 ? operands.result : partial + index * s.kernel_size();
  const Range mine = piece(s.batch * bands.count, index, plan.sums);
  for (int64_t b = mine.begin; b < mine.end; ++b) {
    const int64_t n = b / bands.count;
    const Range rows = piece(s.out_height, b % bands.count, bands.count);
    const float* image = bring_band(bands, s.channels, operands.image + n * s.image_size(), rows, scratch);
    const float* gradient = operands.other + (n * s.out_height + rows.begin) * s.out_width * s.filters;
    add_band(plan, image, gradient, rows.size(), b > mine.begin, sums);
  }
}

void run_few_gradient(const FewChannelsGradientPlan& plan, const ConvOperands& operands) noexcept {
  if (plan.alone) {
    for (int64_t i = 0; i < plan.sums; ++i) run_few_sum(plan, operands, i);
  } else {
    for_parts(plan.sums, [&](int64_t i) { run_few_sum(plan, operands, i); });
  }
  const int64_t size = plan.shape.kernel_size();
  if (plan.sums > 1)
    add_partial_sums(static_cast<const float*>(operands.workspace), plan.sums, size, {0, size}, operands.result);
}

FewChannelsGradientPlan plan_few_gradient(const ConvShape& s, int threads) {
  FewChannelsGradientPlan plan;
  plan.shape = s;
  plan.run = &run_few_gradient;
  plan.bands = plan_bands(s, std::max<int64_t>(1, kPlacesOfBand / s.out_width));
  plan.sums = std::clamp<int64_t>(s.batch * plan.bands.count / kBandsPerSum, 1, kMostPartialSums);
  plan.alone = threads == 1 || s.flops() / double(4 * kLanes) < 2 * kCyclesPerSum;
  if (plan.sums > 1) plan.sums_size = round_up(plan.sums * s.kernel_size(), 16);
  plan.workspace = size_t(plan.sums_size + plan.sums * plan.bands.size) * sizeof(float);
  return plan;
}

}  // namespace

FewChannelsGradientPlan plan_few_gradient_for_target(const ConvShape& shape, int threads) {
  return plan_few_gradient(shape, threads);
}

}  // namespace HWY_NAMESPACE
}  // namespace cajal::cpu
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace cajal::cpu {

HWY_EXPORT(plan_few_gradient_for_target);

FewChannelsGradientPlan plan_few_channels_gradient(const ConvShape& shape, int threads) {
  return HWY_DYNAMIC_DISPATCH(plan_few_gradient_for_target)(shape, threads);
}

}  // namespace cajal::cpu
#endif
