#include "cajal/ops/internal/promotion.h"

#include "cajal/graph/graph.h"
#include "cajal/graph/needs.h"

namespace cajal {
namespace {

DType common_type(const Vars& inputs) {
  DType strong = DType::boolean;
  for (const Var& input : inputs)
    if (!input.spec().weak) strong = promote(strong, input.dtype());
  DType out = strong;
  for (const Var& input : inputs) {
    const bool wider_kind = is_float(input.dtype()) > is_float(out) || out == DType::boolean;
    if (input.spec().weak && wider_kind) out = input.dtype();
  }
  return out;
}

}  // namespace

Vars promoted(const Vars& inputs) {
  if (inputs.empty()) fail("an empty list of tensors");
  const DType type = common_type(inputs);
  Vars out;
  for (const Var& input : inputs) out.push_back(in_type(input, type));
  return out;
}

Var in_type(const Var& x, DType type) {
  if (x.dtype() == type) return x;
  if (!x.spec().weak || x.node()->op != &constant_op()) return cast(x, type);
  const Tensor& value = x.node()->attributes.as<ConstantAttributes>().value;
  if (!is_float(type)) return constant(value.cast(type));
  return record(constant_op(), Attributes(ConstantAttributes{value.cast(DType::float64), false, type}), {});
}

}  // namespace cajal
