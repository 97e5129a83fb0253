#include "cajal/nn/layers/softmax.h"

#include "cajal/ops/activation.h"

namespace cajal {

Softmax::Softmax(Options given) : options(std::move(given)) {
  set_class_name("Softmax");
  supports_masking = true;
}

Var Softmax::call(Var x) { return cajal::softmax(x, options.axis); }

CAJAL_LAYER(softmax, Softmax)

}  // namespace cajal
