// Mixed precision: which values of a graph are rounded to bfloat16, and how they are stored so.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "cajal/program/fused.h"
#include "cajal/program/plan.h"

namespace cajal {

/// Rounds to bfloat16 what products and convolutions multiply, and what is carried between them.
///
/// The graph keeps its meaning in float32: behind each such value stands a cast to bfloat16 and one back, which all of
/// its readers read instead. Everything is computed in float32: sums of products, element-wise ops, statistics, losses,
/// updates of weights. Weights are rounded only for the products that read them. Nodes in whose scope one of the
/// `float32_scopes` stands ("dense_1" in "net/dense_1") ask for no rounding.
void mix_precision(Graph& graph, const std::vector<std::string>& float32_scopes);

/// Lets the kernels that can read and write bfloat16 do so, in place of the casts beside them: see Kernel::mixed. The
/// bits are the same. With Fusion::keep only what is read, so that no value is hidden.
void store_narrow(Graph& graph, std::span<const Backend* const> backends, int threads, Fusion fusion);

/// Lets the kernels that update weights keep them rounded too, where products read them so: those read the copies, and
/// no step rounds weights any more. The bits are the same.
std::vector<NarrowCopy> keep_narrow_weights(Graph& graph, std::span<const Backend* const> backends, int threads);

/// Gives each element-wise reader of a widened value a cast of its own: it is then part of the reader's pass.
void widen_at_readers(Graph& graph);

}  // namespace cajal
