#include "cajal/nn/initializers.h"
#include "cajal/nn/part_table.h"

namespace cajal {

CAJAL_PART(Initializer, initializer, lecun_normal, LecunNormal, "lecun_normal")

}  // namespace cajal
