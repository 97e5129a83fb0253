// The matrix product, cut for the caches and the threads.
//
// C is computed tile by tile by the micro-kernels (gemm_kernel-inl.h). k is cut into blocks so that a panel of A
// (a tile's rows) stays in the first-level cache and a block of B in the second; where that pays, both are copied
// into the order in which they are read (gemm_pack-inl.h). Threads take rectangles of C and share nothing.
//
// Every element of C is a chain of fused multiply-adds along k, cut only at the blocks of k, whose length depends on
// k alone. So neither the threads nor the shape of the tiles can change a bit of the result.

#include <algorithm>

#include "cajal/backends/cpu/internal/targets.h"

// Highway compiles this file once per target.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "cajal/backends/cpu/internal/gemm.cpp"
#include "hwy/foreach_target.h"
// After foreach_target.h.
#include "cajal/backends/cpu/internal/gemm.h"
#include "cajal/backends/cpu/internal/gemm_few_rows-inl.h"
#include "cajal/backends/cpu/internal/gemm_kernel-inl.h"
#include "cajal/backends/cpu/internal/gemm_pack-inl.h"
#include "cajal/backends/cpu/internal/gemm_small-inl.h"
#include "cajal/base/parallel.h"

HWY_BEFORE_NAMESPACE();
namespace cajal::cpu {
namespace HWY_NAMESPACE {
namespace {

// The longest block of k. A panel of A (14 x 512) then takes 28 KiB, and C is read and written once per 512 steps.
constexpr int64_t kMaxDepth = 512;
// Floats of B that are packed at a time: one MiB. It is read in order, so that a smaller second-level cache does
// little harm.
constexpr int64_t kBlockOfB = 256 * 1024;
// Up to so many rows, all of A's block fits into the second-level cache too, and B is read only once.
constexpr int64_t kFewRows = 160;
// Rows of B up to this length are near enough to each other to be read where they are; longer ones, above all those of
// a power of two, compete for the same places in the caches.
constexpr int64_t kNarrowRow = 768;
// Each thread must get so many cycles of work, by the estimate below (2 microseconds, or 0.3 MFLOP of wide vectors at
// their peak): waking a thread takes about one microsecond while it spins, and tens once it sleeps.
constexpr double kCyclesPerThread = 5000;
// Floats of B that the first-level cache keeps beside a tile's rows of A and C.
constexpr int64_t kLittleB = 6 * 1024;

constexpr int64_t divide_up(int64_t a, int64_t b) { return (a + b - 1) / b; }
constexpr int64_t round_up(int64_t a, int64_t b) { return divide_up(a, b) * b; }

// Packed rows lie an odd number of cache lines apart, so that they do not fall into the same cache set.
constexpr int64_t packed_row_stride(int64_t depth) { return (divide_up(depth, 16) | 1) * 16; }
constexpr int64_t kPackedColumnStride = round_up(kMaxRows, kLanes);

struct Range {
  int64_t begin, end;
  int64_t size() const { return end - begin; }
};

// One of `count` pieces of a range, which differ by at most one in size.
Range piece(Range range, int64_t index, int64_t count) {
  return {range.begin + range.size() * index / count, range.begin + range.size() * (index + 1) / count};
}

// The rectangle of C that one thread computes, and its scratch.
struct Part {
  const GemmPlan& plan;
  const GemmOperands& operands;
  const float* a;  // of the product as the kernels see it
  const float* b;
  Range rows, columns;
  float* packed_a;
  float* packed_b;
  float* c;  // element (0, 0)
  int64_t c_stride;
};

// A step of the blocking: a range of k, and where the packed copies are.
struct Block {
  Range k, columns;
  int64_t row_panels, column_panels;
};

struct Panel {
  const float* data;
  int64_t stride;
};

Panel plain_a(const Part& part, const Block& block, int64_t row) {
  const int64_t stride = part.plan.lda;
  return {part.plan.transpose_a ? part.a + block.k.begin * stride + row : part.a + row * stride + block.k.begin,
          stride};
}

int64_t packed_a_size(const GemmPlan& plan, int64_t depth) {
  return plan.transpose_a ? depth * kPackedColumnStride : plan.row_panel * packed_row_stride(depth);
}

Panel pack_a(const Part& part, const Block& block, Range rows, float* to) {
  const Panel plain = plain_a(part, block, rows.begin);
  const int64_t depth = block.k.size();
  if (part.plan.transpose_a) {
    copy_rows(plain.data, plain.stride, depth, rows.size(), to, kPackedColumnStride);
    return {to, kPackedColumnStride};
  }
  copy_rows(plain.data, plain.stride, rows.size(), depth, to, packed_row_stride(depth));
  return {to, packed_row_stride(depth)};
}

Range column_panel(const Block& block, int64_t index) {
  const int64_t begin = block.columns.begin + index * kMaxColumns;
  return {begin, std::min(begin + kMaxColumns, block.columns.end)};
}

Panel plain_b(const Part& part, const Block& block, int64_t column) {
  return {part.b + block.k.begin * part.plan.ldb + column, part.plan.ldb};
}

Panel pack_b(const Part& part, const Block& block, Range columns, float* to) {
  const int64_t stride = round_up(columns.size(), kLanes), depth = block.k.size();
  if (part.plan.transpose_b) {
    transpose(part.b + columns.begin * part.plan.ldb + block.k.begin, part.plan.ldb, columns.size(), depth, to, stride);
  } else {
    const Panel plain = plain_b(part, block, columns.begin);
    copy_rows(plain.data, plain.stride, depth, columns.size(), to, stride);
  }
  return {to, stride};
}

void run_tile(const Part& part, const Block& block, Range rows, Panel a, Range columns, Panel b) {
  const GemmPlan& plan = part.plan;
  const Gemm& gemm = plan.gemm;
  const bool first = block.k.begin == 0, last = block.k.end == plan.k;
  const bool finish = last && !plan.swapped;
  const int64_t c_offset = rows.begin * part.c_stride + columns.begin;
  const int64_t vectors = divide_up(columns.size(), kLanes), rest = columns.size() % kLanes;
  const Tile tile = {.a = a.data,
                     .a_stride = a.stride,
                     .b = b.data,
                     .b_stride = b.stride,
                     .depth = block.k.size(),
                     .c = part.c + c_offset,
                     .c_stride = part.c_stride,
                     .last = rest,
                     .accumulate = !first || (gemm.accumulate && !plan.swapped),
                     .relu = finish && gemm.activation == Gemm::Activation::relu,
                     .bias = finish && gemm.has_bias ? part.operands.bias + columns.begin : nullptr,
                     .mask = finish && gemm.has_relu_mask ? part.operands.mask + c_offset : nullptr};
  find_kernel(plan.transpose_a, rest != 0, vectors, rows.size())(tile);
}

// Asks for rows that will be read soon: hardware does not foresee jumps from row to row.
HWY_INLINE void prefetch_rows(const float* from, int64_t stride, int64_t rows, int64_t columns) {
  for (int64_t r = 0; r < rows; ++r) {
    for (int64_t c = 0; c < columns; c += 16) __builtin_prefetch(from + r * stride + c, 0, 2);
    __builtin_prefetch(from + r * stride + columns - 1, 0, 2);
  }
}

// The part of the next row panel of A that should be on its way after `done` of `total` tiles.
void prefetch_a(const Part& part, const Block& block, Range rows, int64_t done, int64_t total) {
  const Range k = piece(block.k, done, total);
  const Panel panel = plain_a(part, {k, {}, 0, 0}, rows.begin);
  if (part.plan.transpose_a) {
    prefetch_rows(panel.data, panel.stride, k.size(), rows.size());
  } else {
    prefetch_rows(panel.data, panel.stride, rows.size(), k.size());
  }
}

void prefetch_b(const Part& part, const Block& block, Range columns, int64_t done, int64_t total) {
  if (part.plan.transpose_b) {
    const Range some = piece(columns, done, total);
    prefetch_rows(part.b + some.begin * part.plan.ldb + block.k.begin, part.plan.ldb, some.size(), block.k.size());
  } else {
    const Range k = piece(block.k, done, total);
    prefetch_rows(part.b + k.begin * part.plan.ldb + columns.begin, part.plan.ldb, k.size(), columns.size());
  }
}

// All row panels of A are packed, each column panel of B is read (or packed) just before its use.
void run_block_columns_outer(const Part& part, const Block& block) {
  const int64_t panel_size = packed_a_size(part.plan, block.k.size());
  for (int64_t j = 0; j < block.column_panels; ++j) {
    const Range columns = column_panel(block, j);
    const Panel b =
        part.plan.pack_b ? pack_b(part, block, columns, part.packed_b) : plain_b(part, block, columns.begin);
    for (int64_t i = 0; i < block.row_panels; ++i) {
      const Range rows = piece(part.rows, i, block.row_panels);
      float* to = part.packed_a + i * panel_size;
      Panel a;
      if (!part.plan.pack_a) {
        a = plain_a(part, block, rows.begin);
      } else if (j == 0) {
        a = pack_a(part, block, rows, to);
      } else {
        a = {to, part.plan.transpose_a ? kPackedColumnStride : packed_row_stride(block.k.size())};
      }
      if (part.plan.pack_b && j + 1 < block.column_panels) {
        prefetch_b(part, block, column_panel(block, j + 1), i, block.row_panels);
      }
      run_tile(part, block, rows, a, columns, b);
    }
  }
}

// All of B's block is packed, each row panel of A is read (or packed) just before its use.
void run_block_rows_outer(const Part& part, const Block& block) {
  const int64_t panel_size = block.k.size() * kMaxColumns;
  for (int64_t i = 0; i < block.row_panels; ++i) {
    const Range rows = piece(part.rows, i, block.row_panels);
    const Panel a = part.plan.pack_a ? pack_a(part, block, rows, part.packed_a) : plain_a(part, block, rows.begin);
    for (int64_t j = 0; j < block.column_panels; ++j) {
      const Range columns = column_panel(block, j);
      float* to = part.packed_b + j * panel_size;
      Panel b;
      if (!part.plan.pack_b) {
        b = plain_b(part, block, columns.begin);
      } else if (i == 0) {
        b = pack_b(part, block, columns, to);
      } else {
        b = {to, round_up(columns.size(), kLanes)};
      }
      if (part.plan.pack_a && i + 1 < block.row_panels) {
        prefetch_a(part, block, piece(part.rows, i + 1, block.row_panels), j, block.column_panels);
      }
      if (i == 0 && part.plan.pack_b && j + 1 < block.column_panels) {
        prefetch_b(part, block, column_panel(block, j + 1), 0, 1);
      }
      run_tile(part, block, rows, a, columns, b);
    }
  }
}

// C = epilogue(transposed scratch), for products computed as C^T: rows of C are columns of the scratch. The scratch has
// room for whole tiles, so what lies beyond its used part is read but not stored.
void write_back(const Part& part) {
  const Gemm& gemm = part.plan.gemm;
  const GemmOperands& operands = part.operands;
  const auto finish = [&](int64_t at, int64_t j, V x, auto load, auto store) HWY_ATTR {
    if (gemm.accumulate) x = hn::Add(x, load(operands.c + at));
    if (gemm.has_bias) x = hn::Add(x, load(operands.bias + j));
    if (gemm.activation == Gemm::Activation::relu) x = relu(x);
    if (gemm.has_relu_mask) x = where_positive(load(operands.mask + at), x);
    store(x, operands.c + at);
  };
  const auto load = [](const float* from) HWY_ATTR { return hn::LoadU(d, from); };
  const auto store = [](V x, float* to) HWY_ATTR { hn::StoreU(x, d, to); };
  const int64_t whole_end = part.rows.end - part.rows.size() % kLanes;
  const Partial partial(part.rows.end - whole_end);
  const auto load_partial = [&](const float* from) HWY_ATTR { return partial.load(from); };
  const auto store_partial = [&](V x, float* to) HWY_ATTR { partial.store(x, to); };

  for (int64_t i = part.columns.begin; i < part.columns.end; i += kTransposeDepth) {
    const int64_t rows = std::min<int64_t>(kTransposeDepth, part.columns.end - i);
    const float* scratch = part.c + i;
    for (int64_t j = part.rows.begin; j < whole_end; j += kLanes) {
      transpose_tile(scratch + j * part.c_stride, part.c_stride, [&](int row, V x) HWY_ATTR {
        if (row < rows) finish((i + row) * gemm.ldc + j, j, x, load, store);
      });
    }
    if (whole_end < part.rows.end) {
      transpose_tile(scratch + whole_end * part.c_stride, part.c_stride, [&](int row, V x) HWY_ATTR {
        if (row < rows) finish((i + row) * gemm.ldc + whole_end, whole_end, x, load_partial, store_partial);
      });
    }
  }
}

void multiply(const Part& part) {
  const GemmPlan& plan = part.plan;
  const int64_t depths = std::max<int64_t>(1, divide_up(plan.k, plan.k_block));
  for (int64_t j = part.columns.begin; j < part.columns.end; j += plan.n_block) {
    const Range columns = {j, std::min(j + plan.n_block, part.columns.end)};
    for (int64_t p = 0; p < depths; ++p) {
      const Block block = {.k = piece({0, plan.k}, p, depths),
                           .columns = columns,
                           .row_panels = divide_up(part.rows.size(), plan.row_panel),
                           .column_panels = divide_up(columns.size(), kMaxColumns)};
      if (plan.columns_outer) {
        run_block_columns_outer(part, block);
      } else {
        run_block_rows_outer(part, block);
      }
    }
  }
}

int64_t scratch_stride(const GemmPlan& plan) { return round_up(plan.columns_per_part, std::max(kLanes, 4)); }

void run_part(const GemmPlan& plan, const GemmOperands& operands, int64_t index) noexcept {
  const int64_t row_part = index / plan.column_parts, column_part = index % plan.column_parts;
  const Range rows = {row_part * plan.rows_per_part, std::min((row_part + 1) * plan.rows_per_part, plan.m)};
  const Range columns = {column_part * plan.columns_per_part,
                         std::min((column_part + 1) * plan.columns_per_part, plan.n)};
  float* scratch =
      reinterpret_cast<float*>(static_cast<char*>(operands.workspace) + size_t(index) * plan.part_workspace);
  Part part = {.plan = plan,
               .operands = operands,
               .a = plan.swapped ? operands.b : operands.a,
               .b = plan.swapped ? operands.a : operands.b,
               .rows = rows,
               .columns = columns,
               .packed_a = scratch,
               .packed_b = scratch + plan.b_offset,
               .c = operands.c,
               .c_stride = plan.gemm.ldc};
  if (plan.swapped) {
    part.c_stride = scratch_stride(plan);
    part.c = scratch + plan.c_offset - rows.begin * part.c_stride - columns.begin;
  }
  multiply(part);
  if (plan.swapped) write_back(part);
  if (plan.gemm.has_column_sums && (plan.swapped ? column_part : row_part) == 0) {
    const Range sums = plan.swapped ? rows : columns;
    write_column_sums(plan.gemm, operands, sums.begin, sums.end);
  }
}

void run(const GemmPlan& plan, const GemmOperands& operands) noexcept {
  const int64_t parts = plan.row_parts * plan.column_parts;
  if (parts == 1) return run_part(plan, operands, 0);
  parallel_for(parts, 1, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) run_part(plan, operands, i);
  });
}

void run_few_rows_part(const GemmPlan& plan, const GemmOperands& operands, int64_t index) noexcept {
  static constexpr void (*kKernels[kFewestRows])(const FewRows&) noexcept = {
      &multiply_few_rows<1>, &multiply_few_rows<2>, &multiply_few_rows<3>, &multiply_few_rows<4>};
  const Gemm& gemm = plan.gemm;
  float* sums = reinterpret_cast<float*>(static_cast<char*>(operands.workspace) + size_t(index) * plan.part_workspace);
  const Range mine = piece({0, plan.n}, index, plan.column_parts);
  const int64_t depths = divide_up(plan.k, plan.k_block);
  for (int64_t j = mine.begin; j < mine.end; j += kStrip) {
    const int64_t columns = std::min(kStrip, mine.end - j);
    for (int64_t block = 0; block < depths; ++block) {
      const Range k = piece({0, plan.k}, block, depths);
      const int64_t a_row = gemm.transpose_a ? 1 : gemm.lda, a_step = gemm.transpose_a ? gemm.lda : 1;
      kKernels[plan.m - 1]({.a = operands.a + k.begin * a_step,
                            .a_row = a_row,
                            .a_step = a_step,
                            .b = operands.b + k.begin * plan.ldb + j,
                            .b_stride = plan.ldb,
                            .depth = k.size(),
                            .columns = columns,
                            .sums = sums});
      const bool last = block + 1 == depths;
      for (int64_t r = 0; r < plan.m; ++r) {
        Tile row = {};
        row.c = operands.c + r * gemm.ldc + j;
        row.accumulate = block > 0 || gemm.accumulate;
        row.relu = last && gemm.activation == Gemm::Activation::relu;
        row.bias = last && gemm.has_bias ? operands.bias + j : nullptr;
        row.mask = last && gemm.has_relu_mask ? operands.mask + r * gemm.ldc + j : nullptr;
        finish_row(row, sums + r * kStrip, columns);
      }
    }
  }
}

void run_few_rows(const GemmPlan& plan, const GemmOperands& operands) noexcept {
  if (plan.column_parts == 1) return run_few_rows_part(plan, operands, 0);
  parallel_for(plan.column_parts, 1, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) run_few_rows_part(plan, operands, i);
  });
}

