#include "cajal/nn/layers/pooling.h"

namespace cajal {

CAJAL_LAYER(max_pooling3d, MaxPooling3D)

}  // namespace cajal
