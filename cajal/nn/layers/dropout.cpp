#include "cajal/nn/layers/dropout.h"

#include "cajal/nn/internal/noise.h"
#include "cajal/ops/elementwise.h"
#include "cajal/ops/random.h"

namespace cajal {

Dropout::Dropout(Options given) : options(std::move(given)) {
  set_class_name("Dropout");
  supports_masking = true;
  if (!(options.rate >= 0 && options.rate <= 1))
    fail("Dropout expects a rate from 0 to 1 and was given " + std::to_string(options.rate), "Dropout(0.2)");
}

Var Dropout::call(Var x) {
  if (options.rate == 0) return x;
  return where(training(), x * dropout_mask(noise_like(x, options.noise_shape), options.rate), x);
}

CAJAL_LAYER(dropout, Dropout)

}  // namespace cajal
