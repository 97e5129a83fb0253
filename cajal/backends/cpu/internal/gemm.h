// The float32 matrix product of the cpu backend: C[m, n] = epilogue(A[m, k] B[k, n]).
#pragma once

#include <cstddef>
#include <cstdint>

namespace cajal::cpu {

/// What to multiply. Matrices are row-major, with the distance between rows (leading dimension) given in elements.
///
/// The result is, in this order: A B, plus what C held (accumulate), plus the bias, through the activation, and
/// set to zero where the relu mask is not positive.
///
/// Any size may be 0; with k = 0 the product is a matrix of zeros and the epilogue still runs. NaN and infinity
/// propagate as in a plain loop: no term is skipped, and relu(NaN) is NaN.
struct Gemm {
  enum class Activation : uint8_t { none, relu };

  int64_t m = 0, n = 0, k = 0;
  bool transpose_a = false;  ///< A is stored [k, m] instead of [m, k]
  bool transpose_b = false;  ///< B is stored [n, k] instead of [k, n]
  int64_t lda = 0, ldb = 0, ldc = 0;

  bool has_bias = false;  ///< bias[n] is added to every row
  Activation activation = Activation::none;
  bool has_relu_mask =
      false;  ///< C is set to 0 where !(mask[m, n] > 0); the mask's rows lie ldc apart: relu's gradient
  bool has_column_sums =
      false;                ///< also writes column_sums[n] = sum of B over k: the bias gradient; not with transpose_b
  bool accumulate = false;  ///< C += instead of C =
};

/// Where the matrices lie; none may overlap C. What the Gemm does not ask for may be null.
struct GemmOperands {
  const float* a = nullptr;
  const float* b = nullptr;
  float* c = nullptr;
  const float* bias = nullptr;
  const float* mask = nullptr;
  float* column_sums = nullptr;
  void* workspace = nullptr;  ///< GemmPlan::workspace bytes, 64-byte aligned; may be null where that is 0
};

/// A Gemm with everything decided that its sizes, the processor and the number of threads decide: which kernels, what
/// is copied (packed) first, how the work is cut. Made once by plan_gemm, run any number of times, also by several
/// threads at once if each brings a workspace. The fields are read by the kernels; users need `workspace` only.
struct GemmPlan {
  Gemm gemm;             ///< as asked for
  size_t workspace = 0;  ///< bytes of scratch that run_gemm needs

  void (*run)(const GemmPlan&, const GemmOperands&) noexcept = nullptr;

  // The product that the kernels see. Where `swapped`, it is C^T = B^T A^T, and C^T is written back transposed.
  bool swapped = false;
  bool transpose_a = false, transpose_b = false;
  bool pack_a = false, pack_b = false;
  bool columns_outer = false;  // loop over column panels outside, row panels inside
  int64_t m = 0, n = 0, k = 0;
  int64_t lda = 0, ldb = 0;
  int64_t k_block = 0, n_block = 0;
  int64_t row_panel = 0;        // rows per micro-kernel call, at most
  int64_t full_row_panels = 0;  // small products only: row panels of that height; the others have one row less
  bool few_steps = false;       // small products only: B stays in registers
  int64_t row_parts = 1, column_parts = 1;
  int64_t rows_per_part = 0, columns_per_part = 0;
  size_t part_workspace = 0;
  size_t b_offset = 0, c_offset = 0;  // of packed B and of C^T in a part's workspace, in floats
};

/// Plans a product for at most `threads` threads; small products use fewer. The result of run_gemm has the same bits
/// for any number of threads.
GemmPlan plan_gemm(const Gemm& gemm, int threads);

/// Bytes of 64-byte aligned scratch that the product needs with that many threads.
inline size_t gemm_workspace(const Gemm& gemm, int threads) { return plan_gemm(gemm, threads).workspace; }

/// Runs a planned product. Allocates nothing.
inline void run_gemm(const GemmPlan& plan, const GemmOperands& operands) noexcept { plan.run(plan, operands); }

}  // namespace cajal::cpu
