#include "cajal/nn/layers/conv_transpose.h"

namespace cajal {

CAJAL_LAYER(conv2d_transpose, Conv2DTranspose)

}  // namespace cajal
