// Where the work of a convolution is cut. Each piece is a smaller convolution, done by one thread: oneDNN's own threads
// would fight with Cajal's. The places depend on the sizes only, so that the bits do not depend on the threads.
#pragma once

#include <vector>

#include "cajal/backends/onednn/internal/types.h"

namespace cajal::onednn {

struct ConvPiece {
  ConvGeometry sizes;
  int64_t image = 0, result = 0;  ///< where its image and its result begin, in elements
};

/// Pieces whose outputs lie side by side, in their order; for the gradient of the kernel, pieces whose outputs are to
/// be added. `whole` as it is, where it is not worth cutting.
///
/// Of bfloat16 operands the output of a piece is float32 first, in scratch memory, and is to stay in the second cache
/// until it is rounded: pieces are smaller there, whatever the output is.
std::vector<ConvPiece> cut(ConvKind kind, const ConvGeometry& whole, DType operands = DType::float32);

}  // namespace cajal::onednn
