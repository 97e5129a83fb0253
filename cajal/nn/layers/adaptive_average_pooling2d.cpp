#include "cajal/nn/layers/adaptive_pooling.h"

namespace cajal {

CAJAL_LAYER(adaptive_average_pooling2d, AdaptiveAveragePooling2D)

}  // namespace cajal
