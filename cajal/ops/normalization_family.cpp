// Normalization that is a line of other ops.
#include "cajal/ops/internal/normalization.h"

namespace cajal {

Var batch_norm_inference(const Var& x, const Var& gamma, const Var& beta, const Var& mean, const Var& variance,
                         double epsilon, const std::vector<int>& axes) {
  const ReductionAttributes reduction = normal_reduction(axes, false, x);
  const Shape kept = reduced_shape(x.shape(), reduction);
  for (const Var* parameter : {&gamma, &beta, &mean, &variance}) expect_parameter(x.spec(), parameter->spec(), kept);
  const Var scale = gamma * rsqrt(variance + epsilon), shift = beta - mean * scale;
  auto wide = [&](const Var& value) { return with_axes(value, reduction, x.rank()); };
  return cast(x * wide(scale) + wide(shift), x.dtype());
}

}  // namespace cajal