void run_column_sums(const GemmPlan& plan, const GemmOperands& operands) noexcept {
  write_column_sums(plan.gemm, operands, 0, plan.gemm.n);
}

void run_nothing(const GemmPlan&, const GemmOperands&) noexcept {}

// Rough cycles: a tile's step along k costs half a cycle per vector and row, transposing a quarter per element.
double cost(int64_t m, int64_t n, int64_t k, bool transpose_b) {
  return 0.5 * double(m) * double(divide_up(n, kLanes)) * double(k) + (transpose_b ? 0.25 * double(n) * double(k) : 0);
}

// Threads that so much work is worth.
int64_t parts_for(double cycles, int threads) {
  return std::max<int64_t>(1, int64_t(std::min<double>(threads, cycles / kCyclesPerThread)));
}

// The length of nearly equal blocks of k.
int64_t depth_of_block(int64_t k) {
  return std::max<int64_t>(1, divide_up(k, std::max<int64_t>(1, divide_up(k, kMaxDepth))));
}

// Whether computing C^T pays: where it fills the vectors better, or spares transposing a B much larger than A.
bool swapping_pays(const Gemm& g) {
  const double writing_back = 0.5 * double(g.m) * double(round_up(g.n, kLanes));
  return cost(g.n, g.m, g.k, !g.transpose_a) + writing_back < 0.97 * cost(g.m, g.n, g.k, g.transpose_b);
}

