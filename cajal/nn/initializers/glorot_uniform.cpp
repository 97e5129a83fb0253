#include "cajal/nn/initializers.h"
#include "cajal/nn/part_table.h"

namespace cajal {

CAJAL_PART(Initializer, initializer, glorot_uniform, GlorotUniform, "glorot_uniform")

}  // namespace cajal
