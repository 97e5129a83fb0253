#include "cajal/nn/layers/conv.h"

namespace cajal {

CAJAL_LAYER(conv1d, Conv1D)

}  // namespace cajal
