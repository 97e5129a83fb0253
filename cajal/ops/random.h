// Ops that draw random numbers: a pure function of the run's seed, its step, the op's place in the model and the global
// index of the sample, so that any draw can be repeated, on any machine and any number of ranks.
//
// On Vars each run draws anew. `x_like` draws a tensor of x's shape, whatever that is when the program runs, in x's
// type where that is a float. No gradient flows.
#pragma once

#include <cstdint>

#include "cajal/graph/op.h"

namespace cajal {

/// Uniform in [low, high).
///
/// Types: floats; 24 random bits, whichever the type.
Var random_uniform(const Shape& shape, double low = 0, double high = 1, DType dtype = DType::float32);
/// The same in the shape and type of x.
Var random_uniform_like(const Var& x, double low = 0, double high = 1);

/// Normal (Gaussian) with that mean and standard deviation.
Var random_normal(const Shape& shape, double mean = 0, double stddev = 1, DType dtype = DType::float32);
/// The same in the shape and type of x.
Var random_normal_like(const Var& x, double mean = 0, double stddev = 1);

/// Normal, what lies more than two standard deviations from the mean left out.
Var random_truncated_normal(const Shape& shape, double mean = 0, double stddev = 1, DType dtype = DType::float32);
/// The same in the shape and type of x.
Var random_truncated_normal_like(const Var& x, double mean = 0, double stddev = 1);

/// 1 with that probability, else 0.
Var random_bernoulli(const Shape& shape, double probability = 0.5, DType dtype = DType::float32);
/// The same in the shape and type of x.
Var random_bernoulli_like(const Var& x, double probability = 0.5);

/// 0 with probability `rate`, else 1 / (1 - rate), so that the mean is 1.
///
/// Times x: dropout. Errors: a rate outside of [0, 1).
/// Source: Srivastava et al., "Dropout", JMLR 15, 2014.
Var dropout_mask(const Var& x, double rate);

/// Uniform integers low, ..., high - 1.
///
/// Errors: low >= high; more than 2^32 of them.
Var random_integers(const Shape& shape, int64_t low, int64_t high, DType dtype = DType::int32);
/// The same in the shape of x.
Var random_integers_like(const Var& x, int64_t low, int64_t high, DType dtype = DType::int32);

/// The numbers 0, ..., size - 1 in random order, as int32.
Var random_permutation(int64_t size);

/// Draws of classes whose unnormalised log probabilities are the rows of `logits`.
///
/// Shapes: [..., classes] -> [..., num_samples].
Var random_categorical(const Var& logits, int64_t num_samples = 1, DType dtype = DType::int32);

}  // namespace cajal
