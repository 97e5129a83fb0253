#include "cajal/nn/layers/adaptive_pooling.h"

namespace cajal {

CAJAL_LAYER(adaptive_max_pooling3d, AdaptiveMaxPooling3D)

}  // namespace cajal
