#include "cajal/backends/amx/internal/product.h"

#include <algorithm>

#include "cajal/backends/amx/internal/slots.h"

namespace cajal::amx {
namespace {

// What a task packs is to stay in the second cache.
constexpr int64_t kTaskBytes = 256 * 1024;
constexpr int64_t kLeastTasks = 8;
constexpr int64_t kSide = 32;  // rows, columns and depth of a block
constexpr int64_t kBlockBytes = kBlock * int64_t(sizeof(bfloat16));
constexpr int64_t kSums = kSide * kSide;  // of a block of the result
// Steps of four multiplications after which a tile is stored: see conv.cpp.
constexpr int64_t kAwakeSteps = 16;
// The depth is cut where the result is so small that adding it up costs little.
constexpr int64_t kSmallResult = 64 * 1024, kLargeDepth = 2048;
constexpr int64_t kSumBytes = 2 * 1024 * 1024, kMostSums = 16;

struct Range {
  int64_t begin, end;
  int64_t size() const { return end - begin; }
};

// Rows that lie far apart are no stream that the CPU would see: the next block's are asked for while one is packed.
void fetch_rows(const bfloat16* from, int64_t step, int64_t rows) {
  for (int64_t row = 0; row < rows; ++row) __builtin_prefetch(from + row * step);
}

// What a place sees, block by block: rows of patches are the depth of the product or, transposed, its rows.
template <class Tiles>
void pack_patches(const ProductPlan& p, const bfloat16* image, Range rows, Range depth, bfloat16* to) {
  alignas(64) bfloat16 lines[kSide * 16 * kDepth];
  const Range places = p.sizes.transpose_a ? depth : rows, parts = p.sizes.transpose_a ? rows : depth;
  const int64_t step = divide_up(p.patches->columns(), kSide) * kSide;
  for (int64_t place = places.begin; place < places.end; ++place) {
    const int64_t count = std::min(kSide, p.patches->rows() - place * kSide);
    if (step == kSide && !p.sizes.transpose_a) {  // a row of a block is a row of the matrix
      bfloat16* const block = to + (place - places.begin) * kBlock;
      p.patches->copy<Tiles>(image, place * kSide, count, block, step);
      std::fill(block + count * kSide, block + kBlock, bfloat16());
      continue;
    }
    p.patches->copy<Tiles>(image, place * kSide, count, lines, step);
    for (int64_t part = parts.begin; part < parts.end; ++part) {
      const bfloat16* const from = lines + part * kSide;
      if (p.sizes.transpose_a) {
        Tiles::movers().across(from, step, count, kSide,
                               to + ((part - parts.begin) * places.size() + place - places.begin) * kBlock);
      } else {
        bfloat16* const block = to + ((place - places.begin) * parts.size() + part - parts.begin) * kBlock;
        Tiles::movers().rows(from, step, std::min(count, kRows), kSide, block);
        Tiles::movers().rows(from + kRows * step, step, std::max<int64_t>(count - kRows, 0), kSide, block + kTile);
      }
    }
  }
}

// Blocks lie [rows][depth].
template <class Tiles>
void pack_a(const ProductPlan& p, const bfloat16* a, Range rows, Range depth, bfloat16* to) {
  if (p.patches) return pack_patches<Tiles>(p, a, rows, depth, to);
  const ProductSizes& s = p.sizes;
  const Movers& movers = Tiles::movers();
  for (int64_t r = rows.begin; r < rows.end; ++r)
    for (int64_t k = depth.begin; k < depth.end; ++k, to += kBlock) {
      const int64_t row = r * kSide, at = k * kSide;
      const int64_t count = std::min(kSide, s.m - row), deep = std::min(kSide, s.k - at);
      if (s.transpose_a) {
        const bfloat16* const from = a + at * s.m + row;
        fetch_rows(from + kSide * s.m, s.m, std::clamp<int64_t>(s.k - at - kSide, 0, kSide));
        movers.across(from, s.m, deep, count, to);
      } else {
        movers.rows(a + row * s.k + at, s.k, std::min(count, kRows), deep, to);
        movers.rows(a + (row + kRows) * s.k + at, s.k, std::max<int64_t>(count - kRows, 0), deep, to + kTile);
      }
    }
}

// Blocks lie [columns][depth].
template <class Tiles>
void pack_b(const ProductSizes& s, const bfloat16* b, Range columns, Range depth, bfloat16* to) {
  const Movers& movers = Tiles::movers();
  for (int64_t c = columns.begin; c < columns.end; ++c)
    for (int64_t k = depth.begin; k < depth.end; ++k, to += kBlock) {
      const int64_t column = c * kSide, at = k * kSide;
      const int64_t count = std::min(kSide, s.n - column), deep = std::min(kSide, s.k - at);
      if (s.transpose_b) {
        movers.pairs_across(b + column * s.k + at, s.k, count, deep, to);
      } else {
        const bfloat16* const from = b + at * s.n + column;
        fetch_rows(from + kSide * s.n, s.n, std::clamp<int64_t>(s.k - at - kSide, 0, kSide));
        movers.pairs(from, s.n, deep, count, to);
      }
    }
}

// The sums of one block of the result, [kSide][kSide], whose rows lie `row_step` apart; or added to what is there.
template <class Tiles>
void multiply_block(const bfloat16* a, const bfloat16* b, int64_t depth, float* sums, int64_t row_step = kSide,
                    bool adds = false) {
  constexpr int64_t line = 64;
  const int64_t step = row_step * int64_t(sizeof(float));
  if (adds) {
    const float* const more = sums + kRows * row_step;
    Tiles::template load<0>(sums, step), Tiles::template load<1>(sums + kRows, step);
    Tiles::template load<2>(more, step), Tiles::template load<3>(more + kRows, step);
  } else {
    Tiles::template zero<0>(), Tiles::template zero<1>(), Tiles::template zero<2>(), Tiles::template zero<3>();
  }
  for (int64_t k = 0; k < depth; ++k, a += kBlock, b += kBlock) {
    Tiles::template load<4>(a, line), Tiles::template load<6>(b, line);
    Tiles::template multiply<0, 4, 6>();
    Tiles::template load<7>(b + kTile, line), Tiles::template multiply<1, 4, 7>();
    Tiles::template load<5>(a + kTile, line), Tiles::template multiply<2, 5, 6>();
    Tiles::template multiply<3, 5, 7>();
    if (k % kAwakeSteps == kAwakeSteps - 1) Tiles::template store<0>(sums, step);
  }
  Tiles::template store<0>(sums, step), Tiles::template store<1>(sums + kRows, step);
  sums += kRows * row_step;
  Tiles::template store<2>(sums, step), Tiles::template store<3>(sums + kRows, step);
}

template <class Tiles>
void finish_block(const ProductSizes& s, const ProductOperands& operands, int64_t row_block, int64_t column_block,
                  const float* sums) {
  const int64_t row = row_block * kSide, column = column_block * kSide;
  const Strip strip{.sums = sums,
                    .rows = std::min(kSide, s.m - row),
                    .columns = std::min(kSide, s.n - column),
                    .channel = column,
                    .at = row * s.n + column,
                    .row_step = s.n};
  Tiles::movers().finish(operands.steps, strip, operands.result, operands.type);
}

// Whole blocks of float32 behind which nothing stands.
bool is_stored_at_once(const ProductSizes& s, const ProductOperands& operands, int64_t row_block,
                       int64_t column_block) {
  return operands.type == DType::float32 && operands.steps.is_empty() && (row_block + 1) * kSide <= s.m &&
         (column_block + 1) * kSide <= s.n;
}

// The lines of the result that will be written are asked for while their values are computed.
void fetch_block(const ProductSizes& s, const ProductOperands& operands, int64_t row_block, int64_t column_block) {
  const int64_t size = int64_t(size_of(operands.type)), rows = std::min(kSide, s.m - row_block * kSide);
  const auto* line =
      static_cast<const std::byte*>(operands.result) + (row_block * kSide * s.n + column_block * kSide) * size;
  for (int64_t row = 0; row < rows; ++row, line += s.n * size) {
    __builtin_prefetch(line, 1);
    if (size == 4) __builtin_prefetch(line + 64, 1);
  }
}

// Blocks of the result, of the whole depth; a and b are the first of their blocks.
template <class Tiles>
void run_blocks(const ProductPlan& p, const ProductOperands& operands, Range rows, Range columns, const bfloat16* a,
                const bfloat16* b) {
  alignas(64) float sums[kSums];
  const int64_t line = p.depth_blocks * kBlock;
  Tiles::begin();
  for (int64_t c = columns.begin; c < columns.end; ++c)
    for (int64_t r = rows.begin; r < rows.end; ++r) {
      const bfloat16 *const left = a + (r - rows.begin) * line, *const right = b + (c - columns.begin) * line;
      fetch_block(p.sizes, operands, r, c);
      if (is_stored_at_once(p.sizes, operands, r, c)) {
        float* const result = static_cast<float*>(operands.result) + r * kSide * p.sizes.n + c * kSide;
        multiply_block<Tiles>(left, right, p.depth_blocks, result, p.sizes.n);
      } else {
        multiply_block<Tiles>(left, right, p.depth_blocks, sums);
        finish_block<Tiles>(p.sizes, operands, r, c, sums);
      }
    }
  Tiles::end();
}

// One share of the depth, for all of the result: [rows][columns] blocks of sums, which are begun or added to.
template <class Tiles>
void run_depth(const ProductPlan& p, Range depth, const bfloat16* a, const bfloat16* b, bool adds, float* sums) {
  Tiles::begin();
  for (int64_t c = 0; c < p.column_blocks; ++c)
    for (int64_t r = 0; r < p.row_blocks; ++r)
      multiply_block<Tiles>(a + r * depth.size() * kBlock, b + c * depth.size() * kBlock, depth.size(),
                            sums + (r * p.column_blocks + c) * kSums, kSide, adds);
  Tiles::end();
}

// One of the partial results: of some of the shares.
template <class Tiles>
void run_partial(const ProductPlan& p, const ProductOperands& operands, int64_t index, float* sums, bfloat16* scratch) {
  const Range rows{0, p.row_blocks}, columns{0, p.column_blocks};
  const Range own{p.depth_blocks * index / p.tasks, p.depth_blocks * (index + 1) / p.tasks};
  for (int64_t k = own.begin; k < own.end; k += p.share) {
    const Range depth{k, std::min(k + p.share, own.end)};
    bfloat16* const more = scratch + p.row_blocks * depth.size() * kBlock;
    pack_a<Tiles>(p, operands.a, rows, depth, scratch);
    pack_b<Tiles>(p.sizes, operands.b, columns, depth, more);
    run_depth<Tiles>(p, depth, scratch, more, k > own.begin, sums);
  }
}

Range share_of(const ProductPlan& p, int64_t task, int64_t count) {
  return {task * p.share, std::min((task + 1) * p.share, count)};
}

template <class Tiles>
void run_task(const ProductPlan& p, const ProductOperands& operands, int64_t task, const bfloat16* a, const bfloat16* b,
              float* sums, bfloat16* scratch) {
  const ProductSizes& s = p.sizes;
  const Range rows{0, p.row_blocks}, columns{0, p.column_blocks}, depth{0, p.depth_blocks};
  if (p.cut == ProductPlan::Cut::rows) {
    const Range own = share_of(p, task, p.row_blocks);
    pack_a<Tiles>(p, operands.a, own, depth, scratch);
    run_blocks<Tiles>(p, operands, own, columns, scratch, b);
  } else if (p.cut == ProductPlan::Cut::columns) {
    const Range own = share_of(p, task, p.column_blocks);
    if (!operands.packed) pack_b<Tiles>(s, operands.b, own, depth, scratch);
    run_blocks<Tiles>(p, operands, rows, own, a, operands.packed ? b + own.begin * p.depth_blocks * kBlock : scratch);
  } else {
    run_partial<Tiles>(p, operands, task, sums + task * p.row_blocks * p.column_blocks * kSums, scratch);
  }
}

// The partial results added in order.
template <class Tiles>
void add_depths(const ProductPlan& p, const ProductOperands& operands, float* sums) {
  const int64_t blocks = p.row_blocks * p.column_blocks;
  parallel_for(blocks, std::max<int64_t>(16 / p.tasks, 1), [&](int64_t begin, int64_t end) {
    for (int64_t block = begin; block < end; ++block) {
      float* const total = sums + block * kSums;
      for (int64_t i = 1; i < p.tasks; ++i) Tiles::movers().add(total + i * blocks * kSums, total, kSums);
      finish_block<Tiles>(p.sizes, operands, block / p.column_blocks, block % p.column_blocks, total);
    }
  });
}

template <class Tiles>
void sum_columns(const ProductPlan& p, const ProductOperands& operands) {
  const ProductSizes& s = p.sizes;
  parallel_for(p.column_blocks, std::max<int64_t>(64 * 1024 / (s.k * kSide), 1), [&](int64_t begin, int64_t end) {
    for (int64_t c = begin; c < end; ++c) {
      const int64_t column = c * kSide;
      Tiles::movers().sum_columns(operands.b + column, s.n, s.k, std::min(kSide, s.n - column),
                                  operands.column_sums + column);
    }
  });
}

// As many blocks to a part as make it worth another thread.
int64_t blocks_of_part(int64_t line) { return std::max<int64_t>(64 / line, 1); }

template <class Tiles>
void pack_all_of_a(const ProductPlan& p, const bfloat16* a, bfloat16* to) {
  parallel_for(p.row_blocks, blocks_of_part(p.depth_blocks), [&](int64_t begin, int64_t end) {
    pack_a<Tiles>(p, a, {begin, end}, {0, p.depth_blocks}, to + begin * p.depth_blocks * kBlock);
  });
}

// Of one partial result.
int64_t sum_bytes_of(const ProductPlan& p) { return p.row_blocks * p.column_blocks * kSums * int64_t(sizeof(float)); }

}  // namespace

ProductPlan plan_product(const ProductSizes& sizes, int threads, bool packs_once,
                         const std::optional<Patches>& patches) {
  ProductPlan p;
  p.sizes = sizes, p.patches = patches;
  p.row_blocks = divide_up(sizes.m, kSide), p.column_blocks = divide_up(sizes.n, kSide);
  p.depth_blocks = divide_up(sizes.k, kSide);
  using Cut = ProductPlan::Cut;
  // Where the depth is cut decides the bits: that may not depend on who packs b.
  if (sizes.k >= kLargeDepth && sizes.m * sizes.n <= kSmallResult) p.cut = Cut::depth;
  else if (p.column_blocks > p.row_blocks) p.cut = Cut::columns;
  const int64_t count = p.cut == Cut::rows ? p.row_blocks : p.cut == Cut::columns ? p.column_blocks : p.depth_blocks;
  const int64_t each = p.cut == Cut::depth ? p.row_blocks + p.column_blocks : p.depth_blocks;  // blocks packed
  p.share = std::clamp<int64_t>(kTaskBytes / (each * kBlockBytes), 1, divide_up(count, kLeastTasks));
  p.tasks = divide_up(count, p.share);
  if (p.cut == Cut::depth) {
    p.tasks = std::min(p.tasks, std::clamp<int64_t>(kSumBytes / sum_bytes_of(p), 2, kMostSums));
    p.sum_bytes = size_t(p.tasks * sum_bytes_of(p));
  }
  p.slots = slots_for(p.tasks, threads);
  const bool cuts_columns = p.cut == Cut::columns;
  if (cuts_columns) p.a_bytes = size_t(p.row_blocks * p.depth_blocks * kBlockBytes);
  if (p.cut != Cut::depth) p.packed_bytes = size_t(p.column_blocks * p.depth_blocks * kBlockBytes);
  if (p.cut == Cut::rows && !packs_once) p.b_bytes = p.packed_bytes;
  if (!cuts_columns || !packs_once) p.scratch_bytes = size_t(p.share * each * kBlockBytes);
  return p;
}

template <class Tiles>
void pack_product(const ProductPlan& p, const bfloat16* b, std::byte* packed) noexcept {
  auto* const to = reinterpret_cast<bfloat16*>(packed);
  parallel_for(p.column_blocks, blocks_of_part(p.depth_blocks), [&](int64_t begin, int64_t end) {
    pack_b<Tiles>(p.sizes, b, {begin, end}, {0, p.depth_blocks}, to + begin * p.depth_blocks * kBlock);
  });
}

template <class Tiles>
void run_product(const ProductPlan& p, const ProductOperands& operands) noexcept {
  std::byte* next = operands.workspace;
  auto* const a = reinterpret_cast<bfloat16*>(next);
  next += p.a_bytes;
  auto* b = reinterpret_cast<const bfloat16*>(operands.packed ? operands.packed : next);
  if (p.cut == ProductPlan::Cut::columns) pack_all_of_a<Tiles>(p, operands.a, a);
  if (p.cut == ProductPlan::Cut::rows && !operands.packed) pack_product<Tiles>(p, operands.b, next);
  next += p.b_bytes;
  auto* const sums = reinterpret_cast<float*>(next);
  std::byte* const scratch = next + p.sum_bytes;
  for_each_task(p.tasks, p.slots, [&](int64_t task, int64_t slot) {
    run_task<Tiles>(p, operands, task, a, b, sums,
                    reinterpret_cast<bfloat16*>(scratch + size_t(slot) * p.scratch_bytes));
  });
  if (p.cut == ProductPlan::Cut::depth) add_depths<Tiles>(p, operands, sums);
  if (operands.column_sums) sum_columns<Tiles>(p, operands);
}

template void pack_product<PlainTiles>(const ProductPlan&, const bfloat16*, std::byte*) noexcept;
template void run_product<PlainTiles>(const ProductPlan&, const ProductOperands&) noexcept;
#ifdef CAJAL_HAS_AMX
template void pack_product<HardwareTiles>(const ProductPlan&, const bfloat16*, std::byte*) noexcept;
template void run_product<HardwareTiles>(const ProductPlan&, const ProductOperands&) noexcept;
#endif

}  // namespace cajal::amx
