// Tensors made from nothing, which are constants wherever a Var is expected: `x + eye(3)`.
//
// For a shape that is known only when the program runs: `zeros_like(x)`, or broadcast_to(0.0, shape).
#pragma once

#include <cstdint>

#include "cajal/graph/op.h"

namespace cajal {

/// Zeros; without a shape a single one.
Tensor zeros(const Shape& shape = {}, DType dtype = DType::float32);

/// Ones; without a shape a single one.
Tensor ones(const Shape& shape = {}, DType dtype = DType::float32);

/// The same value everywhere.
Tensor full(const Shape& shape, double value, DType dtype = DType::float32);

/// start, start + step, ..., as far as they are before `stop`.
///
/// Types: int32 where all three are whole numbers, else float32. Errors: a step of 0.
Tensor arange(double start, double stop, double step = 1);
/// The same in a type of one's choice.
Tensor arange(double start, double stop, double step, DType dtype);
/// 0, 1, ..., stop - 1.
Tensor arange(double stop);

/// `count` numbers with equal steps from start to stop, that included unless `endpoint` is false.
Tensor linspace(double start, double stop, int64_t count = 50, bool endpoint = true, DType dtype = DType::float32);

/// `count` numbers with equal ratios from base^start to base^stop.
Tensor logspace(double start, double stop, int64_t count = 50, bool endpoint = true, double base = 10,
                DType dtype = DType::float32);

/// Ones on diagonal `k` of a matrix, zeros elsewhere; square unless `columns` is given.
Tensor eye(int64_t rows, int64_t columns = -1, int k = 0, DType dtype = DType::float32);

/// Ones on and below diagonal `k` of a matrix, zeros above.
Tensor tri(int64_t rows, int64_t columns = -1, int k = 0, DType dtype = DType::float32);

/// Zeros, ones or one value in the shape and type of x.
Var zeros_like(const Var& x);
Var ones_like(const Var& x);
/// That value for each element of x, in its shape and type.
Var full_like(const Var& x, double value);

}  // namespace cajal
