#include "cajal/nn/layers/dropout.h"

#include "cajal/ops/elementwise.h"
#include "cajal/ops/random.h"
#include "cajal/ops/shape.h"

namespace cajal {

Dropout::Dropout(Options given) : options(std::move(given)) {
  set_class_name("Dropout");
  supports_masking = true;
  if (!(options.rate >= 0 && options.rate <= 1))
    fail("Dropout expects a rate from 0 to 1 and was given " + std::to_string(options.rate), "Dropout(0.2)");
}

Var Dropout::call(Var x) {
  if (options.rate == 0) return x;
  const Var like = options.noise_shape.empty() ? x : broadcast_to(constant_like(0, x), noise_shape(x));
  return where(training(), x * dropout_mask(like, options.rate), x);
}

// 1 repeats the same choice along that axis; -1 (or the batch) takes the size of the input.
Shape Dropout::noise_shape(const Var& x) const {
  Shape out;
  for (int axis = 0; axis < x.rank(); ++axis) {
    const Dim given = axis < options.noise_shape.rank() ? options.noise_shape[axis] : Dim(1);
    out.push_back(given.is_symbolic() || given == -1 ? x.dim(axis) : given);
  }
  return out;
}

CAJAL_LAYER(dropout, Dropout)

}  // namespace cajal
