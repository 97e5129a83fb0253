#include "cajal/nn/layers/global_pooling.h"

namespace cajal {

CAJAL_LAYER(global_average_pooling2d, GlobalAveragePooling2D)

}  // namespace cajal
