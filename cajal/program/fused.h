// Ops that only compilation makes, several recorded nodes in one pass over memory, and the passes that make them.
#pragma once

#include <limits>
#include <string>
#include <vector>

#include "cajal/ops/convolution_attributes.h"
#include "cajal/ops/normalization_attributes.h"
#include "cajal/ops/pooling_attributes.h"
#include "cajal/program/kernel.h"

namespace cajal {

/// How an input of a fused chain is read, the result seen as [rows, columns].
enum class Reading : uint8_t {
  full,    ///< one element for each of the result
  scalar,  ///< one element for all
  row,     ///< [columns]: the same for every row
  column,  ///< [rows]: one for each row
  rows,    ///< [rows / n, columns]: each row for n rows, one after the other
};

/// A chain (in fact a small graph) of element-wise nodes over one [rows, columns] result.
///
/// Registers are numbered: first the inputs, then one for each instruction.
struct FusedElementwise {
  /// One node of the chain.
  struct Instruction {
    const Op* op = nullptr;
    Attributes attributes;
    std::vector<int> inputs;  ///< registers
    DType type = DType::float32;
    BlockFunction run = nullptr;
  };
  std::vector<Reading> readings;  ///< of each input
  std::vector<int64_t> repeats;   ///< of each input: the n of Reading::rows
  std::vector<Instruction> instructions;
  std::vector<int> results;  ///< the instructions whose values are outputs
  int64_t rows = 1, columns = 1;

  template <class V>
  void fields(V& v) const {
    v("chain", text());
  }
  std::string text() const;
};
/// The op of which FusedElementwise are the attributes: inputs as `readings` tells, outputs as `results`.
const Op& fused_elementwise_op();

/// C = relu?(A B + bias), times (mask > 0), and the column sums of B: inputs a, b, [bias], [mask];
/// outputs c [m, n], [column sums of b: [n]].
struct FusedMatmul {
  bool transpose_a = false, transpose_b = false;
  bool bias = false, relu = false, mask = false, column_sums = false;
  template <class V>
  void fields(V& v) const {
    v("transpose_a", transpose_a), v("transpose_b", transpose_b), v("bias", bias), v("relu", relu), v("mask", mask),
        v("column_sums", column_sums);
  }
};
/// The op of which FusedMatmul are the attributes.
const Op& fused_matmul_op();

/// A convolution, or the gradient of its image, with what usually stands behind it, in one pass over the result.
///
/// Inputs: x, kernel (of the gradient: dy, kernel), then those that the flags ask for, in this order: bias; scale,
/// shift; residual; mask. The first three are [channels of the result], the others have the result's shape. Output: the
/// sum of the products, rounded to float32, and then, each step in float32: + bias, * scale, + shift, + residual, relu,
/// 0 where the mask is not positive. So the bits are those of the single ops (nothing is contracted into
/// multiply-adds). With a `limit`, relu stops there (relu6) and the mask lets through only what lies between 0 and it.
struct FusedConv : ConvGradientAttributes {
  enum class Kind : uint8_t { forward, input_gradient } kind = Kind::forward;
  bool bias = false, scale = false, residual = false, relu = false, mask = false;
  float limit = std::numeric_limits<float>::infinity();
  const Op* op = nullptr;  ///< conv or conv_input_gradient
  Attributes plain;        ///< its own attributes
  template <class V>
  void fields(V& v) const {
    v("gradient", kind == Kind::input_gradient), v("bias", bias), v("scale", scale), v("residual", residual),
        v("relu", relu), v("mask", mask), v("limit", limit);
    ConvGradientAttributes::fields(v);
  }
  /// Where the inputs of the flags stand among the node's inputs; -1: not there.
  int bias_input() const { return bias ? 2 : -1; }
  int scale_input() const { return scale ? 2 + bias : -1; }
  int shift_input() const { return scale ? 3 + bias : -1; }
  int residual_input() const { return residual ? 2 + bias + 2 * scale : -1; }
  int mask_input() const { return mask ? 2 + bias + 2 * scale + residual : -1; }
};
/// The op of which FusedConv are the attributes.
const Op& fused_conv_op();

/// Batch normalization over all axes but the last, with what stands behind it: inputs x, gamma, beta, [residual];
/// outputs y, mean, variance, 1 / stddev, [index]. In this order: normalized, + residual, relu (up to `limit`),
/// + residual if it comes after relu, the largest of each window (then y is the pooled image, and there is an index).
struct FusedBatchNorm : NormalizationAttributes {
  enum class Residual : uint8_t { none, before_relu, after_relu } residual = Residual::none;
  bool relu = false, pool = false;
  float limit = std::numeric_limits<float>::infinity();
  PoolAttributes window;  ///< windows side by side
  template <class V>
  void fields(V& v) const {
    NormalizationAttributes::fields(v);
    v("residual", int(residual)), v("relu", relu), v("limit", limit), v("pool", pool);
    if (pool) window.fields(v);
  }
};
/// The op of which FusedBatchNorm are the attributes.
const Op& fused_batch_norm_op();

/// Its gradients, relu's and max pooling's before them: inputs x, gamma, mean, 1 / stddev, dy, [beta or y], [index];
/// outputs dx, dgamma, dbeta, [the masked dy].
///
/// dy is first brought to the places that won (if there is an index), then set to 0 where relu let nothing through:
/// which is told from y, or from what beta makes y to be again, so that y need not be read.
struct FusedBatchNormGradient : NormalizationAttributes {
  enum class Mask : uint8_t { none, from_y, from_x } mask = Mask::none;
  bool pool = false, masked = false;
  float limit = std::numeric_limits<float>::infinity();
  PoolGradientAttributes window;
  template <class V>
  void fields(V& v) const {
    NormalizationAttributes::fields(v);
    v("mask", int(mask)), v("limit", limit), v("masked", masked), v("pool", pool);
    if (pool) window.fields(v);
  }
};
/// The op of which FusedBatchNormGradient are the attributes.
const Op& fused_batch_norm_gradient_op();

// ------------------------------------------------------------------------------------------------ before fusing

/// Transpositions moved to where they undo each other: channels are turned once at each end of a network. Leaves the
/// graph as it is where that moves no fewer values.
void turn_once(Graph& graph);
/// The zeros that flow through the side of a choice that is not taken are added to nothing.
void drop_untaken_gradients(Graph& graph);
/// relu's gradient and bias gradients are taken before a max pooling's gradient instead of behind it, where the values
/// are as many times more as a window has places.
void move_before_pooling(Graph& graph);
/// Zeros put round an image before a convolution become the convolution's own.
void absorb_padding(Graph& graph);

// ------------------------------------------------------------------------------------------------ fusing

/// How far the passes that fuse go; each keeps the values bit for bit. `keep` makes the same kernels run without hiding
/// a value: bias gradients ride along with products, element-wise nodes stay alone.
enum class Fusion { full, keep };
/// Batch normalization, or its gradient, with the relu, residual and max pooling behind it.
void fuse_batch_norms(Graph& graph);
/// A convolution, or the gradient of its image, with bias, scale and shift, residual, relu or relu's mask.
void fuse_convolutions(Graph& graph, Fusion fusion);
/// A product of matrices with bias, relu or relu's mask, and the gradient of the bias.
void fuse_matmuls(Graph& graph, Fusion fusion);
/// Element-wise nodes that the backend has block functions for, in chains.
void fuse_elementwise(Graph& graph, const Backend& backend, Fusion fusion);
/// Puts the nodes into an order in which each stands after its inputs, as near to the present one as possible.
void sort_nodes(Graph& graph);

}  // namespace cajal
