// Each element by itself.
#include <limits>

#include "cajal/ops/activation.h"
#include "cajal/ops/elementwise.h"
#include "operators.h"

namespace cajal::onnx_cases {
namespace {

template <class F>
Operator one(F f) {
  return [f](const NodeCall& call) -> Vars { return {f(call.x())}; };
}
template <class F>
Operator two(F f) {
  return [f](const NodeCall& call) -> Vars { return {f(call.x(0), call.x(1))}; };
}
// Of any number of values, from left to right.
template <class F>
Operator folded(F f) {
  return [f](const NodeCall& call) -> Vars {
    Var out = call.x(0);
    for (size_t i = 1; i < call.size(); ++i) out = f(out, call.x(i));
    return {out};
  };
}

Vars division(const NodeCall& call) {
  if (is_float(call.x(0).dtype())) return {divide(call.x(0), call.x(1))};
  const Var quotient = floor_divide(abs(call.x(0)), abs(call.x(1)));  // towards zero
  return {quotient * sign(call.x(0)) * sign(call.x(1))};
}

Vars remainder(const NodeCall& call) {
  const Var &a = call.x(0), &b = call.x(1);
  if (!call.integer("fmod", 0)) return {mod(a, b)};
  const Var rest = mod(abs(a), abs(b));  // with the sign of a
  return {where(less(a, constant_like(0, a)), negative(rest), rest)};
}

Vars clipping(const NodeCall& call) {
  Var out = call.x();
  if (call.has(1)) out = maximum(out, call.x(1));
  if (call.has(2)) out = minimum(out, call.x(2));
  return {out};
}

Vars infinite(const NodeCall& call) {
  const Var &x = call.x(), zero = constant_like(0, x);
  Var out = isinf(x);
  if (!call.integer("detect_negative", 1)) out = logical_and(out, greater(x, zero));
  if (!call.integer("detect_positive", 1)) out = logical_and(out, less(x, zero));
  return {out};
}

Vars shrinking(const NodeCall& call) {
  const double edge = call.number("lambd", 0.5), bias = call.number("bias", 0);
  const Var &x = call.x(), zero = constant_like(0, x);
  return {where(less(x, constant_like(-edge, x)), x + bias, where(greater(x, constant_like(edge, x)), x - bias, zero))};
}

void add_functions(Operators& to) {
  to["Abs"] = one(cajal::abs), to["Neg"] = one(negative), to["Sign"] = one(sign), to["Reciprocal"] = one(reciprocal);
  to["Sqrt"] = one(cajal::sqrt), to["Exp"] = one(cajal::exp), to["Log"] = one(cajal::log), to["Erf"] = one(cajal::erf);
  to["Sin"] = one(cajal::sin), to["Cos"] = one(cajal::cos), to["Tan"] = one(cajal::tan);
  to["Asin"] = one(arcsin), to["Acos"] = one(arccos), to["Atan"] = one(arctan);
  to["Sinh"] = one(cajal::sinh), to["Cosh"] = one(cajal::cosh), to["Tanh"] = one(cajal::tanh);
  to["Asinh"] = one(arcsinh), to["Acosh"] = one(arccosh), to["Atanh"] = one(arctanh);
  to["Floor"] = one(cajal::floor), to["Ceil"] = one(cajal::ceil), to["Round"] = one(cajal::round);
  to["IsNaN"] = one(cajal::isnan), to["IsInf"] = infinite, to["Not"] = one(logical_not);
}

void add_arithmetic(Operators& to) {
  to["Add"] = two(add), to["Sub"] = two(subtract), to["Mul"] = two(multiply), to["Div"] = division;
  to["Mod"] = remainder;
  to["Pow"] = [](const NodeCall& call) -> Vars { return {cast(power(call.x(0), call.x(1)), call.x(0).dtype())}; };
  to["Max"] = folded(maximum), to["Min"] = folded(minimum), to["Sum"] = folded(add);
  to["Mean"] = [](const NodeCall& call) -> Vars { return {folded(add)(call)[0] / double(call.size())}; };
  to["Clip"] = clipping;
  to["And"] = two(logical_and), to["Or"] = two(logical_or), to["Xor"] = two(logical_xor);
  to["Equal"] = two(equal), to["Less"] = two(less), to["LessOrEqual"] = two(less_equal);
  to["Greater"] = two(greater), to["GreaterOrEqual"] = two(greater_equal);
  to["Where"] = [](const NodeCall& call) -> Vars { return {where(call.x(0), call.x(1), call.x(2))}; };
}

void add_activations(Operators& to) {
  to["Relu"] = one(relu), to["Sigmoid"] = one(sigmoid), to["HardSwish"] = one(hard_silu), to["Mish"] = one(mish);
  to["Softplus"] = one(softplus), to["Softsign"] = one(softsign), to["Shrink"] = shrinking;
  to["PRelu"] = [](const NodeCall& call) -> Vars { return {relu(call.x()) - call.x(1) * relu(negative(call.x()))}; };
  to["LeakyRelu"] = [](const NodeCall& call) -> Vars { return {leaky_relu(call.x(), call.number("alpha", 0.01))}; };
  to["ThresholdedRelu"] = [](const NodeCall& call) -> Vars {
    return {threshold(call.x(), call.number("alpha", 1), 0)};
  };
  to["Elu"] = [](const NodeCall& call) -> Vars { return {elu(call.x(), call.number("alpha", 1))}; };
  to["Celu"] = [](const NodeCall& call) -> Vars { return {celu(call.x(), call.number("alpha", 1))}; };
  to["Selu"] = [](const NodeCall& call) -> Vars {
    if (!call.given("alpha") && !call.given("gamma")) return {selu(call.x())};
    return {call.number("gamma", 1.05070102214813232421875) *
            elu(call.x(), call.number("alpha", 1.67326319217681884765625))};
  };
  to["Gelu"] = [](const NodeCall& call) -> Vars {
    return {gelu(call.x(), call.text("approximate", "none") == "tanh")};
  };
  to["Swish"] = [](const NodeCall& call) -> Vars { return {call.x() * sigmoid(call.number("alpha", 1) * call.x())}; };
  to["HardSigmoid"] = [](const NodeCall& call) -> Vars {
    return {clip(call.number("alpha", 0.2) * call.x() + call.number("beta", 0.5), 0, 1)};
  };
}

}  // namespace

void add_elementwise_operators(Operators& to) {
  add_functions(to);
  add_arithmetic(to);
  add_activations(to);
}

}  // namespace cajal::onnx_cases
