#include "cajal/backends/amx/internal/kernel_gradient.h"

#include <algorithm>
#include <bit>

#include "cajal/backends/amx/internal/slots.h"

namespace cajal::amx {
namespace {

// What is packed at a time and the sums of a part are to stay in the second cache together.
constexpr int64_t kUnitBytes = 1024 * 1024, kPartBytes = 640 * 1024;
// Partial sums take no more memory than this, but for two of each part.
constexpr int64_t kSumBytes = 8 * 1024 * 1024;
constexpr int64_t kTasks = 8, kLeastUnits = 4;
// Places of a kernel's row whose sums are made together: with a block of channels they fill six tiles.
constexpr int64_t kTaps = 3;
constexpr int64_t kSum = kRows * kRows;

// Some channels and filters of the kernel.
struct Part {
  int64_t channel, filter;    // the first blocks
  int64_t channels, filters;  // how many
};

// One unit of the work on a part, packed: x as [blocks of channels][groups][rows][width] left operands, the depth
// across; dy as [blocks of filters][groups][rows][width] right ones.
struct Unit {
  const bfloat16 *image, *gradient;
  int64_t groups;
  int64_t begin, end;            // rows of the result
  int64_t first_row, read_rows;  // of the image
};

// Packs the rows of some blocks of an image or a gradient.
template <class Move>
void pack_rows(const bfloat16* from, int64_t image_size, int64_t row_size, int64_t width, int64_t channels,
               int64_t first, int64_t blocks, int64_t batch, int64_t group, int64_t groups, int64_t row, int64_t rows,
               const Move& move, bfloat16* to) {
  for (int64_t block = first * kColumns; block < (first + blocks) * kColumns; block += kColumns)
    for (int64_t g = group; g < group + groups; ++g)
      for (int64_t y = row; y < row + rows; ++y)
        for (int64_t x = 0; x < width; ++x, to += kBlock)
          move(from + g * kDepth * image_size + y * row_size + x * channels + block, image_size,
               std::min(kDepth, batch - g * kDepth), std::min(kColumns, channels - block), to);
}

template <class Tiles>
Unit pack_unit(const KernelGradientPlan& p, const bfloat16* image, const bfloat16* gradient, const Part& part,
               int64_t index, bfloat16* to) {
  const ConvGeometry& s = p.sizes;
  const ConvAxis& h = s.height;
  const int64_t group = index / p.bands * p.unit_groups;
  Unit out{};
  out.image = to, out.groups = std::min(p.unit_groups, p.groups - group);
  out.begin = index % p.bands * p.band, out.end = std::min(out.begin + p.band, h.result);
  out.first_row = std::clamp<int64_t>(out.begin * h.stride - h.low, 0, h.image);
  const int64_t last = std::clamp<int64_t>((out.end - 1) * h.stride - h.low + h.reach(), out.first_row, h.image);
  out.read_rows = last - out.first_row;
  pack_rows(image, s.image_size(), s.image_row(), s.width.image, s.channels, part.channel, part.channels, s.batch,
            group, out.groups, out.first_row, out.read_rows, Tiles::movers().across, to);
  to += part.channels * out.groups * out.read_rows * s.width.image * kBlock;
  out.gradient = to;
  pack_rows(gradient, s.result_size(), s.result_row(), s.width.result, s.filters, part.filter, part.filters, s.batch,
            group, out.groups, out.begin, out.end - out.begin, Tiles::movers().pairs, to);
  return out;
}

// Some places of a row of the kernel side by side, 32 channels and 16 filters of each.
template <class Tiles, int kCount>
class Taps {
 public:
  /// The tap `column` and those after it; adds to or begins `sums`, [taps][2][16][16].
  Taps(const KernelGradientPlan& plan, int64_t column, float* sums, bool begins)
      : p_(plan), column_(column), sums_(sums) {
    each_sum([&]<int kTile>(float* at) {
      if (begins) Tiles::template zero<kTile>();
      else Tiles::template load<kTile>(at, kStep);
    });
  }
  ~Taps() {
    each_sum([&]<int kTile>(float* at) { Tiles::template store<kTile>(at, kStep); });
  }
  Taps(const Taps&) = delete;
  Taps& operator=(const Taps&) = delete;