// Cuts C into a grid of parts, as many as threads, so that the largest part with its share of packing costs least.
void cut_into_parts(GemmPlan& plan, int threads) {
  const int64_t parts = parts_for(cost(plan.m, plan.n, plan.k, plan.transpose_b), threads);
  double best = -1;
  for (int64_t row_parts = 1; row_parts <= parts; ++row_parts) {
    const int64_t column_parts = parts / row_parts;
    const int64_t rows = divide_up(plan.m, row_parts);
    const int64_t columns = round_up(divide_up(plan.n, column_parts), kLanes);
    const double packing = (0.15 * double(rows) + (plan.transpose_b ? 0.35 : 0.15) * double(columns)) * double(plan.k);
    const double total = cost(rows, columns, plan.k, false) + packing;
    if (best >= 0 && total >= best) continue;
    best = total;
    plan.rows_per_part = std::max<int64_t>(1, rows);
    plan.columns_per_part = std::max<int64_t>(1, columns);
    plan.row_parts = divide_up(plan.m, plan.rows_per_part);
    plan.column_parts = divide_up(plan.n, plan.columns_per_part);
  }
}

void choose_blocks(GemmPlan& plan) {
  const int64_t columns = std::min(plan.columns_per_part, plan.n);
  const int64_t row_panels = divide_up(plan.rows_per_part, kMaxRows);
  const int64_t column_panels = divide_up(columns, kMaxColumns);
  plan.row_panel = divide_up(plan.rows_per_part, row_panels);
  plan.k_block = depth_of_block(plan.k);
  plan.n_block = std::max<int64_t>(kMaxColumns, kBlockOfB / plan.k_block / kMaxColumns * kMaxColumns);
  // A product with little B is mostly the writing of C, which goes best along the rows.
  plan.columns_outer = plan.rows_per_part <= kFewRows && plan.k_block * std::min(plan.n_block, columns) > kLittleB;
  const bool has_partial = plan.n % kLanes != 0;
  plan.pack_a = column_panels >= 4;
  const bool reused = row_panels >= 5 && (plan.ldb > kNarrowRow || row_panels >= 40);
  plan.pack_b = plan.transpose_b || (has_partial && !kPartialLoadsAreFree) || reused;
}

