// What a kernel is, and what a backend is: a set of kernels for one kind of hardware.
#pragma once

#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cajal/graph/graph.h"

namespace cajal {

/// What a kernel is asked for before it runs: one node with concrete shapes.
struct KernelQuery {
  const GraphNode& node;
  std::vector<Spec> inputs;
  int threads = 1;          ///< the most threads that the kernel may use when it runs
  bool packs_once = false;  ///< its `packed_operand` changes seldom: to pack it costs nothing

  const std::vector<Spec>& outputs() const { return node.outputs; }
  template <class T>
  const T& options() const {
    return node.attributes.as<T>();
  }
};

/// A fast version of an op. One that needs nothing but `op`, `name` and `run` takes every call of the op.
struct Kernel {
  std::string_view op;
  std::string_view name;  ///< shown by profiles: "packed"; no other kernel of the op in this backend has it
  KernelFunction run = nullptr;
  /// Whether this kernel can carry out calls of these types, shapes and options; null: always. To be cheap.
  bool (*supports)(const KernelQuery&) = nullptr;
  /// Decides once what depends only on the sizes; the result reaches `run` as Call::prepared. Where it is null the
  /// kernel cannot after all (a library is not there, or has nothing for these sizes), and another one is taken.
  std::shared_ptr<const void> (*prepare)(const KernelQuery&) = nullptr;
  /// Bytes of scratch memory.
  size_t (*workspace)(const KernelQuery&, const void* prepared) = nullptr;
  /// Whether this kernel should, of those that can: what a shipped table says; null: always.
  bool (*preferred)(const KernelQuery&) = nullptr;
  /// An operand that it brings into another order before it works, weights mostly, and the bytes that this takes; -1:
  /// there is none. `pack` does only that, from in[0], which is the operand, to out[0]; `run` finds it in Call::packed,
  /// where the operand changes seldom.
  int packed_operand = -1;
  size_t (*packed_bytes)(const KernelQuery&, const void* prepared) = nullptr;
  KernelFunction pack = nullptr;
  /// Whether it can be given bfloat16 for some of the values that the op has in float32: `supports` says for which. It
  /// widens what it reads, and rounds what it writes to the nearest, ties to even; between the two all is as before.
  bool mixed = false;
};

/// Which kernel carries out which call, where that is settled: calls as `call_text` writes them, kernels as the steps
/// of plans are named.
using KernelTable = std::map<std::string, std::string>;
/// "conv(strides=[1, 1], ...) float32 [128, 8, 8, 64] float32 [3, 3, 64, 64]". The number of threads is no part of it:
/// results do not depend on it.
std::string call_text(const KernelQuery& query);

/// One element-wise op on a block of `count` elements: fused chains are made of these. Inputs and output are
/// contiguous; each has the type that the node has. `out` may be one of the inputs.
using BlockFunction = void (*)(const void* attributes, const void* const* in, void* out, int64_t count) noexcept;

/// Kernels for one kind of hardware. The reference backend has none: every op carries its own.
struct Backend {
  std::string_view name;
  std::span<const Kernel> kernels;
  /// The block function for an element-wise node with these types, or null: it is then not fused.
  BlockFunction (*block)(const Op& op, std::span<const DType> inputs, DType output) = nullptr;
  /// Whether matmuls take bias, activation and bias gradient into the same pass (op `fused_matmul`).
  bool fuses_matmul = false;
  /// Whether convolutions take what stands behind them into the same pass (op `fused_conv`).
  bool fuses_conv = false;
  /// Whether batch normalization does (ops `fused_batch_norm`, `fused_batch_norm_gradient`).
  bool fuses_batch_norm = false;
};

/// The backends that programs use unless told otherwise, best first. Defined by backends/all.cpp, one floor up.
std::span<const Backend* const> default_backends();

/// The kernels that `cajal bench --tune` found to be the fastest on this machine; empty where it did not look. Defined
/// by backends/tuned_kernels.cpp, one floor up.
const KernelTable& tuned_kernels();

/// The plain kernels only.
const Backend& reference_backend();

}  // namespace cajal
