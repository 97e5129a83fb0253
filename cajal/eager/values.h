// Functions whose result's shape depends on the values: on Tensors only.
//
// On Vars they are refused: a program's shapes are known before it runs.
#pragma once

#include <cstdint>
#include <vector>

#include "cajal/graph/op.h"
#include "cajal/tensor/tensor.h"

namespace cajal {

/// What `unique_all` finds.
struct Unique {
  Tensor values;   ///< in ascending order, NaN last
  Tensor first;    ///< index of the first occurrence of each in the flattened tensor, int32
  Tensor inverse;  ///< for each element the index of its value, int32, in the tensor's shape
  Tensor counts;   ///< how often each occurs, int32
};

/// The different values of a tensor, in ascending order, NaN last.
Tensor unique(const Tensor& x);
/// The same, with where they stand and how often.
Unique unique_all(const Tensor& x);

/// For each axis the indices of the elements that are not zero, in row-major order, as int32.
std::vector<Tensor> nonzero(const Tensor& x);

/// The indices of the elements that are not zero, one row each: int32 [count, axes].
Tensor argwhere(const Tensor& x);

/// The parts of x where the mask is true. Shapes: x [a, b, c], mask [a, b] -> [count, c].
Tensor boolean_mask(const Tensor& x, const Tensor& mask);

/// For each element whether it is one of the test elements.
Tensor isin(const Tensor& x, const Tensor& test_elements);

/// How many values lie in each of `bins` equal intervals; the last interval has its upper end too.
struct Histogram {
  Tensor counts;  ///< int32 [bins]
  Tensor edges;   ///< float64 [bins + 1]
};
/// From the smallest to the largest value.
Histogram histogram(const Tensor& x, int bins = 10);
/// From `low` to `high`; values outside do not count.
Histogram histogram(const Tensor& x, int bins, double low, double high);

/// How often each of 0, 1, ... occurs, or the sum of the weights where it occurs; at least `minlength` numbers.
///
/// Types: integers, none negative -> int32, or float64 with weights.
Tensor bincount(const Tensor& x, const Tensor& weights = {}, int64_t minlength = 0);

/// Refused: Error{unsupported} with what to use instead.
[[noreturn]] Var unique(const Var& x);
/// Refused, as `unique`.
[[noreturn]] Vars nonzero(const Var& x);
/// Refused, as `unique`.
[[noreturn]] Var argwhere(const Var& x);
/// Refused, as `unique`.
[[noreturn]] Var boolean_mask(const Var& x, const Var& mask);
/// Refused, as `unique`.
[[noreturn]] Var isin(const Var& x, const Var& test_elements);
/// Refused, as `unique`.
[[noreturn]] Vars histogram(const Var& x, int bins = 10);
/// Refused, as `unique`.
[[noreturn]] Var bincount(const Var& x, int64_t minlength = 0);

}  // namespace cajal
