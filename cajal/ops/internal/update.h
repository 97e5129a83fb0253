// What the optimizer updates share: n parameters, n gradients, n of each state, then scalars.
#pragma once

#include "cajal/ops/internal/elementwise.h"
#include "cajal/ops/optimizer.h"

namespace cajal {

inline double scalar_of(const Operand& operand) {
  double value = 0;
  for_type(operand.dtype, [&](auto zero) { value = double(*operand.as<decltype(zero)>()); });
  return value;
}

/// `Options` holds the attributes. O has: `static constexpr size_t scalars` (1: learning rate, 2: step too);
/// `size_t states() const`: states per parameter; `double rate(double learning_rate, double step) const`; and
/// `template <class C> void element(C& p, C g, C* s, C rate) const` for one element, where s[k] is its state k.
template <class O, class Options>
struct Update : Options {
  size_t count(size_t inputs) const { return (inputs - O::scalars) / (2 + self().states()); }

  Specs infer(std::span<const Spec> in) const {
    const size_t kinds = 2 + self().states(), n = in.size() < O::scalars ? 0 : count(in.size());
    if (in.size() != n * kinds + O::scalars)
      fail("n parameters, n gradients, n of each of " + std::to_string(self().states()) + " states and " +
           std::to_string(O::scalars) + " scalars were expected, not " + std::to_string(in.size()) + " values");
    for (size_t i = 0; i < n * kinds; ++i) expect_like(in[i % n], in[i], i / n);
    for (size_t i = n * kinds; i < in.size(); ++i)
      if (!in[i].shape.empty()) fail("rates and steps are scalars, not " + in[i].text());
    Specs out(in.begin(), in.begin() + std::ptrdiff_t(n));
    out.insert(out.end(), in.begin() + std::ptrdiff_t(2 * n), in.begin() + std::ptrdiff_t(n * kinds));
    return out;
  }
  static void expect_like(const Spec& parameter, const Spec& other, size_t kind) {
    expect_float(parameter);
    if (!(other == parameter))
      fail(std::string(kind == 1 ? "the gradient" : "a state") + " of a parameter " + parameter.text() + " is " +
           other.text());
  }
  // Each parameter and each state is replaced by its new version.
  std::vector<std::pair<int, int>> in_place(size_t inputs) const {
    const int n = int(count(inputs)), states = int(self().states());
    std::vector<std::pair<int, int>> out;
    for (int i = 0; i < n; ++i) out.emplace_back(i, i);
    for (int i = 0; i < n * states; ++i) out.emplace_back(2 * n + i, n + i);
    return out;
  }

  void reference(const Call& call) const {
    const size_t n = count(call.in.size()), first = call.in.size() - O::scalars;
    const double learning_rate = scalar_of(call.in[first]);
    const double rate = self().rate(learning_rate, O::scalars > 1 ? scalar_of(call.in[first + O::scalars - 1]) : 0);
    for (size_t i = 0; i < n; ++i)
      for_float_type(call.in[i].dtype, [&](auto zero) { update<decltype(zero)>(call, n, i, learning_rate, rate); });
  }
  template <class T>
  void update(const Call& call, size_t n, size_t i, double learning_rate, double rate) const {
    using C = Computed<T>;
    const size_t states = self().states();
    C state[4] = {};
    for (int64_t at = 0; at < call.in[i].size; ++at) {
      C p = call.in[i].as<T>()[at];
      for (size_t k = 0; k < states; ++k) state[k] = call.in[(2 + k) * n + i].template as<T>()[at];
      p -= p * C(this->weight_decay * learning_rate);
      self().element(p, C(call.in[n + i].as<T>()[at]), state, C(rate));
      call.out[i].as<T>()[at] = T(p);
      for (size_t k = 0; k < states; ++k) call.out[(1 + k) * n + i].template as<T>()[at] = T(state[k]);
    }
  }
  const O& self() const { return *static_cast<const O*>(this); }

  /// One parameter, and three of different shapes; all values positive, as squares are.
  static std::vector<Sample> samples_with(const std::vector<Options>& variants) {
    std::vector<Sample> out;
    for (const Options& options : variants)
      for (const std::vector<Shape>& shapes : {std::vector<Shape>{{2, 3}}, std::vector<Shape>{{5, 7}, {}, {1, 19}}}) {
        O op;
        static_cast<Options&>(op) = options;
        Sample sample{Attributes(op), {}, 0.1, 1};
        for (size_t kind = 0; kind < 2 + op.states(); ++kind)
          for (const Shape& shape : shapes) sample.inputs.push_back({shape});
        sample.inputs.push_back({});
        sample.values.resize(sample.inputs.size());
        if (O::scalars > 1) {
          sample.inputs.push_back({{}, DType::int64});
          sample.values.push_back(Tensor(3).cast(DType::int64));
        }
        out.push_back(std::move(sample));
      }
    return out;
  }
};

/// The inputs in the order of the op.
inline Vars update_inputs(const Vars& parameters, const Vars& gradients, const Vars& states, const Vars& scalars) {
  Vars out = parameters;
  for (const Vars* more : {&gradients, &states, &scalars}) out.insert(out.end(), more->begin(), more->end());
  return out;
}

}  // namespace cajal
