// Depthwise convolution. A tile is some neighbouring results of a row by one vector of channels: what they read
// overlaps, so that each loaded vector is used several times. Where three taps reach one place beyond a side, it is
// taken as zero; other results near the sides, which have fewer taps, are computed one by one. Sums run over the taps
// in the kernel's order (the gradient's: some rows of an image at a time, added in order), and what is shared out among
// threads are whole rows, or partial sums whose number depends on the sizes alone.
#include "cajal/backends/cpu/internal/targets.h"

// Highway compiles this file once per target.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "cajal/backends/cpu/internal/depthwise.cpp"
#include "hwy/foreach_target.h"
// After foreach_target.h.
#include <algorithm>
#include <type_traits>
#include <utility>

#include "cajal/backends/cpu/internal/conv_finish-inl.h"
#include "cajal/backends/cpu/internal/depthwise.h"
#include "cajal/backends/cpu/internal/gemm_kernel-inl.h"
#include "cajal/backends/cpu/internal/parts.h"

HWY_BEFORE_NAMESPACE();
namespace cajal::cpu {
namespace HWY_NAMESPACE {
namespace {

// Results of a tile: enough to hide the latency of the multiply-add, and 16 registers hold them beside what they read.
constexpr int kTile = HWY_TARGET == HWY_SCALAR || HWY_TARGET == HWY_EMU128 ? 2 : 8;
// Sums of the kernel's gradient at a time: as many as registers hold beside what they add.
#if HWY_TARGET == HWY_AVX3 || HWY_TARGET == HWY_AVX3_DL || HWY_ARCH_ARM_A64
constexpr int kSumsAtOnce = 24;  // of 32
#else
constexpr int kSumsAtOnce = 12;  // of 16
#endif
// Results' places, and channels, whose lines stay in the first-level cache while the gradient is summed up.
constexpr int64_t kPlacesNear = 128, kChannelsNear = 64;
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

// Adds a row of taps: each column that is read, load(i), is used for all results that it belongs to.
template <int kCount, int kTaps, int kStep, class Image, class Lanes, class Load>
HWY_INLINE void add_columns(const DepthwiseRow<Image>& row, const float* kernel, Lanes lanes, const Load& load,
                            V (&sum)[kCount]) {
  V w[kTaps];
  CAJAL_UNROLL
  for (int u = 0; u < kTaps; ++u) w[u] = lanes.load(kernel + u * row.kernel_column);
  CAJAL_UNROLL
  for (int i = 0; i < (kCount - 1) * kStep + kTaps; ++i) {
    const V x = load(i);
    CAJAL_UNROLL
    for (int u = 0; u < kTaps; ++u) {
      const int r = (i - u) / kStep;
      if (i >= u && (i - u) % kStep == 0 && r < kCount) sum[r] = hn::MulAdd(x, w[u], sum[r]);
    }
  }
}

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
      add_columns<kCount, kTaps, kStep>(
          row, kernel, lanes, [&](int i) HWY_ATTR { return lanes.load(source + i * channels); }, sum);
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
  if (!operands.finish.empty())
    apply_finish(operands.finish, change, [&](int, const auto* from) HWY_ATTR { return lanes.load(from); });
  CAJAL_UNROLL
  for (int r = 0; r < kCount; ++r) lanes.store(sum[r], operands.result + place + r * row.place_step);
}

// The taps of result j that lie inside.
Range taps_inside(const ConvAxis& along, int64_t j) {
  const int64_t first = j * along.step + along.first;
  const int64_t low = first < 0 ? divide_up(-first, along.spacing) : 0;
  const int64_t high = first >= along.source ? 0 : std::min(along.taps, (along.source - 1 - first) / along.spacing + 1);
  return {low, std::max(low, high)};
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
template <class Image, class Operands>
void run_side(const DepthwiseRow<Image>& row, const Operands& operands, int64_t j) {
  const ConvAxis& along = row.along;
  const Range inner_taps = taps_inside(along, j);
  const int64_t column = j * along.step + along.first + inner_taps.begin * along.spacing, taps = inner_taps.size();
  DepthwiseRow<Image> inner = row;
  inner.kernel += inner_taps.begin * row.kernel_column;
  run_places<1>(inner, operands, j,
                [&](const auto& at, auto lanes, auto& sum) HWY_ATTR { sum_at_side(at, lanes, column, taps, sum); });
}

// Results of a tile, fewer where more columns are read than a loop is unrolled for.
template <int kTaps, int kStep>
constexpr int kLargest = std::min(kTile, (16 - kTaps) / std::max(1, kStep) + 1);

// Results [j, j + kCount) of three taps, of which the first may lie one place before the row and the last one behind
// it.
template <int kCount, int kStep, class Image, class Operands>
void run_tile(const DepthwiseRow<Image>& row, const Operands& operands, int64_t j) noexcept {
  constexpr int kLast = (kCount - 1) * kStep + 2;
  const int64_t channels = row.channels, column = j * kStep + row.along.first;
  const bool before = column < 0, behind = column + kLast >= row.along.source;
  if constexpr (kCount == kLargest<3, kStep>) {  // the others are rarely far from the sides
    if (!before && !behind)
      return run_places<kCount>(row, operands, j, [&](const auto& at, auto lanes, auto& sum) HWY_ATTR {
        sum_inside<kCount, 3, kStep>(at, lanes, column, sum);
      });
  }
  // A neighbour is read in place of what is not there, and none of its bits kept.
  const V all = hn::BitCast(d, hn::Set(hn::RebindToUnsigned<D>(), 0xFFFFFFFFu));
  const V first = before ? hn::Zero(d) : all, last = behind ? hn::Zero(d) : all;
  const int64_t first_at = before ? channels : 0, last_at = (kLast - behind) * channels;
  run_places<kCount>(row, operands, j, [&](const auto& at, auto lanes, auto& sum) HWY_ATTR {
    const Image* source = at.source + column * channels;
    for (int64_t t = 0; t < at.taps; ++t, source += at.source_step)
      add_columns<kCount, 3, kStep>(
          at, at.kernel + t * at.kernel_step, lanes,
          [&](int i) HWY_ATTR {
            if (i == 0) return hn::And(lanes.load(source + first_at), first);
            if (i == kLast) return hn::And(lanes.load(source + last_at), last);
            return lanes.load(source + i * channels);
          },
          sum);
  });
}

template <int kStep, class Image, class Operands, int... kLess>
void run_tiles(const DepthwiseRow<Image>& row, const Operands& operands, std::integer_sequence<int, kLess...>) {
  using Tile = void (*)(const DepthwiseRow<Image>&, const Operands&, int64_t) noexcept;
  static constexpr Tile kTiles[] = {&run_tile<kLess + 1, kStep, Image, Operands>...};
  const int64_t tiles = divide_up(row.along.count, int64_t(sizeof...(kLess)));
  for (int64_t k = 0; k < tiles; ++k) {
    const Range some = piece(row.along.count, k, tiles);
    kTiles[some.size() - 1](row, operands, some.begin);
  }
}

// Whether run_tiles can: all lies inside but for one tap on either side.
bool fits_tiles(const ConvAxis& along) {
  return along.reach_begin(0) >= -1 && along.reach_end(along.count) <= along.source + 1;
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
  for (; j < whole.begin; ++j) run_side(row, operands, j);
  all_inside(std::integral_constant<int, kLargest<kTaps, kStep>>());
  all_inside(std::integral_constant<int, std::min(4, kLargest<kTaps, kStep>)>());
  all_inside(std::integral_constant<int, 1>());
  for (; j < along.count; ++j) run_side(row, operands, j);
}

// Row i of a walk's results.
template <int kTaps, int kStep, class Image, class Other, class Result>
void run_depthwise_row(const DepthwisePlan& plan, const ConvOperandsOf<Image, Other, Result>& operands,
                       const ConvWalk& walk, int64_t image, int64_t i, Range some) {
  const ConvAxis &down = walk.rows, &along = walk.columns;
  const int64_t channels = plan.shape.channels;
  const Range taps = taps_inside(down, i);
  const int64_t top = i * down.step + down.first + taps.begin * down.spacing;  // the source row of the first of them
  const int64_t source_row = along.source * channels, kernel_row = plan.shape.kernel_width * channels;
  const DepthwiseRow<Image> row = {
      .along = along,
      .channels = channels,
      .some = some,
      .taps = taps.size(),
      .source = operands.image + (image * down.source + top) * source_row,
      .source_step = down.spacing * source_row,
      .kernel = operands.other + (down.kernel_first + taps.begin * down.kernel_step) * kernel_row +
                along.kernel_first * channels,
      .kernel_step = down.kernel_step * kernel_row,
      .kernel_column = along.kernel_step * channels,
      .place = ((image * down.result + down.result_first + i * down.result_step) * along.result + along.result_first) *
               channels,
      .place_step = along.result_step * channels,
      .channel = 0};
  if constexpr (kTaps == 3) {
    run_tiles<kStep>(row, operands, std::make_integer_sequence<int, kLargest<kTaps, kStep>>());
  } else {
    run_all_places<kTaps, kStep>(row, operands);
  }
}

template <class Image, class Other, class Result>
auto find_row_kernel(const ConvAxis& along) {
  using Kernel = void (*)(const DepthwisePlan&, const ConvOperandsOf<Image, Other, Result>&, const ConvWalk&, int64_t,
                          int64_t, Range);
  const bool dense = along.spacing == 1, tiles = dense && along.taps == 3 && fits_tiles(along);
  if (tiles && along.step == 1) return Kernel(&run_depthwise_row<3, 1, Image, Other, Result>);
  if (tiles && along.step == 2) return Kernel(&run_depthwise_row<3, 2, Image, Other, Result>);
  if (dense && along.taps == 5 && along.step == 1) return Kernel(&run_depthwise_row<5, 1, Image, Other, Result>);
  if (dense && along.taps == 5 && along.step == 2) return Kernel(&run_depthwise_row<5, 2, Image, Other, Result>);
  if (dense && along.taps == 1 && along.step == 1) return Kernel(&run_depthwise_row<1, 1, Image, Other, Result>);
  if (dense && along.taps == 2 && along.step == 1) return Kernel(&run_depthwise_row<2, 1, Image, Other, Result>);
  return Kernel(&run_depthwise_row<0, 0, Image, Other, Result>);
}

// Rows of all walks in turn: they read the same.
template <class Image, class Other, class Result>
void run_depthwise_rows(const DepthwisePlan& plan, const ConvOperandsOf<Image, Other, Result>& operands) noexcept {
  int64_t rows = 0;
  for (const ConvWalk& walk : plan.walks) rows = std::max(rows, walk.rows.count);
  const auto run_row = [&](int64_t image, int64_t i, Range some) {
    for (const ConvWalk& walk : plan.walks)
      if (i < walk.rows.count)
        find_row_kernel<Image, Other, Result>(walk.columns)(plan, operands, walk, image, i, some);
  };
  for_ranges(plan.shape.batch * rows, plan.rows_per_range, [&](int64_t begin, int64_t end) {
    for (int64_t c = 0; c < plan.shape.channels; c += plan.channels_at_once)
      for (int64_t i = begin; i < end; ++i)
        run_row(i / rows, i % rows, {c, std::min(c + plan.channels_at_once, plan.shape.channels)});
  });
}

// ------------------------------------------------------------------------------------------------ the kernel's
// gradient

// What lies beside an image.
template <class Image>
const Image* beside() {
  alignas(64) static constexpr Image kZeros[kLanes] = {};
  return kZeros;
}

// Some rows of an image's results.
template <class Image>
struct GradientRows {
  const Image* x;   // the image
  const Image* dy;  // the gradient of its results
  Range rows;       // of results
};

// Walks along places: the same taps of some rows that lie at even distances.
template <class Image>
struct RowsTogether {
  const Image* from;
  int64_t down, apart, step;
  HWY_INLINE const Image* operator()(int r, int l) const { return from + r * down + l * apart; }
  HWY_INLINE void advance() { from += step; }
};

// The same where some rows lie beside the image: there the same zeros are read again and again.
template <int kRows, class Image>
struct RowsAtSide {
  const Image* from[kRows];
  int64_t apart[kRows], step[kRows];
  HWY_INLINE const Image* operator()(int r, int l) const { return from[r] + l * apart[r]; }
  HWY_INLINE void advance() {
    CAJAL_UNROLL
    for (int r = 0; r < kRows; ++r) from[r] += step[r];
  }
};

// Adds the products of a place for columns [kBegin, kEnd) of the taps.
template <int kBegin, int kEnd, int kRows, int kTaps, class Rows, class Lanes>
HWY_INLINE void add_place(const Rows& read, V gradient, Lanes lanes, V (&sum)[kRows][kTaps]) {
  CAJAL_UNROLL
  for (int r = 0; r < kRows; ++r) {
    CAJAL_UNROLL
    for (int l = kBegin; l < kEnd; ++l) sum[r][l] = hn::MulAdd(lanes.load(read(r, l)), gradient, sum[r][l]);
  }
}

// A row's places: those of which all taps are inside, and whether but one of the others on either side misses one tap.
struct Places {
  explicit Places(const ConvAxis& axis) : axis(axis), whole(inside(axis)) {
    const Range first = taps_inside(axis, 0), last = taps_inside(axis, axis.count - 1);
    one_before = whole.begin == 1 && first.begin == 1 && first.end == axis.taps;
    one_behind = whole.end == axis.count - 1 && last.begin == 0 && last.end == axis.taps - 1;
  }
  const ConvAxis& axis;
  Range whole;
  bool one_before, one_behind;
};

// Adds those of a row, whose gradients lie at dy.
template <int kSums, int kRows, int kTaps, class Image, class Rows, class Lanes>
HWY_INLINE void add_row(const Places& places, Rows read, const Image* dy, int64_t channels, Lanes lanes,
                        V (&sum)[kSums][kRows][kTaps]) {
  const Range whole = places.whole;
  const auto next = [&]() HWY_ATTR {
    read.advance();
    dy += channels;
  };
  const auto side = [&](int64_t j) HWY_ATTR {
    const Range there = taps_inside(places.axis, j);
    const V gradient = lanes.load(dy);
    CAJAL_UNROLL
    for (int l = 0; l < kTaps; ++l) {
      if (l < there.begin || l >= there.end) continue;
      CAJAL_UNROLL
      for (int r = 0; r < kRows; ++r) sum[0][r][l] = hn::MulAdd(lanes.load(read(r, l)), gradient, sum[0][r][l]);
    }
    next();
  };
  int64_t j = 0;
  if (places.one_before) {
    add_place<std::min(1, kTaps), kTaps>(read, lanes.load(dy), lanes, sum[0]);
    next(), ++j;
  }
  for (; j < whole.begin; ++j) side(j);
  for (; j + kSums <= whole.end; j += kSums) {
    CAJAL_UNROLL
    for (int k = 0; k < kSums; ++k) {
      add_place<0, kTaps>(read, lanes.load(dy), lanes, sum[k]);
      next();
    }
  }
  for (; j < whole.end; ++j) {
    add_place<0, kTaps>(read, lanes.load(dy), lanes, sum[0]);
    next();
  }
  if (places.one_behind) return add_place<0, kTaps - 1>(read, lanes.load(dy), lanes, sum[0]);
  for (; j < places.axis.count; ++j) side(j);
}

// Adds the products of all places for kRows rows of the kernel, from `row` on, by kTaps of its columns, from `column`
// on. Where they are few, several sums each hide the latency of the multiply-add.
template <int kRows, int kTaps, class Image, class Lanes>
HWY_INLINE void add_taps(const ConvShape& s, const GradientRows<Image>& image, int64_t row, int64_t column, Lanes lanes,
                         float* sums) {
  constexpr int kSums = std::min(8, kSumsAtOnce / (kRows * kTaps));
  V sum[kSums][kRows][kTaps];
  CAJAL_UNROLL
  for (int k = 0; k < kSums; ++k) {
    CAJAL_UNROLL
    for (int r = 0; r < kRows; ++r) {
      CAJAL_UNROLL
      for (int l = 0; l < kTaps; ++l) sum[k][r][l] = hn::Zero(d);
    }
  }
  ConvAxis axis;
  axis.source = s.width, axis.count = s.out_width, axis.step = s.stride_width;
  axis.first = column * s.dilation_width - s.pad_left, axis.taps = kTaps, axis.spacing = s.dilation_width;
  const Places places(axis);
  const int64_t channels = s.channels, source_row = s.width * channels, down = s.dilation_height * source_row,
                step = s.stride_width * channels, apart = s.dilation_width * channels;
  for (int64_t i = image.rows.begin; i < image.rows.end; ++i) {
    const Image* dy = image.dy + i * s.out_width * channels;
    const int64_t top = i * s.stride_height + row * s.dilation_height - s.pad_top;
    const Image* x = image.x + top * source_row + axis.first * channels;
    if (top >= 0 && top + (kRows - 1) * s.dilation_height < s.height) {
      add_row(places, RowsTogether<Image>{x, down, apart, step}, dy, channels, lanes, sum);
      continue;
    }
    if constexpr (kRows > 1) {  // a single one that is not there adds nothing
      RowsAtSide<kRows, Image> rows;
      CAJAL_UNROLL
      for (int r = 0; r < kRows; ++r) {
        const int64_t at = top + r * s.dilation_height;
        const bool there = at >= 0 && at < s.height;
        rows.from[r] = there ? x + r * down : beside<Image>();
        rows.apart[r] = there ? apart : 0, rows.step[r] = there ? step : 0;
      }
      add_row(places, rows, dy, channels, lanes, sum);
    }
  }
  CAJAL_UNROLL
  for (int r = 0; r < kRows; ++r) {
    CAJAL_UNROLL
    for (int l = 0; l < kTaps; ++l) {
      V total = sum[0][r][l];
      CAJAL_UNROLL
      for (int k = 1; k < kSums; ++k) total = hn::Add(total, sum[k][r][l]);
      float* to = sums + ((row + r) * s.kernel_width + column + l) * channels;
      lanes.store(hn::Add(lanes.load(to), total), to);
    }
  }
}

template <class Image, class Lanes>
HWY_INLINE void add_rows(const ConvShape& s, const GradientRows<Image>& image, Lanes lanes, float* sums) {
  int64_t l = 0;
  for (; l + 5 <= s.kernel_width; l += 5) {
    int64_t k = 0;
    for (; k + 2 <= s.kernel_height; k += 2) add_taps<2, 5>(s, image, k, l, lanes, sums);
    if (k < s.kernel_height) add_taps<1, 5>(s, image, k, l, lanes, sums);
  }
  for (; l + 3 <= s.kernel_width; l += 3) {
    int64_t k = 0;
    for (; k + 3 <= s.kernel_height; k += 3) add_taps<3, 3>(s, image, k, l, lanes, sums);
    for (; k < s.kernel_height; ++k) add_taps<1, 3>(s, image, k, l, lanes, sums);
  }
  for (; l < s.kernel_width; ++l)
    for (int64_t k = 0; k < s.kernel_height; ++k) add_taps<1, 1>(s, image, k, l, lanes, sums);
}

// Some channels of one partial sum: some of the images, as many rows at a time as stay near.
template <class Operands>
void run_depthwise_sum(const DepthwisePlan& plan, const Operands& operands, int64_t index) {
  const ConvShape& s = plan.shape;
  const int64_t sum = index / plan.blocks, first = index % plan.blocks * kChannelsNear;
  const Range channels = {first, std::min(first + kChannelsNear, s.channels)};
  float* sums = plan.sums == 1 ? operands.result : static_cast<float*>(operands.workspace) + sum * s.kernel_size();
  for (int64_t tap = 0; tap < s.kernel_height * s.kernel_width; ++tap)
    std::fill_n(sums + tap * s.channels + channels.begin, channels.size(), 0.0f);
  const int64_t most = std::max<int64_t>(1, kPlacesNear / std::max<int64_t>(1, s.out_width));
  const Range images = piece(s.batch, sum, plan.sums);
  for (int64_t n = images.begin; n < images.end; ++n)
    for (int64_t i = 0; i < s.out_height; i += most) {
      const auto *x = operands.image + n * s.image_size(), *dy = operands.other + n * s.out_size();
      using Rows = GradientRows<std::remove_cvref_t<decltype(*x)>>;
      for_channels(channels, [&](auto lanes, int64_t c) HWY_ATTR {
        add_rows(s, Rows{x + c, dy + c, {i, std::min(i + most, s.out_height)}}, lanes, sums + c);
      });
    }
}

template <class Operands>
void run_depthwise_gradient(const DepthwisePlan& plan, const Operands& operands) noexcept {
  const int64_t parts = plan.sums * plan.blocks;
  if (plan.alone) {
    for (int64_t i = 0; i < parts; ++i) run_depthwise_sum(plan, operands, i);
  } else {
    for_parts(parts, [&](int64_t i) { run_depthwise_sum(plan, operands, i); });
  }
  const int64_t size = plan.shape.kernel_size();
  if (plan.sums > 1)
    add_partial_sums(static_cast<const float*>(operands.workspace), plan.sums, size, {0, size}, operands.result);
}

DepthwisePlan plan_all(const ConvShape& shape, ConvDirection direction, int threads) {
  DepthwisePlan plan;
  plan.shape = shape;
  const int64_t work = shape.batch * shape.out_size() * shape.kernel_height * shape.kernel_width;
  if (direction == ConvDirection::kernel_gradient) {
    plan.run = &run_depthwise_gradient<ConvOperands>;
    plan.run_narrow_gradient = &run_depthwise_gradient<NarrowGradientOperands>;
    plan.blocks = divide_up(shape.channels, kChannelsNear);
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