void size_workspace(GemmPlan& plan) {
  const int64_t row_panels = divide_up(plan.rows_per_part, plan.row_panel);
  const int64_t columns = round_up(std::min(plan.n_block, plan.columns_per_part), kMaxColumns);
  const int64_t a_floats = plan.pack_a ? (plan.columns_outer ? row_panels : 1) * packed_a_size(plan, plan.k_block) : 0;
  const int64_t b_floats = plan.pack_b ? (plan.columns_outer ? kMaxColumns : columns) * plan.k_block : 0;
  const int64_t c_floats = plan.swapped ? round_up(plan.rows_per_part, kLanes) * scratch_stride(plan) : 0;
  plan.b_offset = size_t(round_up(a_floats, 16));
  plan.c_offset = plan.b_offset + size_t(round_up(b_floats, 16));
  plan.part_workspace = (plan.c_offset + size_t(round_up(c_floats, 16))) * sizeof(float);
  plan.workspace = plan.part_workspace * size_t(plan.row_parts * plan.column_parts);
}

// Plans a product that is small enough for run_small, if it is.
bool plan_small(GemmPlan& plan) {
  const Gemm& g = plan.gemm;
  if (g.m * g.n * g.k > kSmallWork || g.k > kMaxDepth) return false;
  const bool few_steps = g.k >= 1 && g.k <= kMaxSteps && !g.transpose_a;
  const bool pack_b = g.transpose_b || (g.n % kLanes != 0 && !kPartialLoadsAreFree);
  const int64_t width = std::min<int64_t>(round_up(g.n, kLanes), few_steps ? kLanes : kMaxColumns);
  if (pack_b && g.k * width > kSmallPanel) return false;
  plan.run = &run_small;
  plan.m = g.m, plan.n = g.n, plan.k = g.k;
  plan.transpose_a = g.transpose_a;
  plan.few_steps = few_steps, plan.pack_b = pack_b;
  const int64_t row_panels = divide_up(g.m, kMaxRows);
  plan.row_panel = divide_up(g.m, row_panels);
  plan.full_row_panels = g.m - row_panels * (plan.row_panel - 1);
  return true;
}

