#include "cajal/nn/layers/permute.h"

#include "cajal/ops/shape.h"

namespace cajal {

Permute::Permute(Options given) : options(std::move(given)) { set_class_name("Permute"); }

Var Permute::call(Var x) {
  if (int(options.dims.size()) != x.rank() - 1)
    fail("Permute was given " + std::to_string(options.dims.size()) + " axes for samples with " +
         std::to_string(x.rank() - 1));
  std::vector<int> axes{0};
  axes.insert(axes.end(), options.dims.begin(), options.dims.end());
  return transpose(x, axes);
}

CAJAL_LAYER(permute, Permute)

}  // namespace cajal
