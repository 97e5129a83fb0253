#include "cajal/nn/layers/adaptive_pooling.h"

namespace cajal {

CAJAL_LAYER(adaptive_max_pooling2d, AdaptiveMaxPooling2D)

}  // namespace cajal
