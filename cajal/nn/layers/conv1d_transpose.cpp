#include "cajal/nn/layers/conv_transpose.h"

namespace cajal {

CAJAL_LAYER(conv1d_transpose, Conv1DTranspose)

}  // namespace cajal
