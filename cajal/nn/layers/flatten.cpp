#include "cajal/nn/layers/flatten.h"

#include "cajal/nn/internal/images.h"
#include "cajal/ops/shape.h"

namespace cajal {

Flatten::Flatten(Options given) : options(std::move(given)) { set_class_name("Flatten"); }

Var Flatten::call(Var x) {
  if (x.rank() == 0) fail("Flatten expects a batch and was given a scalar");
  if (x.rank() == 1) return expand_dims(x, 1);
  return flatten_from(internal::with_channels_last(x, options.data_format), 1);
}

Tensor rows_with_channels_last(const Tensor& kernel, const Shape& sample) {
  const int64_t channels = sample[0].value(), places = sample.slice(1, sample.rank()).size().value();
  if (kernel.rank() != 2 || kernel.dim(0) != channels * places)
    fail("the kernel of a Dense layer behind images " + sample.text() + " has " + std::to_string(channels * places) +
         " rows, and this one is " + kernel.shape().text());
  return kernel.reshape({channels, places, kernel.dim(1)}).transpose({1, 0, 2}).reshape(kernel.shape()).contiguous();
}

CAJAL_LAYER(flatten, Flatten)

}  // namespace cajal
