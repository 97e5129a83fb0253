#include "cajal/nn/layers/global_pooling.h"

namespace cajal {

CAJAL_LAYER(global_max_pooling2d, GlobalMaxPooling2D)

}  // namespace cajal
