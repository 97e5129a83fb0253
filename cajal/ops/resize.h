// Images made larger or smaller. One, two or three spatial axes, channels last; only the batch may be unknown.
//
// Types: floats; "nearest" takes any. The versions for Tensors (cajal/eager/ops.h) are written from these lines.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cajal/graph/op.h"

namespace cajal {

/// Each spatial axis made `factors` times as large (one per axis, or one for all).
///
/// Interpolations: as `resize`; "nearest" repeats each place. Shapes: [n, s..., c] -> [n, s factors..., c].
/// Gradient: dy summed over the repetitions. Source: Keras, `UpSampling2D`.
Var upsample(const Var& x, const std::vector<int64_t>& factors, const std::string& interpolation = "nearest");

/// Images of the given spatial sizes (one per axis, or one for all).
///
/// Places are the middles of the elements: place i of o reads from (i + 1/2) s / o - 1/2. Interpolations: "nearest";
/// "bilinear"; "bicubic" (Keys, a = -1/2); "lanczos3" and "lanczos5" (a sine over 3 or 5 elements). Weights of places
/// outside of the image are left out and the others brought to the sum 1. With `antialias`, axes that become smaller
/// are smoothed: the kernel is as wide as s / o elements. Errors: an unknown interpolation; an empty image.
/// Cost: one matrix product per axis. Source: Keys, 1981; Keras, `ops.image.resize`.
Var resize(const Var& x, const std::vector<int64_t>& sizes, const std::string& interpolation = "bilinear",
           bool antialias = false);

}  // namespace cajal
