#include "cajal/nn/layers/merge.h"
#include "cajal/ops/shape.h"

namespace cajal {

Concatenate::Concatenate(Options given) : options(std::move(given)) { set_class_name("Concatenate"); }

Vars Concatenate::call_all(const Vars& inputs) {
  if (inputs.size() < 2)
    fail("'" + name() + "' joins two values or more and was given " + std::to_string(inputs.size()),
         "Concatenate()({x, y})");
  return {concatenate(inputs, options.axis)};
}

CAJAL_LAYER(concatenate, Concatenate)

}  // namespace cajal
