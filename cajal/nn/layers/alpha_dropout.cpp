#include "cajal/nn/layers/alpha_dropout.h"

#include <cmath>

#include "cajal/nn/internal/noise.h"
#include "cajal/ops/elementwise.h"
#include "cajal/ops/random.h"

namespace cajal {

AlphaDropout::AlphaDropout(Options given) : options(std::move(given)) {
  set_class_name("AlphaDropout");
  supports_masking = true;
  if (!(options.rate >= 0 && options.rate < 1))
    fail("AlphaDropout expects a rate of 0 or more, below 1, and was given " + std::to_string(options.rate));
}

Var AlphaDropout::call(Var x) {
  if (options.rate == 0) return x;
  // selu's constants; a dropped value becomes its lower limit, and the result is stretched and shifted back.
  const double limit = -1.0507009873554805 * 1.6732632423543772;
  const double a = 1 / std::sqrt((1 - options.rate) * (1 + options.rate * limit * limit));
  const double b = -a * limit * options.rate;
  const Var kept = greater(dropout_mask(noise_like(x, options.noise_shape), options.rate), 0);
  return where(training(), where(kept, x, limit) * a + b, x);
}

CAJAL_LAYER(alpha_dropout, AlphaDropout)

}  // namespace cajal
