#ifdef CAJAL_WITH_ONEDNN

#include "cajal/backends/onednn/internal/product.h"

#include <algorithm>
#include <limits>

#include "cajal/backends/onednn/internal/slots.h"

namespace cajal::onednn {
namespace {

// These numbers are reasoned, not measured. Multiplications and additions that are worth another tile: at some 200
// GFLOP/s 20 microseconds.
constexpr double kLeastTileFlops = 4e6;
// A tile's result in float32 stays in the second cache; each element of a and b, which the library copies into the
// order of its instructions, is used so many times at least.
constexpr int64_t kTileSide = 256, kLeastTileSide = 64;
// Enough for several threads to share evenly.
constexpr int64_t kManyTiles = 8;

constexpr int64_t tiles_along(int64_t size, int64_t step) { return (size + step - 1) / step; }

struct TileSteps {
  int64_t rows, columns;
  int64_t count(const ProductSizes& s) const { return tiles_along(s.m, rows) * tiles_along(s.n, columns); }
};

// Columns are cut first: what the library copies of b is then copied once.
TileSteps steps_of(const ProductSizes& s) {
  const auto flops = [&](const TileSteps& t) {
    return 2.0 * double(std::min(t.rows, s.m)) * double(std::min(t.columns, s.n)) * double(s.k);
  };
  TileSteps out{kTileSide, kTileSide};
  while (out.count(s) < kManyTiles && flops(out) >= 2 * kLeastTileFlops) {
    int64_t& side = std::min(out.columns, s.n) >= std::min(out.rows, s.m) ? out.columns : out.rows;
    if (side <= kLeastTileSide) break;
    side /= 2;
  }
  while (out.count(s) > 1 && flops(out) < kLeastTileFlops) (out.columns < s.n ? out.columns : out.rows) *= 2;
  return out;
}

Layout matrix(int64_t rows, int64_t columns, int64_t row_length, bool transposed) {
  return transposed ? Layout::strided({rows, columns}, {1, row_length}, DType::bfloat16)
                    : Layout::strided({rows, columns}, {row_length, 1}, DType::bfloat16);
}

// Of one tile. Its rows lie side by side whatever the output is: where they lie decides which of its kernels the
// library takes (not brgemm, where they lie apart), and with it the bits.
std::optional<MatmulPrimitive> make_product(const ProductSizes& s, const Tile& tile) {
  const Layout a = matrix(tile.rows, s.k, s.transpose_a ? s.m : s.k, s.transpose_a);
  const Layout b = matrix(s.k, tile.columns, s.transpose_b ? s.k : s.n, s.transpose_b);
  const Layout c = Layout::strided({tile.rows, tile.columns}, {tile.columns, 1}, DType::float32);
  return MatmulPrimitive::make(a, b, c);
}

}  // namespace

std::vector<Tile> cut_product(const ProductSizes& s) {
  const TileSteps steps = steps_of(s);
  std::vector<Tile> out;
  for (int64_t row = 0; row < s.m; row += steps.rows)
    for (int64_t column = 0; column < s.n; column += steps.columns)
      out.push_back({row, column, std::min(steps.rows, s.m - row), std::min(steps.columns, s.n - column)});
  return out;
}

std::shared_ptr<const Product> Product::make(const ProductSizes& sizes, DType output, int threads) {
  if (!library().missing.empty()) return nullptr;
  auto made = std::make_shared<Product>();
  made->sizes_ = sizes;
  made->output_ = output;
  if (!made->add_pieces()) return nullptr;
  made->slots_ = slots_for(made->pieces_.size(), threads);
  return made;
}

// One primitive for all tiles of the same size.
bool Product::add_pieces() {
  for (const Tile& tile : cut_product(sizes_)) {
    const auto is_like = [&](const Piece& p) { return p.tile.rows == tile.rows && p.tile.columns == tile.columns; };
    const auto like = std::find_if(pieces_.begin(), pieces_.end(), is_like);
    size_t primitive = like == pieces_.end() ? primitives_.size() : like->primitive;
    if (like == pieces_.end()) {
      auto made = make_product(sizes_, tile);
      if (!made) return false;
      scratch_bytes_ = std::max(scratch_bytes_, whole_lines(made->scratch.bytes()));
      primitives_.push_back(std::move(*made));
    }
    pieces_.push_back({tile, primitive});
    if (is_apart(tile))
      made_bytes_ = std::max(made_bytes_, whole_lines(size_t(tile.rows * tile.columns) * sizeof(float)));
  }
  return true;
}

void Product::run(const Operands& operands, const Finish& steps, std::byte* workspace) const noexcept {
  const size_t summed = operands.column_sums ? size_t(tiles_along(sizes_.n, kSummedColumns)) : 0;
  for_each_piece(pieces_.size() + summed, slots_, [&](size_t i, size_t slot) {
    if (i < pieces_.size()) run_piece(pieces_[i], operands, steps, workspace + slot * (scratch_bytes_ + made_bytes_));
    else sum_some_columns(operands, int64_t(i - pieces_.size()) * kSummedColumns);
  });
}

// The output of a primitive is float32, in scratch memory where it is to be rounded or is part of longer rows: the same
// bits as a float32 output that is rounded later. What the library cannot carry out (it has no memory) is seen at once:
// the result is no number.
void Product::run_piece(const Piece& piece, const Operands& operands, const Finish& steps,
                        std::byte* scratch) const noexcept {
  const Tile& tile = piece.tile;
  const bfloat16* const a = operands.a + tile.row * (sizes_.transpose_a ? 1 : sizes_.k);
  const bfloat16* const b = operands.b + tile.column * (sizes_.transpose_b ? sizes_.k : 1);
  float* const made = reinterpret_cast<float*>(scratch + scratch_bytes_);
  float* const values = is_apart(tile) ? made : reinterpret_cast<float*>(operands.c) + tile.row * sizes_.n;
  if (!primitives_[piece.primitive].run(a, b, values, scratch))
    std::fill_n(values, tile.rows * tile.columns, std::numeric_limits<float>::quiet_NaN());
  if (is_apart(tile) || !steps.is_empty()) finish_piece(tile, values, operands, steps);
}

// Whole rows lie side by side; parts of rows are finished one by one.
void Product::finish_piece(const Tile& tile, float* values, const Operands& operands,
                           const Finish& steps) const noexcept {
  const int64_t count = tile.columns == sizes_.n ? tile.rows : 1;
  Finish own = steps;
  if (own.bias) own.bias += tile.column;
  for (int64_t row = 0; row < tile.rows; row += count) {
    const int64_t begin = (tile.row + row) * sizes_.n + tile.column, size = count * tile.columns;
    float* const from = values + row * tile.columns;
    bfloat16* const rounded = rounds() ? reinterpret_cast<bfloat16*>(operands.c) + begin : nullptr;
    if (rounded || !own.is_empty()) finish(own, from, rounded, tile.columns, begin, size);
    if (!rounded && is_apart(tile)) std::copy_n(from, size, reinterpret_cast<float*>(operands.c) + begin);
  }
}

void Product::sum_some_columns(const Operands& operands, int64_t begin) const noexcept {
  const int64_t count = std::min(kSummedColumns, sizes_.n - begin);
  sum_columns(operands.b + begin, sizes_.n, sizes_.k, count, operands.column_sums + begin);
}

}  // namespace cajal::onednn

#endif
