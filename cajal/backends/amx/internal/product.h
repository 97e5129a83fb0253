// Products of matrices with tiles. The longest of the three sizes is cut into tasks; each packs its own share of what
// is as long, and what is not lies packed for all.
#pragma once

#include <cstddef>
#include <optional>

#include "cajal/backends/amx/internal/patches.h"

namespace cajal::amx {

struct ProductPlan {
  enum class Cut : uint8_t { rows, columns, depth };
  ProductSizes sizes;
  std::optional<Patches> patches;  ///< a is what these make of an image
  Cut cut = Cut::rows;
  int64_t row_blocks = 1, column_blocks = 1, depth_blocks = 1;  ///< of 32
  int64_t share = 1;                                            ///< blocks of a task, of what is cut
  int64_t tasks = 1, slots = 1;
  size_t a_bytes = 0, b_bytes = 0;  ///< of what is packed for all
  size_t packed_bytes = 0;          ///< of b, if it may be given packed
  size_t sum_bytes = 0;             ///< of the partial results, where the depth is cut
  size_t scratch_bytes = 0;         ///< of a slot
  size_t workspace() const { return a_bytes + b_bytes + sum_bytes + size_t(slots) * scratch_bytes; }
};

/// `packs_once`: b will be given packed. `patches`: a, as it lies in memory, is made of these.
ProductPlan plan_product(const ProductSizes& sizes, int threads, bool packs_once,
                         const std::optional<Patches>& patches = {});

struct ProductOperands {
  const bfloat16 *a = nullptr, *b = nullptr;  ///< a: an image, where a is made of patches
  void* result = nullptr;
  DType type = DType::float32;  ///< of the result
  Finish steps;
  float* column_sums = nullptr;  ///< of b, which is not transposed; null: not wanted
  std::byte* workspace = nullptr;
  const std::byte* packed = nullptr;  ///< b as pack_product left it
};

template <class Tiles>
void pack_product(const ProductPlan& plan, const bfloat16* b, std::byte* packed) noexcept;
template <class Tiles>
void run_product(const ProductPlan& plan, const ProductOperands& operands) noexcept;

}  // namespace cajal::amx
