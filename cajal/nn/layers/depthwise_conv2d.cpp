#include "cajal/nn/layers/depthwise_conv.h"

namespace cajal {

CAJAL_LAYER(depthwise_conv2d, DepthwiseConv2D)

}  // namespace cajal
