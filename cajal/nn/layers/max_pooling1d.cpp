#include "cajal/nn/layers/pooling.h"

namespace cajal {

CAJAL_LAYER(max_pooling1d, MaxPooling1D)

}  // namespace cajal
