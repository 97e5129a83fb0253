#include "cajal/nn/layers/gaussian_noise.h"

#include "cajal/ops/elementwise.h"
#include "cajal/ops/random.h"

namespace cajal {

GaussianNoise::GaussianNoise(Options given) : options(std::move(given)) {
  set_class_name("GaussianNoise");
  supports_masking = true;
  if (!(options.stddev >= 0))
    fail("GaussianNoise expects a stddev of 0 or more and was given " + std::to_string(options.stddev));
}

Var GaussianNoise::call(Var x) { return where(training(), x + random_normal_like(x, 0, options.stddev), x); }

CAJAL_LAYER(gaussian_noise, GaussianNoise)

}  // namespace cajal
