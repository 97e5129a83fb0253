#include "cajal/backends/amx/internal/conv.h"

#include <algorithm>

#include "cajal/backends/amx/internal/slots.h"

namespace cajal::amx {
namespace {

// What a task reads again and again is to stay in the second cache, beside the kernel that passes by.
constexpr int64_t kTaskBytes = 768 * 1024;
// Places of a row that are computed together: their sums and two operands are all the tiles there are.
constexpr int64_t kPlaces = 3;
// On the machine where this was measured (an Intel Xeon of 2024), storing a tile takes 300 ns longer where none was
// stored for 600 ns, which is 20 steps of 6 multiplications: so one is stored now and then, to where others will
// follow.
constexpr int64_t kAwakeSteps = 8;

// One task's images as left operands: [blocks of images][blocks of depth][rows][width] tiles.
struct Packed {
  const bfloat16* tiles = nullptr;
  int64_t first_row = 0, rows = 0;
};

int64_t first_read(const ConvPlan& p, int64_t row) {
  return std::clamp<int64_t>(row * p.sizes.height.stride - p.sizes.height.low, 0, p.sizes.height.image);
}
int64_t last_read(const ConvPlan& p, int64_t row) {
  const ConvAxis& a = p.sizes.height;
  return std::clamp<int64_t>(row * a.stride - a.low + a.reach(), 0, a.image);
}

template <class Tiles>
Packed pack_images(const ConvPlan& p, const bfloat16* image, int64_t block, int64_t blocks, int64_t begin, int64_t end,
                   bfloat16* to) {
  const ConvGeometry& s = p.sizes;
  const Movers& movers = Tiles::movers();
  Packed out{to, first_read(p, begin), 0};
  out.rows = std::max<int64_t>(last_read(p, end - 1) - out.first_row, 0);
  for (int64_t b = block; b < block + blocks; ++b) {
    const bfloat16* const images = image + b * kRows * s.image_size() + out.first_row * s.image_row();
    const int64_t count = std::min(kRows, s.batch - b * kRows);
    for (int64_t k = 0; k < p.depth_blocks; ++k) {
      const int64_t channels = std::min(kDepth, s.channels - k * kDepth);
      for (int64_t place = 0; place < out.rows * s.width.image; ++place, to += kTile)
        movers.rows(images + place * s.channels + k * kDepth, s.image_size(), count, channels, to);
    }
  }
  return out;
}

// Some places of a row side by side, 16 images and kColumns filters of each.
template <class Tiles>
class Places {
 public:
  Places(const ConvPlan& plan, const bfloat16* kernel, const Packed& packed, int64_t block)
      : p_(plan),
        kernel_(kernel),
        rows_(packed.tiles + block * plan.depth_blocks * packed.rows * plan.sizes.width.image * kTile),
        packed_(packed) {}

  /// Their sums, to `sums`: [places][kRows][kColumns].
  template <int kCount>
  void run(int64_t row, int64_t column, float* sums) const {
    const ConvGeometry& s = p_.sizes;
    zero<kCount>();
    int64_t steps = 0;
    const int64_t width = s.width.image, plane = packed_.rows * width * kTile;
    for (int64_t i = 0; i < s.height.kernel; ++i) {
      const int64_t y = row * s.height.stride + i * s.height.dilation - s.height.low;
      if (y < 0 || y >= s.height.image) continue;
      const bfloat16* line = rows_ + (y - packed_.first_row) * width * kTile;
      const bfloat16* b = kernel_ + i * p_.depth_blocks * s.width.kernel * kBlock;
      for (int64_t k = 0; k < p_.depth_blocks; ++k, line += plane) {
        for (int64_t j = 0; j < s.width.kernel; ++j, b += kBlock) {
          const int64_t x = column * s.width.stride + j * s.width.dilation - s.width.low;
          const int64_t last = x + (kCount - 1) * s.width.stride;
          if (x >= 0 && last < width) add_all<kCount>(line + x * kTile, s.width.stride * kTile, b);
          else add_some<kCount>(line, x, b);
        }
        if ((steps += s.width.kernel) >= kAwakeSteps) store_place<0>(sums), steps = 0;
      }
    }
    store<kCount>(sums);
  }

