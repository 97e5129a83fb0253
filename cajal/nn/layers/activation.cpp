#include "cajal/nn/layers/activation.h"

namespace cajal {

Activation::Activation(Options given) : options(std::move(given)) {
  set_class_name("Activation");
  supports_masking = true;
}

Var Activation::call(Var x) { return options.activation(x); }

CAJAL_LAYER(activation, Activation)

}  // namespace cajal
