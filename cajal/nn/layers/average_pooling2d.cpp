#include "cajal/nn/layers/pooling.h"

namespace cajal {

CAJAL_LAYER(average_pooling2d, AveragePooling2D)

}  // namespace cajal
