#include "cajal/nn/layers/pooling.h"

namespace cajal {

CAJAL_LAYER(average_pooling1d, AveragePooling1D)

}  // namespace cajal
