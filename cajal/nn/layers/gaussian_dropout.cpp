#include "cajal/nn/layers/gaussian_dropout.h"

#include <cmath>

#include "cajal/ops/elementwise.h"
#include "cajal/ops/random.h"

namespace cajal {

GaussianDropout::GaussianDropout(Options given) : options(std::move(given)) {
  set_class_name("GaussianDropout");
  supports_masking = true;
  if (!(options.rate >= 0 && options.rate < 1))
    fail("GaussianDropout expects a rate of 0 or more, below 1, and was given " + std::to_string(options.rate));
}

Var GaussianDropout::call(Var x) {
  if (options.rate == 0) return x;
  return where(training(), x * random_normal_like(x, 1, std::sqrt(options.rate / (1 - options.rate))), x);
}

CAJAL_LAYER(gaussian_dropout, GaussianDropout)

}  // namespace cajal
