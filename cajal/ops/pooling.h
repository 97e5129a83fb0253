// Pooling: each window of an image becomes one value per channel. One, two or three dimensions, channels last.
//
// Lists have one number per spatial axis, or one for all; `strides` left empty are the window's sizes.
// Errors: an image smaller than the window: with the sums. The versions for Tensors (cajal/eager/ops.h) are written
// from these lines.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cajal/graph/op.h"

namespace cajal {

/// The largest value of each window; the first of equals. Places outside of the image never win. NaN wins.
///
/// `padding` is "valid" or "same", as conv's. Shapes: [n, s..., c] -> [n, o..., c]. Types: any; the output's is the
/// input's. Gradient: dy goes to the place that won. Source: Keras, `ops.max_pool`.
Var max_pool(const Var& x, const std::vector<int64_t>& window, const std::vector<int64_t>& strides = {},
             const std::string& padding = "valid");

/// The mean of each window: of the places that lie in the image.
///
/// Types: floats. Gradient: dy / count, to each place of the window. Source: Keras, `ops.average_pool`.
Var average_pool(const Var& x, const std::vector<int64_t>& window, const std::vector<int64_t>& strides = {},
                 const std::string& padding = "valid");

/// max_pool, and which place of the window won: its row-major number within the window, uint8 where the window has at
/// most 256 places and int32 otherwise. With places outside of the image, and dilated windows (as ONNX has them).
Vars max_pool_with_index(const Var& x, const std::vector<int64_t>& window, const std::vector<int64_t>& strides,
                         const std::vector<int64_t>& low, const std::vector<int64_t>& high,
                         const std::vector<int64_t>& dilation = {1});

/// average_pool with places outside of the image, which count as zeros or not at all.
Var average_pool_padded(const Var& x, const std::vector<int64_t>& window, const std::vector<int64_t>& strides,
                        const std::vector<int64_t>& low, const std::vector<int64_t>& high, bool count_padding,
                        const std::vector<int64_t>& dilation = {1});

/// The largest value of each of `output_size` windows that cover the image: window i begins at floor(i s / o) and ends
/// at ceil((i + 1) s / o). Shapes: [n, s..., c] -> [n, output_size..., c]. Source: Keras, `AdaptiveMaxPooling2D`.
Var adaptive_max_pool(const Var& x, const std::vector<int64_t>& output_size);

/// The mean of each of those windows.
Var adaptive_average_pool(const Var& x, const std::vector<int64_t>& output_size);

}  // namespace cajal
