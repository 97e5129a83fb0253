// Ops for the tests of this folder, which stands below the real ones.
#pragma once

#include <cmath>

#include "cajal/base/random.h"
#include "cajal/graph/graph.h"
#include "cajal/graph/needs.h"

namespace cajal::graph_test {

Var product(const Var& a, const Var& b);
Var sine(const Var& x, int quarters = 0);

struct Product {
  static constexpr std::string_view name = "product", summary = "a b, inputs of one shape or scalars.";
  Specs infer(std::span<const Spec> in) const {
    if (in[0].dtype != in[1].dtype) fail("product of two types");
    return {Spec{broadcast(in[0].shape, in[1].shape), in[0].dtype}};
  }
  Vars gradient(const Derivative& d) const { return {product(d.dy(), d.x(1)), product(d.dy(), d.x(0))}; }
  template <class T>
  void reference(const Call& call) const {
    const Operand &a = call.in[0], &b = call.in[1];
    for (int64_t i = 0; i < call.out[0].size; ++i)
      call.out[0].as<T>()[i] = T(a.as<T>()[a.size == 1 ? 0 : i] * b.as<T>()[b.size == 1 ? 0 : i]);
  }
  // x * 1 is x.
  static Value simplify(const Graph& graph, const GraphNode& node) {
    const Tensor factor = constant_value(graph, node.inputs[1]);
    return factor.defined() && factor.size() == 1 && factor.item() == 1 ? node.inputs[0] : Value{};
  }
};

struct Sine {
  static constexpr std::string_view name = "sine", summary = "sin(x + quarters pi / 2).";
  int quarters = 0;
  template <class V>
  void fields(V& v) const {
    v("quarters", quarters);
  }
  Specs infer(std::span<const Spec> in) const {
    if (!is_float(in[0].dtype)) fail("sine expects floats and was given " + std::string(cajal::name(in[0].dtype)));
    return {Spec{in[0].shape, in[0].dtype}};
  }
  Vars gradient(const Derivative& d) const { return {product(d.dy(), sine(d.x(), quarters + 1))}; }
  template <class T>
  void reference(const Call& call) const {
    for (int64_t i = 0; i < call.out[0].size; ++i)
      call.out[0].as<T>()[i] = T(std::sin(double(call.in[0].as<T>()[i]) + quarters * std::acos(0.0)));
  }
};

struct Noise {
  static constexpr std::string_view name = "noise", summary = "Random numbers of x's shape.";
  static constexpr bool random = true;
  Specs infer(std::span<const Spec> in) const { return {Spec{in[0].shape, in[0].dtype}}; }
  template <class T>
  void reference(const Call& call) const {
    for (int64_t i = 0; i < call.out[0].size; ++i)
      call.out[0].as<T>()[i] =
          T(random::mix(call.random_id + call.run->seed + call.run->step + uint64_t(i)) % 1000) / T(1000);
  }
};

struct PlusMinus {
  static constexpr std::string_view name = "plus_minus", summary = "a + b and a - b.";
  Specs infer(std::span<const Spec> in) const { return {in[0], in[0]}; }
  // A result that nobody used has no gradient.
  Vars gradient(const Derivative& d) const {
    if (!d.dy(0).defined()) return {d.dy(1), product(d.dy(1), constant_like(-1, d.dy(1)))};
    if (!d.dy(1).defined()) return {d.dy(0), d.dy(0)};
    return {add(d.dy(0), d.dy(1)), subtract(d.dy(0), d.dy(1))};
  }
  template <class T>
  void reference(const Call& call) const {
    for (int64_t i = 0; i < call.out[0].size; ++i) {
      call.out[0].as<T>()[i] = T(call.in[0].as<T>()[i] + call.in[1].as<T>()[i]);
      call.out[1].as<T>()[i] = T(call.in[0].as<T>()[i] - call.in[1].as<T>()[i]);
    }
  }
};

inline CAJAL_OP(product, Product) inline CAJAL_OP(sine, Sine) inline CAJAL_OP(noise, Noise) inline CAJAL_OP(plus_minus,
                                                                                                            PlusMinus)

    inline Var product(const Var& a, const Var& b) {
  return record(product_op(), {}, {a, b});
}
inline Var sine(const Var& x, int quarters) { return record(sine_op(), Attributes(Sine{quarters}), {x}); }
inline Var noise(const Var& x) { return record(noise_op(), {}, {x}); }
inline Vars plus_minus(const Var& a, const Var& b) { return record_all(plus_minus_op(), {}, {a, b}); }

/// A float64 scalar.
inline Tensor number(double value) { return Tensor::full({}, value, DType::float64); }
inline Var scalar_input() { return placeholder({}, DType::float64); }

/// The values of scalars, for scalar inputs.
inline std::vector<double> run(const Graph& graph, const std::vector<double>& inputs = {}) {
  std::vector<Tensor> tensors;
  for (double input : inputs) tensors.push_back(number(input));
  std::vector<double> out;
  for (const Tensor& result : evaluate(graph, tensors)) out.push_back(result.item());
  return out;
}

/// The message of the Error that `f` throws.
template <class F>
std::string message_of(F&& f) {
  try {
    f();
  } catch (const Error& error) {
    return error.message();
  }
  return "nothing was thrown";
}

}  // namespace cajal::graph_test
