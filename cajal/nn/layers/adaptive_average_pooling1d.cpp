#include "cajal/nn/layers/adaptive_pooling.h"

namespace cajal {

CAJAL_LAYER(adaptive_average_pooling1d, AdaptiveAveragePooling1D)

}  // namespace cajal