 private:
  template <int kCount>
  static void zero() {
    Tiles::template zero<0>(), Tiles::template zero<1>();
    if constexpr (kCount > 1) Tiles::template zero<2>(), Tiles::template zero<3>();
    if constexpr (kCount > 2) Tiles::template zero<4>(), Tiles::template zero<5>();
  }

  template <int kPlace>
  static void store_place(float* sums) {
    constexpr int64_t step = kColumns * int64_t(sizeof(float));
    Tiles::template store<2 * kPlace>(sums + kPlace * kRows * kColumns, step);
    Tiles::template store<2 * kPlace + 1>(sums + kPlace * kRows * kColumns + kRows, step);
  }
  template <int kCount>
  static void store(float* sums) {
    store_place<0>(sums);
    if constexpr (kCount > 1) store_place<1>(sums);
    if constexpr (kCount > 2) store_place<2>(sums);
  }

  // Two left operands stay where there is room for them, one otherwise.
  template <int kCount>
  static void add_all(const bfloat16* a, int64_t step, const bfloat16* b) {
    constexpr int64_t line = kDepth * int64_t(sizeof(bfloat16));
    if constexpr (kCount == 3) {
      Tiles::template load<7>(b, line);
      Tiles::template load<6>(a, line), Tiles::template multiply<0, 6, 7>();
      Tiles::template load<6>(a + step, line), Tiles::template multiply<2, 6, 7>();
      Tiles::template load<6>(a + 2 * step, line), Tiles::template multiply<4, 6, 7>();
      Tiles::template load<7>(b + kTile, line), Tiles::template multiply<5, 6, 7>();
      Tiles::template load<6>(a + step, line), Tiles::template multiply<3, 6, 7>();
      Tiles::template load<6>(a, line), Tiles::template multiply<1, 6, 7>();
    } else {
      Tiles::template load<6>(b, line), Tiles::template load<7>(b + kTile, line);
      Tiles::template load<4>(a, line);
      Tiles::template multiply<0, 4, 6>(), Tiles::template multiply<1, 4, 7>();
      if constexpr (kCount == 2) {
        Tiles::template load<5>(a + step, line);
        Tiles::template multiply<2, 5, 6>(), Tiles::template multiply<3, 5, 7>();
      }
    }
  }

  template <int kPlace>
  void add_one(const bfloat16* line, int64_t x, const bfloat16* b) const {
    x += kPlace * p_.sizes.width.stride;
    if (x < 0 || x >= p_.sizes.width.image) return;
    constexpr int64_t step = kDepth * int64_t(sizeof(bfloat16));
    Tiles::template load<6>(line + x * kTile, step);
    Tiles::template load<7>(b, step), Tiles::template multiply<2 * kPlace, 6, 7>();
    Tiles::template load<7>(b + kTile, step), Tiles::template multiply<2 * kPlace + 1, 6, 7>();
  }
  template <int kCount>
  void add_some(const bfloat16* line, int64_t x, const bfloat16* b) const {
    add_one<0>(line, x, b);
    if constexpr (kCount > 1) add_one<1>(line, x, b);
    if constexpr (kCount > 2) add_one<2>(line, x, b);
  }

