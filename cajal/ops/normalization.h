// Normalization: values brought to mean 0 and variance 1 along some axes, then scaled and shifted.
//
// gamma and beta have x's type or a wider one; so have the statistics. Errors: shapes that do not fit, named.
// The versions for Tensors (cajal/eager/ops.h) are written from these lines.
#pragma once

#include <vector>

#include "cajal/graph/op.h"

namespace cajal {

/// Normalizes over a batch: along `axes`, separately for each index of the other axes.
///
/// Results: y, then of the batch: mean, variance (divided by n, for moving averages) and 1 / sqrt(variance + epsilon).
/// Formula: y = gamma (x - mean) / sqrt(variance + epsilon) + beta.
/// Shapes: gamma, beta and the statistics have the axes that are not in `axes`: [channels] for images and {0, 1, 2}.
/// Source: Ioffe, Szegedy, "Batch normalization", 2015.
Vars batch_norm_training(const Var& x, const Var& gamma, const Var& beta, double epsilon, const std::vector<int>& axes);

/// Batch normalization with statistics that are given: a scale and a shift per channel.
///
/// Formula: y = x s + (beta - mean s) with s = gamma / sqrt(variance + epsilon). Shapes: as batch_norm_training.
Var batch_norm_inference(const Var& x, const Var& gamma, const Var& beta, const Var& mean, const Var& variance,
                         double epsilon, const std::vector<int>& axes);

/// Normalizes each sample by itself: along `axes`, separately for each index of the other axes.
///
/// Formula: y = gamma (x - mean) / sqrt(variance + epsilon) + beta. Shapes: gamma and beta have the axes in `axes`.
/// Source: Ba, Kiros, Hinton, "Layer normalization", 2016.
Var layer_norm(const Var& x, const Var& gamma, const Var& beta, double epsilon, const std::vector<int>& axes = {-1});

/// Normalizes each sample by groups of neighbouring channels: along the axes between first and last, and the group.
///
/// With one group per channel: instance normalization; with one group in all: layer normalization over all axes but
/// with a scale and shift per channel. Formula: y = gamma (x - mean) / sqrt(variance + epsilon) + beta.
/// Shapes: x [n, ..., c], gamma and beta [c]. Types: as layer_norm. Errors: groups that do not divide c.
/// Source: Wu, He, "Group normalization", 2018; Ulyanov et al., "Instance normalization", 2016.
Var group_norm(const Var& x, const Var& gamma, const Var& beta, int64_t groups, double epsilon);

}  // namespace cajal
