#include "cajal/nn/layers/separable_conv.h"

namespace cajal {

CAJAL_LAYER(separable_conv1d, SeparableConv1D)

}  // namespace cajal
