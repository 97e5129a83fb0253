#include "cajal/nn/layers/conv_transpose.h"

namespace cajal {

CAJAL_LAYER(conv3d_transpose, Conv3DTranspose)

}  // namespace cajal
