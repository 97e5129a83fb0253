#include "cajal/nn/layers/pooling.h"

namespace cajal {

CAJAL_LAYER(max_pooling2d, MaxPooling2D)

}  // namespace cajal
