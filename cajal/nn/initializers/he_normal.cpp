#include "cajal/nn/initializers.h"
#include "cajal/nn/part_table.h"

namespace cajal {

CAJAL_PART(Initializer, initializer, he_normal, HeNormal, "he_normal")

}  // namespace cajal
