#include "cajal/nn/layers/global_pooling.h"

namespace cajal {

CAJAL_LAYER(global_max_pooling3d, GlobalMaxPooling3D)

}  // namespace cajal
