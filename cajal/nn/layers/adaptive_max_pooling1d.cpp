#include "cajal/nn/layers/adaptive_pooling.h"

namespace cajal {

CAJAL_LAYER(adaptive_max_pooling1d, AdaptiveMaxPooling1D)

}  // namespace cajal
