#include "cajal/nn/layers/depthwise_conv.h"

namespace cajal {

CAJAL_LAYER(depthwise_conv1d, DepthwiseConv1D)

}  // namespace cajal
