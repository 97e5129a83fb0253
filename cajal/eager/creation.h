// Random tensors, drawn at once from the process's own sequence: `random::set_seed(7)` repeats them.
//
// zeros, ones, arange, linspace, eye and the like stand in cajal/ops/creation.h: they are Tensors already.
#pragma once

#include <cstdint>

#include "cajal/base/random.h"
#include "cajal/ops/creation.h"
#include "cajal/tensor/tensor.h"

namespace cajal::random {

/// Uniform in [low, high).
Tensor uniform(const Shape& shape = {}, double low = 0, double high = 1, DType dtype = DType::float32);

/// Normal (Gaussian) with that mean and standard deviation.
Tensor normal(const Shape& shape = {}, double mean = 0, double stddev = 1, DType dtype = DType::float32);

/// Normal, what lies more than two standard deviations from the mean left out.
Tensor truncated_normal(const Shape& shape = {}, double mean = 0, double stddev = 1, DType dtype = DType::float32);

/// 1 with that probability, else 0.
Tensor bernoulli(const Shape& shape = {}, double probability = 0.5, DType dtype = DType::float32);

/// Uniform integers low, ..., high - 1.
Tensor integers(const Shape& shape, int64_t low, int64_t high, DType dtype = DType::int32);

/// The numbers 0, ..., size - 1 in random order, as int32.
Tensor permutation(int64_t size);

/// The parts along the first axis in random order.
Tensor shuffle(const Tensor& x);

}  // namespace cajal::random
