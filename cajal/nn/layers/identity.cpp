#include "cajal/nn/layers/identity.h"

namespace cajal {

Identity::Identity(Options given) : options(std::move(given)) {
  set_class_name("Identity");
  supports_masking = true;
}

Var Identity::call(Var x) { return cajal::identity(x); }

CAJAL_LAYER(identity, Identity)

}  // namespace cajal
