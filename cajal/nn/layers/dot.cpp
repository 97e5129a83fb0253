#include "cajal/nn/layers/merge.h"
#include "cajal/ops/elementwise.h"
#include "cajal/ops/linear_algebra.h"
#include "cajal/ops/reduction.h"
#include "cajal/ops/shape.h"

namespace cajal {
namespace {

Var unit_length(const Var& x, int axis) { return x * rsqrt(maximum(sum(square(x), {axis}, true), 1e-12)); }

}  // namespace

Dot::Dot(Options given) : options(std::move(given)) {
  set_class_name("Dot");
  if (options.axes.size() == 1) options.axes.push_back(options.axes[0]);
  if (options.axes.size() != 2) fail("Dot expects one axis, or one for each of its two inputs");
}

Vars Dot::call_all(const Vars& inputs) {
  if (inputs.size() != 2) fail("Dot takes two values and was given " + std::to_string(inputs.size()));
  Var a = inputs[0], b = inputs[1];
  const int axis_a = normal_axis(options.axes[0], a.rank()), axis_b = normal_axis(options.axes[1], b.rank());
  if (axis_a == 0 || axis_b == 0) fail("Dot cannot sum over the batch axis");
  if (options.normalize) a = unit_length(a, axis_a), b = unit_length(b, axis_b);
  const bool flat_a = a.rank() == 2, flat_b = b.rank() == 2;
  if (a.rank() > 3 || b.rank() > 3)
    fail("Dot expects values of 2 or 3 axes and was given " + a.shape().text() + " and " + b.shape().text());
  if (flat_a) a = expand_dims(a, 1);
  if (flat_b) b = expand_dims(b, 1);
  // [batch, rest, summed] and [batch, summed, rest].
  if (!flat_a && axis_a == 1) a = swapaxes(a, 1, 2);
  if (!flat_b && axis_b == 1) b = swapaxes(b, 1, 2);
  Var out = matmul(a, b, false, true);
  if (flat_b) out = squeeze(out, {2});
  if (flat_a) out = squeeze(out, {1});
  return {flat_a && flat_b ? expand_dims(out, 1) : out};
}

CAJAL_LAYER(dot, Dot)

}  // namespace cajal
