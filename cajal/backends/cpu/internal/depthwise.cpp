// Depthwise convolution. A tile is a few neighbouring results of a row by one vector of channels: what they read
// overlaps, so that each loaded vector is used several times. Results near the sides, which have fewer taps, are
// computed one by one. Sums run over the taps in the kernel's order (the gradient's: image by image, added in order),
// and what is shared out among threads are whole rows, or partial sums whose number depends on the sizes alone.
#include "cajal/backends/cpu/internal/targets.h"

// Highway compiles this file once per target.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "cajal/backends/cpu/internal/depthwise.cpp"
#include "hwy/foreach_target.h"
// After foreach_target.h.
#include <algorithm>
#include <type_traits>

#include "cajal/backends/cpu/internal/conv_finish-inl.h"
#include "cajal/backends/cpu/internal/depthwise.h"
#include "cajal/backends/cpu/internal/gemm_kernel-inl.h"
#include "cajal/backends/cpu/internal/parts.h"

HWY_BEFORE_NAMESPACE();
namespace cajal::cpu {
namespace HWY_NAMESPACE {
namespace {

// Results of a tile: as many as the registers hold beside what they read.
#if HWY_TARGET == HWY_AVX3 || HWY_TARGET == HWY_AVX3_DL || HWY_ARCH_ARM_A64
constexpr int kTile = 8;  // of 32
#else
constexpr int kTile = 4;  // of 16
#endif
constexpr int64_t kMostPartialSums = 8;
// Floats of the rows that a row of results reads: so many stay in the first-level cache for the next one, where as many
// channels as this, which memory gives in one piece, are few enough.
constexpr int64_t kFloatsNear = 8 * 1024;
constexpr int64_t kFewestChannels = 64;

// The next channels of a row: a whole vector of them, or what there is.
struct WholeChannels {
  HWY_INLINE V load(const float* from) const { return hn::LoadU(d, from); }
  HWY_INLINE void store(V x, float* to) const { hn::StoreU(x, d, to); }
  HWY_INLINE V load(const bfloat16* from) const { return load_widened(d, from); }
  HWY_INLINE void store(V x, bfloat16* to) const { store_narrowed(x, d, to); }
};

// Calls body(lanes, channel) for each vector of channels.
template <class Body>
HWY_INLINE void for_channels(Range channels, const Body& body) {
  int64_t c = channels.begin;
  for (; c + kLanes <= channels.end; c += kLanes) body(WholeChannels(), c);
  if (c < channels.end) body(Partial(channels.end - c), c);
}

// ------------------------------------------------------------------------------------------------ results

// A row of results by one vector of channels; images are stored as Image.
template <class Image>
struct DepthwiseRow {
  const ConvAxis& along;
  int64_t channels;
  Range some;             // of the channels: those that are computed
  int64_t taps;           // rows of taps that lie inside of the image
  const Image* source;    // element 0 of the first such row
  int64_t source_step;    // from one such row to the next
  const float* kernel;    // its first tap
  int64_t kernel_step;    // from one row of taps to the next
  int64_t kernel_column;  // from one tap to the next
  int64_t place;          // of result 0
  int64_t place_step;
  int64_t channel;
};

// Results whose first taps lie at `column` of the source, and every along.step further; all their taps lie inside.
// kTaps and kStep are the axis's, 0 for any.
template <int kCount, int kTaps, int kStep, class Image, class Lanes>
HWY_INLINE void sum_inside(const DepthwiseRow<Image>& row, Lanes lanes, int64_t column, V (&sum)[kCount]) {
  const ConvAxis& along = row.along;
  const int64_t channels = row.channels;
  const Image* source = row.source + column * channels;
  for (int64_t t = 0; t < row.taps; ++t, source += row.source_step) {
    const float* kernel = row.kernel + t * row.kernel_step;
    if constexpr (kTaps > 0) {
      constexpr int kReach = (kCount - 1) * kStep + kTaps;
      V x[kReach];
      CAJAL_UNROLL
      for (int i = 0; i < kReach; ++i) x[i] = lanes.load(source + i * channels);
      CAJAL_UNROLL
      for (int u = 0; u < kTaps; ++u) {
        const V w = lanes.load(kernel + u * row.kernel_column);
        CAJAL_UNROLL
        for (int r = 0; r < kCount; ++r) sum[r] = hn::MulAdd(x[r * kStep + u], w, sum[r]);
      }
    } else {
      for (int64_t u = 0; u < along.taps; ++u) {
        const V w = lanes.load(kernel + u * row.kernel_column);
        const Image* from = source + u * along.spacing * channels;
        CAJAL_UNROLL
        for (int r = 0; r < kCount; ++r) sum[r] = hn::MulAdd(lanes.load(from + r * along.step * channels), w, sum[r]);
      }
    }
  }
}

// One result, of which only some taps along the row lie inside, the first of them at `column`; the row's kernel begins
// with it.
template <class Image, class Lanes>
HWY_INLINE void sum_at_side(const DepthwiseRow<Image>& row, Lanes lanes, int64_t column, int64_t taps, V (&sum)[1]) {
  for (int64_t t = 0; t < row.taps; ++t) {
    const Image* source = row.source + t * row.source_step + column * row.channels;
    const float* kernel = row.kernel + t * row.kernel_step;
    for (int64_t u = 0; u < taps; ++u)
      sum[0] = hn::MulAdd(lanes.load(source + u * row.along.spacing * row.channels),
                          lanes.load(kernel + u * row.kernel_column), sum[0]);
  }
}

template <int kCount, class Image, class Operands, class Lanes>
HWY_INLINE void finish_and_store(const DepthwiseRow<Image>& row, const Operands& operands, Lanes lanes, int64_t j,
                                 V (&sum)[kCount]) {
  const int64_t place = row.place + j * row.place_step;
  const auto change = [&](auto step) HWY_ATTR {
    CAJAL_UNROLL
    for (int r = 0; r < kCount; ++r) sum[r] = step(row.channel, place + r * row.place_step, 0, sum[r]);
  };
  apply_finish(operands.finish, change, [&](int, const auto* from) HWY_ATTR { return lanes.load(from); });
  CAJAL_UNROLL
  for (int r = 0; r < kCount; ++r) lanes.store(sum[r], operands.result + place + r * row.place_step);
}

// The results of which all taps are inside.
Range inside(const ConvAxis& along) {
  const int64_t begin = std::clamp<int64_t>(along.first < 0 ? divide_up(-along.first, along.step) : 0, 0, along.count);
  const int64_t last = along.source - 1 - (along.taps - 1) * along.spacing - along.first;  // of j * step
  const int64_t end = last < 0 ? 0 : std::min(along.count, last / along.step + 1);
  return {begin, std::max(begin, end)};
}

// Results [j, j + kCount) of a row, one vector of channels after the other: so memory is read and written in its order.
// sum_up(row of the vector, lanes, sums) adds their products.
template <int kCount, class Image, class Operands, class Sum>
HWY_INLINE void run_places(const DepthwiseRow<Image>& row, const Operands& operands, int64_t j, const Sum& sum_up) {
  DepthwiseRow<Image> at = row;
  for_channels(row.some, [&](auto lanes, int64_t c) HWY_ATTR {
    at.source = row.source + c, at.kernel = row.kernel + c, at.place = row.place + c, at.channel = c;
    V sum[kCount];
    CAJAL_UNROLL
    for (int r = 0; r < kCount; ++r) sum[r] = hn::Zero(d);
    sum_up(at, lanes, sum);
    finish_and_store(at, operands, lanes, j, sum);
  });
}

// Result j, of which only the taps inside count.
template <int kTaps, class Image, class Operands>
HWY_INLINE void run_side(const DepthwiseRow<Image>& row, const Operands& operands, int64_t j) {
  const ConvAxis& along = row.along;
  const int64_t first = j * along.step + along.first;
  const int64_t low = first < 0 ? divide_up(-first, along.spacing) : 0;
  const int64_t high = first >= along.source ? 0 : std::min(along.taps, (along.source - 1 - first) / along.spacing + 1);
  const int64_t column = first + low * along.spacing, taps = std::max<int64_t>(0, high - low);
  DepthwiseRow<Image> inner = row;
  inner.kernel += low * row.kernel_column;
  if (kTaps == 3 && taps == 2)  // the usual case
    return run_places<1>(inner, operands, j, [&](const auto& at, auto lanes, auto& sum) HWY_ATTR {
      sum_inside<1, 2, 1>(at, lanes, column, sum);
    });
  run_places<1>(inner, operands, j,
                [&](const auto& at, auto lanes, auto& sum) HWY_ATTR { sum_at_side(at, lanes, column, taps, sum); });
}

template <int kTaps, int kStep, class Image, class Operands>
HWY_INLINE void run_all_places(const DepthwiseRow<Image>& row, const Operands& operands) {
  const ConvAxis& along = row.along;
  const Range whole = inside(along);
  int64_t j = 0;
  const auto all_inside = [&](auto count) HWY_ATTR {
    constexpr int kCount = decltype(count)::value;
    for (; j + kCount <= whole.end; j += kCount)
      run_places<kCount>(row, operands, j, [&](const auto& at, auto lanes, auto& sum) HWY_ATTR {
        sum_inside<kCount, kTaps, kStep>(at, lanes, j * along.step + along.first, sum);
      });
  };
  for (; j < whole.begin; ++j) run_side<kTaps>(row, operands, j);
  all_inside(std::integral_constant<int, kTile>());
  all_inside(std::integral_constant<int, kTile / 2>());
  all_inside(std::integral_constant<int, kTile / 4>());
  if constexpr (kTile > 4) all_inside(std::integral_constant<int, 1>());
  for (; j < along.count; ++j) run_side<kTaps>(row, operands, j);
}

// Row number `index` (through all images) of a walk's results.
template <int kTaps, int kStep, class Image, class Other, class Result>
void run_depthwise_row(const DepthwisePlan& plan, const ConvOperandsOf<Image, Other, Result>& operands,
                       const ConvWalk& walk, int64_t index, Range some) {
  const ConvAxis &down = walk.rows, &along = walk.columns;
  const int64_t channels = plan.shape.channels, image = index / down.count, i = index % down.count;
  const int64_t top = i * down.step + down.first;  // the source row of tap row 0
  const int64_t low = top < 0 ? divide_up(-top, down.spacing) : 0;
  const int64_t high = top >= down.source ? 0 : std::min(down.taps, (down.source - 1 - top) / down.spacing + 1);
  const int64_t source_row = along.source * channels, kernel_row = plan.shape.kernel_width * channels;
  const DepthwiseRow<Image> row = {
      .along = along,
      .channels = channels,
      .some = some,
      .taps = std::max<int64_t>(0, high - low),
      .source = operands.image + (image * down.source + top + low * down.spacing) * source_row,
      .source_step = down.spacing * source_row,
      .kernel =
          operands.other + (down.kernel_first + low * down.kernel_step) * kernel_row + along.kernel_first * channels,
      .kernel_step = down.kernel_step * kernel_row,
      .kernel_column = along.kernel_step * channels,
      .place = ((image * down.result + down.result_first + i * down.result_step) * along.result + along.result_first) *
               channels,
      .place_step = along.result_step * channels,
      .channel = 0};
  run_all_places<kTaps, kStep>(row, operands);
}

template <class Image, class Other, class Result>
auto find_row_kernel(const ConvAxis& along) {
  using Kernel =
      void (*)(const DepthwisePlan&, const ConvOperandsOf<Image, Other, Result>&, const ConvWalk&, int64_t, Range);
  const bool dense = along.spacing == 1;
  if (dense && along.taps == 3 && along.step == 1) return Kernel(&run_depthwise_row<3, 1, Image, Other, Result>);
  if (dense && along.taps == 3 && along.step == 2) return Kernel(&run_depthwise_row<3, 2, Image, Other, Result>);
  if (dense && along.taps == 5 && along.step == 1) return Kernel(&run_depthwise_row<5, 1, Image, Other, Result>);
  if (dense && along.taps == 5 && along.step == 2) return Kernel(&run_depthwise_row<5, 2, Image, Other, Result>);
  if (dense && along.taps == 2 && along.step == 1) return Kernel(&run_depthwise_row<2, 1, Image, Other, Result>);
  return Kernel(&run_depthwise_row<0, 0, Image, Other, Result>);
}

template <class Image, class Other, class Result>
void run_depthwise_rows(const DepthwisePlan& plan, const ConvOperandsOf<Image, Other, Result>& operands) noexcept {
  for (const ConvWalk& walk : plan.walks) {
    const auto run = find_row_kernel<Image, Other, Result>(walk.columns);
    for_ranges(plan.shape.batch * walk.rows.count, plan.rows_per_range, [&](int64_t begin, int64_t end) {
      for (int64_t c = 0; c < plan.shape.channels; c += plan.channels_at_once)
        for (int64_t i = begin; i < end; ++i)
          run(plan, operands, walk, i, {c, std::min(c + plan.channels_at_once, plan.shape.channels)});
    });
  }
}

// ------------------------------------------------------------------------------------------------ the kernel's
// gradient

// Some neighbouring taps of a row of the kernel, for one image and one vector of channels.
template <class Image>
struct TapRow {
  const Image* x;   // the image
  const Image* dy;  // the gradient of its results
  int64_t row;      // of the kernel
  int64_t column;   // of the first tap
};

// Adds the products of all pixels; independent sums hide the latency of the multiply-add.
template <int kTaps, class Image, class Lanes>
HWY_INLINE void add_taps(const ConvShape& s, const TapRow<Image>& taps, Lanes lanes, float* sums) {
  constexpr int kSums = kTaps >= 5 ? 2 : kTaps >= 3 ? 3 : 8;
  V sum[kSums][kTaps];
  CAJAL_UNROLL
  for (int i = 0; i < kSums; ++i) {
    CAJAL_UNROLL
    for (int l = 0; l < kTaps; ++l) sum[i][l] = hn::Zero(d);
  }
  const int64_t channels = s.channels, along = taps.column * s.dilation_width - s.pad_left;
  ConvAxis axis;
  axis.source = s.width, axis.count = s.out_width, axis.step = s.stride_width, axis.first = along;
  axis.taps = kTaps, axis.spacing = s.dilation_width;
  const Range whole = inside(axis);
  const auto pixel = [&](const Image* x, const Image* dy, int64_t j, V(&to)[kTaps]) HWY_ATTR {
    const V gradient = lanes.load(dy + j * channels);
    CAJAL_UNROLL
    for (int l = 0; l < kTaps; ++l)
      to[l] =
          hn::MulAdd(lanes.load(x + (j * s.stride_width + along + l * s.dilation_width) * channels), gradient, to[l]);
  };
  const auto side = [&](const Image* x, const Image* dy, int64_t j) HWY_ATTR {
    CAJAL_UNROLL
    for (int l = 0; l < kTaps; ++l) {
      const int64_t column = j * s.stride_width + along + l * s.dilation_width;
      if (column < 0 || column >= s.width) continue;
      sum[0][l] = hn::MulAdd(lanes.load(x + column * channels), lanes.load(dy + j * channels), sum[0][l]);
    }
  };
  for (int64_t i = 0; i < s.out_height; ++i) {
    const int64_t row = i * s.stride_height + taps.row * s.dilation_height - s.pad_top;
    if (row < 0 || row >= s.height) continue;
    const Image *x = taps.x + row * s.width * channels, *dy = taps.dy + i * s.out_width * channels;
    int64_t j = 0;
    for (; j < whole.begin; ++j) side(x, dy, j);
    for (; j + kSums <= whole.end; j += kSums) {
      CAJAL_UNROLL
      for (int k = 0; k < kSums; ++k) pixel(x, dy, j + k, sum[k]);
    }
    for (; j < whole.end; ++j) pixel(x, dy, j, sum[0]);
    for (; j < s.out_width; ++j) side(x, dy, j);
  }
  CAJAL_UNROLL
  for (int l = 0; l < kTaps; ++l) {
    V total = sum[0][l];
    CAJAL_UNROLL
    for (int k = 1; k < kSums; ++k) total = hn::Add(total, sum[k][l]);
    float* to = sums + ((taps.row * s.kernel_width) + taps.column + l) * channels;
    lanes.store(hn::Add(lanes.load(to), total), to);
  }
}

template <class Image, class Lanes>
HWY_INLINE void add_image(const ConvShape& s, const Image* x, const Image* dy, Lanes lanes, float* sums) {
  for (int64_t k = 0; k < s.kernel_height; ++k) {
    int64_t l = 0;
    for (; l + 5 <= s.kernel_width; l += 5) add_taps<5>(s, TapRow<Image>{x, dy, k, l}, lanes, sums);
    for (; l + 3 <= s.kernel_width; l += 3) add_taps<3>(s, TapRow<Image>{x, dy, k, l}, lanes, sums);
    for (; l < s.kernel_width; ++l) add_taps<1>(s, TapRow<Image>{x, dy, k, l}, lanes, sums);
  }
}

// One vector of channels of one partial sum: some of the images.
template <class Operands>
void run_depthwise_sum(const DepthwisePlan& plan, const Operands& operands, int64_t index) {
  const ConvShape& s = plan.shape;
  const int64_t sum = index / plan.vectors, channel = index % plan.vectors * kLanes;
  float* sums = (plan.sums == 1 ? operands.result : static_cast<float*>(operands.workspace) + sum * s.kernel_size());
  const Range images = piece(s.batch, sum, plan.sums);
  const auto run = [&](auto lanes) HWY_ATTR {
    for (int64_t tap = 0; tap < s.kernel_height * s.kernel_width; ++tap)
      lanes.store(hn::Zero(d), sums + tap * s.channels + channel);
    for (int64_t n = images.begin; n < images.end; ++n)
      add_image(s, operands.image + n * s.image_size() + channel, operands.other + n * s.out_size() + channel, lanes,
                sums + channel);
  };
  if (channel + kLanes <= s.channels) return run(WholeChannels());
  run(Partial(s.channels - channel));
}

template <class Operands>
void run_depthwise_gradient(const DepthwisePlan& plan, const Operands& operands) noexcept {
  const int64_t parts = plan.sums * plan.vectors, size = plan.shape.kernel_size();
  if (plan.alone) {
    for (int64_t i = 0; i < parts; ++i) run_depthwise_sum(plan, operands, i);
  } else {
    for_parts(parts, [&](int64_t i) { run_depthwise_sum(plan, operands, i); });
  }
  if (plan.sums == 1) return;
  const float* partial = static_cast<const float*>(operands.workspace);
  for (int64_t i = 0; i < size; ++i) {
    float sum = partial[i];
    for (int64_t k = 1; k < plan.sums; ++k) sum += partial[k * size + i];
    operands.result[i] = sum;
  }
}

DepthwisePlan plan_all(const ConvShape& shape, ConvDirection direction, int threads) {
  DepthwisePlan plan;
  plan.shape = shape;
  const int64_t work = shape.batch * shape.out_size() * shape.kernel_height * shape.kernel_width;
  if (direction == ConvDirection::kernel_gradient) {
    plan.run = &run_depthwise_gradient<ConvOperands>;
    plan.run_narrow_gradient = &run_depthwise_gradient<NarrowGradientOperands>;
    plan.vectors = divide_up(shape.channels, kLanes);
    plan.sums = std::clamp<int64_t>(shape.batch, 1, kMostPartialSums);
    plan.alone = threads == 1 || work < 4 * kElementsPerThread;
    if (plan.sums > 1) plan.workspace = size_t(plan.sums * shape.kernel_size()) * sizeof(float);
    return plan;
  }
  plan.run = &run_depthwise_rows<float, float, float>;
  plan.run_narrow = &run_depthwise_rows<bfloat16, float, bfloat16>;
  for (const ConvWalk& walk : conv_walks(shape, direction))
    if (walk.rows.count * walk.columns.count > 0) plan.walks.push_back(walk);
  const int64_t near = kFloatsNear / std::max<int64_t>(1, shape.kernel_height * shape.width) / kLanes * kLanes;
  plan.channels_at_once = near >= kFewestChannels ? near : std::max<int64_t>(1, shape.channels);
  const int64_t rows = shape.batch * shape.out_height;
  plan.rows_per_range =
      std::max<int64_t>(1, kElementsPerThread / std::max<int64_t>(1, work / std::max<int64_t>(1, rows)));
  return plan;
}

}  // namespace

DepthwisePlan plan_depthwise_for_target(const ConvShape& shape, ConvDirection direction, int threads) {
  return plan_all(shape, direction, threads);
}

}  // namespace HWY_NAMESPACE
}  // namespace cajal::cpu
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace cajal::cpu {

HWY_EXPORT(plan_depthwise_for_target);

bool depthwise_can(const ConvShape& s) { return s.groups == s.channels && s.filters == s.channels; }

DepthwisePlan plan_depthwise(const ConvShape& shape, ConvDirection direction, int threads) {
  return HWY_DYNAMIC_DISPATCH(plan_depthwise_for_target)(shape, direction, threads);
}

}  // namespace cajal::cpu
#endif
