#include "cajal/nn/layers/global_pooling.h"

namespace cajal {

CAJAL_LAYER(global_average_pooling3d, GlobalAveragePooling3D)

}  // namespace cajal
