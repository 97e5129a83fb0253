#include "cajal/nn/layers/conv.h"

namespace cajal {

CAJAL_LAYER(conv3d, Conv3D)

}  // namespace cajal
