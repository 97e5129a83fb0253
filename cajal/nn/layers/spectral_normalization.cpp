#include "cajal/nn/layers/spectral_normalization.h"

#include "cajal/nn/initializers.h"
#include "cajal/nn/internal/images.h"
#include "cajal/ops/elementwise.h"
#include "cajal/ops/linear_algebra.h"
#include "cajal/ops/reduction.h"
#include "cajal/ops/shape.h"

namespace cajal {
namespace {

Var of_length_one(const Var& x) { return x * rsqrt(maximum(sum(square(x)), 1e-12)); }

// The weight that is held: "kernel", or the table of an Embedding.
Variable held_weight(const Layer& layer) {
  for (const char* wanted : {"kernel", "embeddings"})
    for (const auto& weight : layer.state()->weights)
      if (weight.name == wanted) return weight.variable;
  fail("SpectralNormalization holds a kernel, and " + internal::title(layer) + " has none",
       "a layer such as Conv2D, Dense or Embedding");
}

}  // namespace

SpectralNormalization::SpectralNormalization(Options given) : options(std::move(given)) {
  set_class_name("SpectralNormalization");
  if (!options.layer) fail("SpectralNormalization needs a layer", "SpectralNormalization(Conv2D(64, 3))");
  if (options.power_iterations < 1)
    fail("SpectralNormalization needs at least 1 power iteration and was given " +
         std::to_string(options.power_iterations));
}

void SpectralNormalization::build(const Shape& input) {
  options.layer->build(input);
  kernel_ = held_weight(*options.layer);
  vector_u = add_weight("vector_u", {1, kernel_.shape().back()}, TruncatedNormal({.stddev = 0.02}),
                        {false, nullptr, nullptr, floatx()});
}

Var SpectralNormalization::call(Var x) {
  const Var kernel = kernel_, weights = reshape(kernel, {-1, kernel.dim(-1)});
  Var u = vector_u, v;
  for (int i = 0; i < options.power_iterations; ++i) {
    v = of_length_one(matmul(u, weights, false, true));
    u = of_length_one(matmul(v, weights));
  }
  const Var largest = matmul(matmul(v, weights), u, false, true);
  vector_u.assign(where(training(), u, Var(vector_u)));
  kernel_.assign(where(training(), kernel / reshape(largest, {}), kernel));
  return (*options.layer)(x);
}

// The layer inside keeps its name, by which its weights are found in a file.
Config SpectralNormalization::config() const {
  Config out = described("SpectralNormalization", options), inside = out["config"], layer = inside["layer"];
  layer.set("name", options.layer->name());
  inside.set("layer", layer);
  out.set("config", inside);
  return out;
}

CAJAL_LAYER(spectral_normalization, SpectralNormalization)

}  // namespace cajal