  /// One row of the result, of one group, and the row of the image that the taps see from there.
  void add_row(const bfloat16* image, const bfloat16* gradient) {
    const ConvAxis& w = p_.sizes.width;
    for (int64_t x = 0; x < w.result; ++x, gradient += kBlock) {
      const int64_t first = x * w.stride + column_ * w.dilation - w.low, last = first + (kCount - 1) * w.dilation;
      Tiles::template load<7>(gradient, kStep);
      if (first >= 0 && last < w.image) add_all(image + first * kBlock, w.dilation * kBlock);
      else add_some(image, first);
      // So that storing stays fast: see conv.cpp.
      if (x % 8 == 7) Tiles::template store<0>(sums_, kStep);
    }
  }

 private:
  static constexpr int64_t kStep = 64;

  template <class Body>
  void each_sum(const Body& body) const {
    body.template operator()<0>(sums_), body.template operator()<1>(sums_ + kSum);
    if constexpr (kCount > 1)
      body.template operator()<2>(sums_ + 2 * kSum), body.template operator()<3>(sums_ + 3 * kSum);
    if constexpr (kCount > 2)
      body.template operator()<4>(sums_ + 4 * kSum), body.template operator()<5>(sums_ + 5 * kSum);
  }

  template <int kTap>
  static void add(const bfloat16* image) {
    Tiles::template load<6>(image, kStep), Tiles::template multiply<2 * kTap, 6, 7>();
    Tiles::template load<6>(image + kTile, kStep), Tiles::template multiply<2 * kTap + 1, 6, 7>();
  }
  static void add_all(const bfloat16* image, int64_t step) {
    add<0>(image);
    if constexpr (kCount > 1) add<1>(image + step);
    if constexpr (kCount > 2) add<2>(image + 2 * step);
  }

  template <int kTap>
  void add_one(const bfloat16* image, int64_t x) const {
    x += kTap * p_.sizes.width.dilation;
    if (x >= 0 && x < p_.sizes.width.image) add<kTap>(image + x * kBlock);
  }
  void add_some(const bfloat16* image, int64_t x) const {
    add_one<0>(image, x);
    if constexpr (kCount > 1) add_one<1>(image, x);
    if constexpr (kCount > 2) add_one<2>(image, x);
  }

  const KernelGradientPlan& p_;
  int64_t column_;
  float* sums_;
};

// A single place of a kernel's row: 32 channels and 32 filters, so that four sums are made side by side.
template <class Tiles>
class SingleTap {
 public:
  SingleTap(const KernelGradientPlan& plan, int64_t column, float* low, float* high, bool begins)
      : p_(plan), column_(column), low_(low), high_(high) {
    if (begins) {
      Tiles::template zero<0>(), Tiles::template zero<1>(), Tiles::template zero<2>(), Tiles::template zero<3>();
      return;
    }
    Tiles::template load<0>(low_, kStep), Tiles::template load<1>(low_ + kSum, kStep);
    Tiles::template load<2>(high_, kStep), Tiles::template load<3>(high_ + kSum, kStep);
  }
  ~SingleTap() {
    Tiles::template store<0>(low_, kStep), Tiles::template store<1>(low_ + kSum, kStep);
    Tiles::template store<2>(high_, kStep), Tiles::template store<3>(high_ + kSum, kStep);
  }
  SingleTap(const SingleTap&) = delete;
  SingleTap& operator=(const SingleTap&) = delete;

  void add_row(const bfloat16* image, const bfloat16* gradient) {
    const ConvAxis& w = p_.sizes.width;
    for (int64_t x = 0; x < w.result; ++x, gradient += kBlock) {
      const int64_t at = x * w.stride + column_ * w.dilation - w.low;
      if (at < 0 || at >= w.image) continue;
      Tiles::template load<4>(image + at * kBlock, kStep), Tiles::template load<6>(gradient, kStep);
      Tiles::template multiply<0, 4, 6>();
      Tiles::template load<5>(image + at * kBlock + kTile, kStep), Tiles::template multiply<1, 5, 6>();
      Tiles::template load<7>(gradient + kTile, kStep);
      Tiles::template multiply<2, 4, 7>(), Tiles::template multiply<3, 5, 7>();
      if (x % 12 == 11) Tiles::template store<0>(low_, kStep);
    }
  }