  const ConvPlan& p_;
  const bfloat16 *kernel_, *rows_;
  const Packed& packed_;
};

template <class Tiles>
void run_places(const Places<Tiles>& places, int64_t count, int64_t row, int64_t column, float* sums) {
  if (count == 3) places.template run<3>(row, column, sums);
  else if (count == 2) places.template run<2>(row, column, sums);
  else places.template run<1>(row, column, sums);
}

// Threes; where one place would be left, the last four are two and two.
int64_t places_together(int64_t left) { return left == 4 ? 2 : std::min(left, kPlaces); }

// The lines that will be written are asked for while their values are computed.
void fetch_result(const ConvPlan& p, const ConvOperands& operands, const Strip& strip, int64_t at, int64_t count) {
  const int64_t size = int64_t(size_of(operands.type));
  const auto* const result = static_cast<const std::byte*>(operands.result);
  for (int64_t i = 0; i < count; ++i, at += p.sizes.filters)
    for (int64_t row = 0; row < strip.rows; ++row) {
      const std::byte* const line = result + (at + row * strip.row_step) * size;
      __builtin_prefetch(line, 1);
      if (size == 4) __builtin_prefetch(line + 64, 1);
    }
}

template <class Tiles>
void run_row(const ConvPlan& p, const ConvOperands& operands, const Places<Tiles>& places, int64_t filters,
             int64_t block, int64_t row) {
  alignas(64) float sums[kPlaces * kRows * kColumns];
  const ConvGeometry& s = p.sizes;
  const int64_t width = s.width.result, filter = filters * kColumns;
  Strip strip{.rows = std::min(kRows, s.batch - block * kRows),
              .columns = std::min(kColumns, s.filters - filter),
              .channel = filter,
              .row_step = s.result_size()};
  for (int64_t column = 0; column < width;) {
    const int64_t count = places_together(width - column);
    fetch_result(p, operands, strip, block * kRows * s.result_size() + (row * width + column) * s.filters + filter,
                 count);
    run_places(places, count, row, column, sums);
    for (int64_t i = 0; i < count; ++i, ++column) {
      strip.sums = sums + i * kRows * kColumns;
      strip.at = block * kRows * s.result_size() + (row * width + column) * s.filters + filter;
      Tiles::movers().finish(operands.steps, strip, operands.result, operands.type);
    }
  }
}

template <class Tiles>
void run_task(const ConvPlan& p, const ConvOperands& operands, const bfloat16* kernel, int64_t task,
              std::byte* scratch) {
  const int64_t first = task / p.bands * p.task_blocks, blocks = std::min(p.task_blocks, p.image_blocks - first);
  const int64_t begin = task % p.bands * p.band, end = std::min(begin + p.band, p.sizes.height.result);
  const Packed packed =
      pack_images<Tiles>(p, operands.image, first, blocks, begin, end, reinterpret_cast<bfloat16*>(scratch));
  const int64_t size = p.sizes.height.kernel * p.sizes.width.kernel * p.depth_blocks * kBlock;
  Tiles::begin();
  for (int64_t f = 0; f < p.filter_blocks; ++f)
    for (int64_t b = 0; b < blocks; ++b) {
      const Places<Tiles> places(p, kernel + f * size, packed, b);
      for (int64_t row = begin; row < end; ++row) run_row<Tiles>(p, operands, places, f, first + b, row);
    }
  Tiles::end();
}

ConvGeometry turned_over(const ConvGeometry& s) {
  const auto over = [](const ConvAxis& a) {
    return ConvAxis{a.result, a.kernel, a.image, 1, a.reach() - 1 - a.low, a.dilation};
  };
  ConvGeometry out = s;
  std::swap(out.channels, out.filters);
  out.height = over(s.height), out.width = over(s.width);
  return out;
}

// Rows of an image that some rows of the result read.
int64_t rows_read(const ConvAxis& a, int64_t rows) { return std::min(a.image, (rows - 1) * a.stride + a.reach()); }

}  // namespace

bool can_conv(const ConvCall& call) {
  const ConvGeometry& s = call.sizes;
  if (s.groups != 1 || call.kind == ConvKind::kernel_gradient) return false;
  return call.kind == ConvKind::forward || (s.height.stride == 1 && s.width.stride == 1);
}

ConvPlan plan_conv(const ConvCall& call, int threads, bool packs_once) {
  ConvPlan p;
  p.packs_once = packs_once;
  p.turned = call.kind == ConvKind::input_gradient;
  p.sizes = p.turned ? turned_over(call.sizes) : call.sizes;
  const ConvGeometry& s = p.sizes;
  p.depth_blocks = divide_up(s.channels, kDepth);
  p.filter_blocks = divide_up(s.filters, kColumns);
  p.image_blocks = divide_up(s.batch, kRows);
  const int64_t row_bytes = s.width.image * p.depth_blocks * kTile * int64_t(sizeof(bfloat16));
  p.bands = 1;
  const auto band_of = [&](int64_t bands) { return divide_up(s.height.result, bands); };
  while (band_of(p.bands) > 1 && rows_read(s.height, band_of(p.bands)) * row_bytes > kTaskBytes) ++p.bands;
  p.band = band_of(p.bands);
  p.bands = divide_up(s.height.result, p.band);
  p.read_rows = rows_read(s.height, p.band);
  const int64_t block_bytes = p.read_rows * row_bytes, each = std::max(threads, 1);
  if (p.bands == 1) {
    const int64_t most = std::max<int64_t>(kTaskBytes / block_bytes, 1);
    const int64_t rounds = divide_up(p.image_blocks, most * each);  // of a task for each thread
    p.task_blocks = divide_up(p.image_blocks, rounds * each);
  }
  p.tasks = divide_up(p.image_blocks, p.task_blocks) * p.bands;
  p.slots = slots_for(p.tasks, threads);
  p.scratch_bytes = size_t(p.task_blocks * block_bytes);
  p.packed_bytes =
      size_t(s.height.kernel * s.width.kernel * p.depth_blocks * p.filter_blocks * kBlock) * sizeof(bfloat16);
  return p;
}

// [blocks of filters][height][blocks of depth][width] right operands: as they are read.
template <class Tiles>
void pack_conv(const ConvPlan& p, const bfloat16* kernel, std::byte* packed) noexcept {
  const ConvGeometry& s = p.sizes;
  const Movers& movers = Tiles::movers();
  const int64_t high = s.height.kernel, wide = s.width.kernel;
  auto* const blocks = reinterpret_cast<bfloat16*>(packed);
  const int64_t lines = p.filter_blocks * high, line = p.depth_blocks * wide * kBlock;
  parallel_for(lines, std::max<int64_t>(64 * 1024 / line, 1), [&](int64_t begin, int64_t end) {
    for (int64_t at = begin; at < end; ++at) {
      const int64_t f = at / high, i = at % high, filters = std::min(kColumns, s.filters - f * kColumns);
      bfloat16* to = blocks + at * line;
      for (int64_t k = 0; k < p.depth_blocks; ++k)
        for (int64_t j = 0; j < wide; ++j, to += kBlock) {
          const int64_t channels = std::min(kDepth, s.channels - k * kDepth), place = i * wide + j;
          if (p.turned)
            movers.pairs_across(
                kernel + ((high * wide - 1 - place) * s.filters + f * kColumns) * s.channels + k * kDepth, s.channels,
                filters, channels, to);
          else
            movers.pairs(kernel + (place * s.channels + k * kDepth) * s.filters + f * kColumns, s.filters, channels,
                         filters, to);
        }
    }
  });
}

template <class Tiles>
void run_conv(const ConvPlan& p, const ConvOperands& operands) noexcept {
  const std::byte* packed = operands.packed;
  std::byte* scratch = operands.workspace;
  if (!packed) {
    pack_conv<Tiles>(p, operands.kernel, operands.workspace);
    packed = operands.workspace, scratch += p.packed_bytes;
  }
  for_each_task(p.tasks, p.slots, [&](int64_t task, int64_t slot) {
    run_task<Tiles>(p, operands, reinterpret_cast<const bfloat16*>(packed), task,
                    scratch + size_t(slot) * p.scratch_bytes);
  });
}

template void pack_conv<PlainTiles>(const ConvPlan&, const bfloat16*, std::byte*) noexcept;
template void run_conv<PlainTiles>(const ConvPlan&, const ConvOperands&) noexcept;
#ifdef CAJAL_HAS_AMX
template void pack_conv<HardwareTiles>(const ConvPlan&, const bfloat16*, std::byte*) noexcept;
template void run_conv<HardwareTiles>(const ConvPlan&, const ConvOperands&) noexcept;
#endif

}  // namespace cajal::amx
