#include "cajal/nn/layers/conv.h"

namespace cajal {

CAJAL_LAYER(conv2d, Conv2D)

}  // namespace cajal
