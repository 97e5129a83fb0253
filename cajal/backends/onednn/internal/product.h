// A product of bfloat16 matrices, ready to run: its tiles, their primitives.
#pragma once

#include <memory>
#include <vector>

#include "cajal/backends/onednn/internal/finish.h"
#include "cajal/backends/onednn/internal/primitive.h"

namespace cajal::onednn {

/// Part of the result.
struct Tile {
  int64_t row = 0, column = 0, rows = 0, columns = 0;
};

/// Where the work of a product is cut: by its sizes only, so that the bits do not depend on the threads.
std::vector<Tile> cut_product(const ProductSizes& sizes);

class Product {
 public:
  struct Operands {
    const bfloat16 *a = nullptr, *b = nullptr;
    std::byte* c = nullptr;        ///< of the type that `make` was told
    float* column_sums = nullptr;  ///< of b; null: not wanted
  };
  /// Null where oneDNN has no fast implementation. Runs on at most `threads` threads.
  static std::shared_ptr<const Product> make(const ProductSizes& sizes, DType output, int threads);

  /// Bytes of scratch memory.
  size_t workspace() const { return slots_ * (scratch_bytes_ + made_bytes_); }
  void run(const Operands& operands, const Finish& steps, std::byte* workspace) const noexcept;
  const std::string& implementation() const { return primitives_[0].implementation; }

 private:
  struct Piece {
    Tile tile;
    size_t primitive = 0;
  };
  bool add_pieces();
  bool rounds() const { return output_ == DType::bfloat16; }
  // Made in scratch memory first.
  bool is_apart(const Tile& tile) const { return rounds() || tile.columns < sizes_.n; }
  void run_piece(const Piece& piece, const Operands& operands, const Finish& steps, std::byte* scratch) const noexcept;
  void finish_piece(const Tile& tile, float* values, const Operands& operands, const Finish& steps) const noexcept;
  void sum_some_columns(const Operands& operands, int64_t begin) const noexcept;

  ProductSizes sizes_;
  DType output_ = DType::float32;
  std::vector<MatmulPrimitive> primitives_;
  std::vector<Piece> pieces_;
  size_t scratch_bytes_ = 0;  // of one piece
  size_t made_bytes_ = 0;     // of a piece's output in float32, where it is made apart
  size_t slots_ = 1;          // pieces that run at a time
};

}  // namespace cajal::onednn
