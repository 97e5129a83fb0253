#include "cajal/nn/layers/adaptive_pooling.h"

namespace cajal {

CAJAL_LAYER(adaptive_average_pooling3d, AdaptiveAveragePooling3D)

}  // namespace cajal
