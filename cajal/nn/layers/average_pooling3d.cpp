#include "cajal/nn/layers/pooling.h"

namespace cajal {

CAJAL_LAYER(average_pooling3d, AveragePooling3D)

}  // namespace cajal
