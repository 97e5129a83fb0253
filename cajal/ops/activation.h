// Activation functions, under Keras's names and with its defaults.
//
// Types: integers are taken as float32. Those without "axis" are element-wise and can be fused with their neighbours.
// One declaration a line: the versions for Tensors (cajal/eager/ops.h) are written from these lines.
#pragma once

#include "cajal/ops/elementwise.h"

namespace cajal {

/// The larger of x and 0.
///
/// The usual activation of hidden layers. Formula: max(x, 0). Gradient: dy where y > 0, else 0. NaN stays NaN.
Var relu(const Var& x);

/// relu that stops at 6: small enough for 8-bit numbers.
///
/// Formula: min(max(x, 0), 6). Gradient: dy where 0 < x < 6.
Var relu6(const Var& x);

/// relu with a small slope below 0, so that no unit goes dead.
///
/// Formula: x where x > 0, else negative_slope x. Gradient: dy, or dy negative_slope.
Var leaky_relu(const Var& x, double negative_slope = 0.2);

/// x above 0, an exponential curve down to -alpha below.
///
/// Formula: x where x > 0, else alpha (exp(x) - 1). Gradient: dy, or dy (y + alpha).
/// Source: Clevert et al., "Fast and accurate deep network learning by exponential linear units", 2015.
Var elu(const Var& x, double alpha = 1.0);

/// elu with the two constants that keep mean 0 and variance 1 from layer to layer.
///
/// Formula: 1.0507 x where x > 0, else 1.0507 * 1.67326 (exp(x) - 1).
/// Source: Klambauer et al., "Self-normalizing neural networks", 2017.
Var selu(const Var& x);

/// elu whose slope has no jump for any alpha. Formula: max(x, 0) + min(0, alpha (exp(x / alpha) - 1)).
Var celu(const Var& x, double alpha = 1.0);

/// x times the probability that a standard normal number is below x.
///
/// The activation of transformers. Formula: x (1 + erf(x / sqrt 2)) / 2; approximate:
/// x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) / 2.
/// Source: Hendrycks, Gimpel, "Gaussian error linear units", 2016.
Var gelu(const Var& x, bool approximate = false);

/// 1 / (1 + exp(-x)): from 0 to 1.
///
/// For probabilities and gates. Gradient: dy y (1 - y).
Var sigmoid(const Var& x);

/// Straight line through 1/2 that stops at 0 and 1. Formula: min(max(x / 6 + 1/2, 0), 1). Gradient: dy / 6 inside.
Var hard_sigmoid(const Var& x);

/// x sigmoid(x), also called swish. Gradient: dy s (1 + x (1 - s)) with s = sigmoid(x).
Var silu(const Var& x);

/// x hard_sigmoid(x).
Var hard_silu(const Var& x);

/// log(1 + exp(x)): a smooth relu. Exact for large |x|. Gradient: dy sigmoid(x).
Var softplus(const Var& x);

/// x / (1 + |x|): from -1 to 1. Gradient: dy (1 - |y|)^2.
Var softsign(const Var& x);

/// x, but at least -1 and at most 1.
Var hard_tanh(const Var& x);

/// x - tanh(x).
Var tanh_shrink(const Var& x);

/// x moved towards 0 by the threshold, 0 where it is nearer.
Var soft_shrink(const Var& x, double threshold = 0.5);

/// x, but 0 where |x| <= threshold.
Var hard_shrink(const Var& x, double threshold = 0.5);

/// x where it is above the threshold, else the default value.
Var threshold(const Var& x, double threshold, double default_value);

/// log(sigmoid(x)), exact for large |x|.
Var log_sigmoid(const Var& x);

/// exp(x).
Var exponential(const Var& x);

/// x tanh(softplus(x)). Source: Misra, "Mish: a self regularized non-monotonic activation function", 2019.
Var mish(const Var& x);

/// (x + sqrt(x^2 + b)) / 2: a smooth relu without exponentials.
Var squareplus(const Var& x, double b = 4.0);

/// 0 up to -1, (x + 1)^2 / 4 up to 1, then x.
Var sparse_plus(const Var& x);

/// 0 up to -1, (x + 1) / 2 up to 1, then 1.
Var sparse_sigmoid(const Var& x);

/// x itself.
Var linear(const Var& x);

/// The first half along the axis, times the sigmoid of the second half.
///
/// Shapes: the axis has an even size, which is halved. Errors: an odd size.
/// Source: Dauphin et al., "Language modeling with gated convolutional networks", 2016.
Var glu(const Var& x, int axis = -1);

/// Positive shares that sum up to 1 along the axis: exp(x) / sum(exp(x)).
///
/// Turns scores into probabilities. Exact for large x: the maximum is subtracted first.
/// Errors: a scalar. Gradient: y (dy - sum(dy y)).
Var softmax(const Var& x, int axis = -1);

/// log(softmax(x)), exact for large |x|.
///
/// Errors: a scalar. Gradient: dy - exp(y) sum(dy).
Var log_softmax(const Var& x, int axis = -1);

/// Shares that sum up to 1 along the axis, most of them exactly 0: the nearest point of the simplex.
///
/// Errors: a scalar. Gradient: where y > 0, dy less its mean over those places; else 0.
/// Source: Martins, Astudillo, "From softmax to sparsemax", 2016.
Var sparsemax(const Var& x, int axis = -1);

}  // namespace cajal
