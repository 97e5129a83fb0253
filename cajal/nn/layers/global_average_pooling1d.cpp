#include "cajal/nn/internal/images.h"
#include "cajal/nn/layers/global_pooling.h"
#include "cajal/ops/elementwise.h"
#include "cajal/ops/reduction.h"
#include "cajal/ops/shape.h"

namespace cajal {

Var GlobalAveragePooling1D::call(Var x) {
  const Var mask = x.mask();
  if (!mask.defined() || mask.rank() != 2) return GlobalAveragePooling::call(x);
  const bool first = options.data_format.channels_first();
  const int steps = first ? 2 : 1;
  x = internal::as_float(x, floatx());
  const Var counts = expand_dims(mask, first ? 1 : 2);
  const Var total = sum(where(counts, x, 0), {steps}, options.keepdims);
  return total / sum(cast(counts, x.dtype()), {steps}, options.keepdims);
}

CAJAL_LAYER(global_average_pooling1d, GlobalAveragePooling1D)

}  // namespace cajal
