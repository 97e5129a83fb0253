#include "cajal/nn/layers/global_pooling.h"

namespace cajal {

CAJAL_LAYER(global_max_pooling1d, GlobalMaxPooling1D)

}  // namespace cajal
