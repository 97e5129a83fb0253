#include "cajal/nn/layers/activity_regularization.h"

#include "cajal/ops/elementwise.h"
#include "cajal/ops/reduction.h"

namespace cajal {

ActivityRegularization::ActivityRegularization(Options given) : options(std::move(given)) {
  set_class_name("ActivityRegularization");
  supports_masking = true;
}

Var ActivityRegularization::call(Var x) {
  const Var size = sum(abs(x)) * options.l1 + sum(square(x)) * options.l2;
  add_loss(size / batch_count(x));
  return x;
}

CAJAL_LAYER(activity_regularization, ActivityRegularization)

}  // namespace cajal