// Plans a product with so few rows that it is the reading of B, if it is one.
bool plan_few_rows(GemmPlan& plan, int threads) {
  const Gemm& g = plan.gemm;
  if (g.m > kFewestRows || g.k == 0 || g.transpose_b || g.has_column_sums || g.n < kMaxColumns) return false;
  plan.run = &run_few_rows;
  plan.m = g.m, plan.n = g.n, plan.k = g.k, plan.ldb = g.ldb;
  plan.k_block = depth_of_block(g.k);
  plan.column_parts = parts_for(cost(g.m, g.n, g.k, false), threads);
  plan.part_workspace = size_t(kFewestRows * kStrip) * sizeof(float);
  plan.workspace = plan.part_workspace * size_t(plan.column_parts);
  return true;
}

GemmPlan plan_for_target(const Gemm& gemm, int threads) {
  GemmPlan plan;
  plan.gemm = gemm;
  plan.run = &run_nothing;
  if (gemm.n == 0) return plan;
  if (gemm.m == 0) {
    if (gemm.has_column_sums) plan.run = &run_column_sums;
    return plan;
  }
  if (plan_small(plan) || plan_few_rows(plan, threads)) return plan;
  plan.run = &run;
  plan.swapped = swapping_pays(gemm);
  plan.k = gemm.k;
  if (plan.swapped) {
    plan.m = gemm.n, plan.n = gemm.m, plan.lda = gemm.ldb, plan.ldb = gemm.lda;
    plan.transpose_a = !gemm.transpose_b, plan.transpose_b = !gemm.transpose_a;
  } else {
    plan.m = gemm.m, plan.n = gemm.n, plan.lda = gemm.lda, plan.ldb = gemm.ldb;
    plan.transpose_a = gemm.transpose_a, plan.transpose_b = gemm.transpose_b;
  }
  cut_into_parts(plan, threads);
  choose_blocks(plan);
  size_workspace(plan);
  return plan;
}

}  // namespace

GemmPlan plan_gemm_for_target(const Gemm& gemm, int threads) { return plan_for_target(gemm, threads); }

}  // namespace HWY_NAMESPACE
}  // namespace cajal::cpu
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace cajal::cpu {

HWY_EXPORT(plan_gemm_for_target);

GemmPlan plan_gemm(const Gemm& gemm, int threads) { return HWY_DYNAMIC_DISPATCH(plan_gemm_for_target)(gemm, threads); }

}  // namespace cajal::cpu
#endif
