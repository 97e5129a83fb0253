// Normalization that is a line of other ops.
#include "cajal/ops/internal/normalization.h"
#include "cajal/ops/internal/window.h"

namespace cajal {
namespace {

// The mean over the samples' places and over each group, for each channel of x [n, places, c]: [n, 1, c]. In two steps,
// the second one small: along neither is a row cut into pieces.
Var mean_of_groups(const Var& x, int64_t groups) {
  const Dim &batch = x.dim(0), size = x.dim(2);
  const Dim each = size.value() / groups;
  const Var means = mean(reshape(mean(x, {1}), {batch, groups, each}), {2}, true);
  return reshape(broadcast_to(means, {batch.is_symbolic() ? Dim(-1) : batch, groups, each}), {batch, 1, size});
}

}  // namespace

Var batch_norm_inference(const Var& x, const Var& gamma, const Var& beta, const Var& mean, const Var& variance,
                         double epsilon, const std::vector<int>& axes) {
  const ReductionAttributes reduction = normal_reduction(axes, false, x);
  const Shape kept = reduced_shape(x.shape(), reduction);
  for (const Var* parameter : {&gamma, &beta, &mean, &variance}) expect_parameter(x.spec(), parameter->spec(), kept);
  const Var scale = gamma * rsqrt(variance + epsilon), shift = beta - mean * scale;
  auto wide = [&](const Var& value) { return with_axes(value, reduction, x.rank()); };
  return cast(x * wide(scale) + wide(shift), x.dtype());
}

// The distance from the mean is made before it is squared or scaled: nothing is lost where the mean is large.
Var group_norm(const Var& x, const Var& gamma, const Var& beta, int64_t groups, double epsilon) {
  return named("group_norm", [&] {
    if (x.rank() < 2) fail("groups of the channels of " + x.spec().text(), "x is [batch, ..., channels]");
    const int64_t channels = known_size(x.shape(), -1);
    expect_groups(groups, channels, "channels");
    for (const Var* parameter : {&gamma, &beta}) expect_parameter(x.spec(), parameter->spec(), {channels});
    Dim places = 1;
    for (int axis = 1; axis < x.rank() - 1; ++axis) places = places * x.dim(axis);
    const Var rows = cast(reshape(x, {x.dim(0), places, channels}), gamma.dtype());
    const Var distance = rows - mean_of_groups(rows, groups);
    const Var variance = mean_of_groups(square(distance), groups);
    const Var y = distance * (rsqrt(variance + epsilon) * gamma) + beta;
    return reshape(cast(y, x.dtype()), x.shape());
  });
}

}  // namespace cajal