 private:
  static constexpr int64_t kStep = 64;
  const KernelGradientPlan& p_;
  int64_t column_;
  float *low_, *high_;
};

// All rows of a unit that a row of the kernel sees.
template <class Sums>
void add_unit(const KernelGradientPlan& p, const Unit& unit, const bfloat16* image, const bfloat16* gradient,
              int64_t kernel_row, Sums&& sums) {
  const ConvAxis &h = p.sizes.height, &w = p.sizes.width;
  for (int64_t g = 0; g < unit.groups; ++g)
    for (int64_t row = unit.begin; row < unit.end; ++row) {
      const int64_t y = row * h.stride + kernel_row * h.dilation - h.low;
      if (y < 0 || y >= h.image) continue;
      sums.add_row(image + (g * unit.read_rows + y - unit.first_row) * w.image * kBlock,
                   gradient + (g * (unit.end - unit.begin) + row - unit.begin) * w.result * kBlock);
    }
}

// One unit's share of one block of channels and filters. Sums lie as [2 of filters][height][width][2 of channels].
template <class Tiles>
void add_block(const KernelGradientPlan& p, const Unit& unit, const bfloat16* image, const bfloat16* gradient,
               bool begins, float* sums) {
  const int64_t high = p.sizes.height.kernel, wide = p.sizes.width.kernel, half = high * wide * 2 * kSum;
  for (int64_t i = 0; i < high; ++i)
    for (int64_t j = 0; j < wide;) {
      const int64_t left = wide - j, count = left == 4 ? 2 : std::min(left, kTaps);
      float* const low = sums + (i * wide + j) * 2 * kSum;
      if (count == 1) {
        add_unit(p, unit, image, gradient, i, SingleTap<Tiles>(p, j, low, low + half, begins));
      } else {
        for (int64_t k = 0; k < 2; ++k)
          if (count == 2)
            add_unit(p, unit, image, gradient + k * kTile, i, Taps<Tiles, 2>(p, j, low + k * half, begins));
          else add_unit(p, unit, image, gradient + k * kTile, i, Taps<Tiles, 3>(p, j, low + k * half, begins));
      }
      j += count;
    }
}

int64_t block_floats(const KernelGradientPlan& p) { return p.sizes.height.kernel * p.sizes.width.kernel * 4 * kSum; }

Part part_of(const KernelGradientPlan& p, int64_t index) {
  const int64_t across = divide_up(p.filter_blocks, p.part_filters);
  Part out{index / across * p.part_channels, index % across * p.part_filters, 0, 0};
  out.channels = std::min(p.part_channels, p.channel_blocks - out.channel);
  out.filters = std::min(p.part_filters, p.filter_blocks - out.filter);
  return out;
}

// One sum of one part.
template <class Tiles>
void run_sum(const KernelGradientPlan& p, const bfloat16* image, const bfloat16* gradient, const Part& part,
             int64_t index, float* sums, std::byte* scratch) {
  const int64_t first = p.units * index / p.sums, last = p.units * (index + 1) / p.sums;
  for (int64_t u = first; u < last; ++u) {
    const Unit unit = pack_unit<Tiles>(p, image, gradient, part, u, reinterpret_cast<bfloat16*>(scratch));
    const int64_t images = unit.groups * unit.read_rows * p.sizes.width.image * kBlock;
    const int64_t gradients = unit.groups * (unit.end - unit.begin) * p.sizes.width.result * kBlock;
    Tiles::begin();
    for (int64_t c = 0; c < part.channels; ++c)
      for (int64_t f = 0; f < part.filters; ++f)
        add_block<Tiles>(p, unit, unit.image + c * images, unit.gradient + f * gradients, u == first,
                         sums + ((part.channel + c) * p.filter_blocks + part.filter + f) * block_floats(p));
    Tiles::end();
  }
}

// Adds the sums of one block, and brings it to where it belongs in the kernel.
template <class Tiles>
void add_sums(const KernelGradientPlan& p, int64_t block, float* sums, float* kernel) {
  const ConvGeometry& s = p.sizes;
  const int64_t count = block_floats(p), places = s.height.kernel * s.width.kernel;
  float* const total = sums + block * count;
  for (int64_t i = 1; i < p.sums; ++i) Tiles::movers().add(total + i * p.sum_floats, total, count);
  const int64_t channel = block / p.filter_blocks * kDepth, filter = block % p.filter_blocks * kColumns;
  const float* tile = total;
  for (int64_t f = filter; f < filter + kColumns; f += kRows)
    for (int64_t place = 0; place < places; ++place)
      for (int64_t c = channel; c < channel + kDepth; c += kRows, tile += kSum) {
        const int64_t columns = std::clamp<int64_t>(s.filters - f, 0, kRows);
        for (int64_t row = 0; row < std::min(kRows, s.channels - c); ++row)
          std::copy_n(tile + row * kRows, columns, kernel + (place * s.channels + c + row) * s.filters + f);
      }
}

// A kernel of one place that visits each place of the image: there is nothing but many images of one place.
ConvGeometry flattened(const ConvGeometry& s) {
  if (!s.is_pointwise()) return s;
  ConvGeometry out;
  out.batch = s.places(), out.channels = s.channels, out.filters = s.filters;
  return out;
}

}  // namespace

KernelGradientPlan plan_kernel_gradient(const ConvGeometry& sizes, int threads) {
  KernelGradientPlan p;
  p.sizes = flattened(sizes);
  const ConvGeometry& s = p.sizes;
  p.groups = divide_up(s.batch, kDepth);
  p.channel_blocks = divide_up(s.channels, kDepth), p.filter_blocks = divide_up(s.filters, kColumns);
  p.part_channels = p.channel_blocks, p.part_filters = p.filter_blocks;
  const int64_t block_bytes = block_floats(p) * int64_t(sizeof(float));
  while (p.part_channels * p.part_filters > 1 && p.part_channels * p.part_filters * block_bytes > kPartBytes)
    (p.part_channels > p.part_filters ? p.part_channels : p.part_filters) =
        divide_up(std::max(p.part_channels, p.part_filters), 2);
  p.parts = divide_up(p.channel_blocks, p.part_channels) * divide_up(p.filter_blocks, p.part_filters);
  constexpr int64_t place = kBlock * int64_t(sizeof(bfloat16));
  const auto bytes = [&](int64_t rows) {
    const int64_t read = std::min(s.height.image, (rows - 1) * s.height.stride + s.height.reach());
    return (read * s.width.image * p.part_channels + rows * s.width.result * p.part_filters) * place;
  };
  p.bands = 1;
  const auto band_of = [&](int64_t bands) { return divide_up(s.height.result, bands); };
  while (band_of(p.bands) > 1 && (bytes(band_of(p.bands)) > kUnitBytes || p.groups * p.bands < kLeastUnits)) ++p.bands;
  p.band = band_of(p.bands);
  p.bands = divide_up(s.height.result, p.band);
  if (p.bands == 1)
    p.unit_groups = std::clamp<int64_t>(kUnitBytes / bytes(p.band), 1, divide_up(p.groups, kLeastUnits));
  p.units = divide_up(p.groups, p.unit_groups) * p.bands;
  p.sum_floats = p.channel_blocks * p.filter_blocks * block_floats(p);
  // As many as make tasks for some threads, two or four of them the same number.
  const int64_t most = std::max<int64_t>(kSumBytes / (p.sum_floats * int64_t(sizeof(float))), 2);
  const int64_t wanted = std::min({p.units, most, divide_up(kTasks, p.parts)});
  p.sums = int64_t(std::bit_floor(uint64_t(wanted)));
  p.slots = slots_for(p.sums * p.parts, threads);
  p.scratch_bytes = size_t(p.unit_groups * bytes(p.band));
  return p;
}

template <class Tiles>
void run_kernel_gradient(const KernelGradientPlan& p, const bfloat16* image, const bfloat16* gradient, float* kernel,
                         std::byte* workspace) noexcept {
  float* const sums = reinterpret_cast<float*>(workspace);
  std::byte* const scratch = workspace + size_t(p.sums * p.sum_floats) * sizeof(float);
  for_each_task(p.sums * p.parts, p.slots, [&](int64_t task, int64_t slot) {
    const int64_t i = task / p.parts;
    run_sum<Tiles>(p, image, gradient, part_of(p, task % p.parts), i, sums + i * p.sum_floats,
                   scratch + size_t(slot) * p.scratch_bytes);
  });
  const int64_t blocks = p.channel_blocks * p.filter_blocks;
  parallel_for(blocks, std::max<int64_t>(32 * 1024 / (block_floats(p) * p.sums), 1), [&](int64_t begin, int64_t end) {
    for (int64_t block = begin; block < end; ++block) add_sums<Tiles>(p, block, sums, kernel);
  });
}

template void run_kernel_gradient<PlainTiles>(const KernelGradientPlan&, const bfloat16*, const bfloat16*, float*,
                                              std::byte*) noexcept;
#ifdef CAJAL_HAS_AMX
template void run_kernel_gradient<HardwareTiles>(const KernelGradientPlan&, const bfloat16*, const bfloat16*, float*,
                                                 std::byte*) noexcept;
#endif

}  // namespace cajal::amx
