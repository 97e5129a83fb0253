#include "cajal/nn/layers/separable_conv.h"

namespace cajal {

CAJAL_LAYER(separable_conv2d, SeparableConv2D)

}  // namespace cajal
