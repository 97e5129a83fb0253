#include "cajal/graph/graph.h"
#include "cajal/ops/internal/elementwise.h"

namespace cajal {
namespace {

struct Power : Binary<Power> {
  static constexpr std::string_view name = "power", summary = "a to the power of b.";
  template <class T>
  T apply(T a, T b) const {
    if constexpr (std::is_integral_v<T>) return integer_power(a, b);
    else return std::pow(a, b);
  }
  // By squaring. 1 / a^|b| without its fraction is 0, but for 1 and -1 (and 0, which has no inverse: 0 too).
  template <class T>
  static T integer_power(T a, T b) {
    if (b < T(0)) return a == T(1) ? T(1) : T(std::is_signed_v<T> && a == T(-1) ? (b % 2 == 0 ? 1 : -1) : 0);
    T result = 1;
    for (int64_t left = int64_t(b); left > 0; left /= 2) {
      if (left % 2) result = wrapped(result, a, std::multiplies<>());
      a = wrapped(a, a, std::multiplies<>());
    }
    return result;
  }
  Vars gradient(const Derivative& d) const {
    return {d.needed[0] ? base_gradient(d) : Var(), d.needed[1] ? exponent_gradient(d) : Var()};
  }
  // b a^(b-1) is 0 times infinity for a = b = 0, where the gradient is 0.
  static Var base_gradient(const Derivative& d) {
    const Var &a = d.x(0), &b = d.x(1);
    if (known_number(b).value_or(0) != 0) return d.dy() * (b * power(a, b - 1));
    return d.dy() * where(equal(b, 0), 0, b * power(a, where(equal(b, 0), 1, b - 1)));
  }
  static Var exponent_gradient(const Derivative& d) {
    const Var& a = d.x(0);
    return d.dy() * where(a > 0, d.y() * log(where(a > 0, a, 1)), 0);
  }
  static Value simplify(const Graph& graph, const GraphNode& node) { return without_neutral(graph, node, 1, false); }
  static std::vector<Sample> samples() {
    auto out = joined(binary_samples(0.4, 2), {edge_pairs(), integer_pairs(), integer_pairs(DType::int8)});
    const Tensor whole = Tensor::of({2.f, 3.f, -2.f});
    out.push_back({{}, {{{4, 3}}, {{3}}}, -2, -0.4, {{}, whole}, false});
    return out;
  }
};

}  // namespace

CAJAL_OP(power, Power)

Var power(const Var& a, const Var& b) {
  const std::array<Var, 2> both = promoted(a, b);
  // Squares are by far the commonest power, and two hundred times faster.
  if (b.spec().weak && known_number(both[1]) == 2.0 && a.dtype() == both[0].dtype()) return square(a);
  return record(power_op(), {}, {both[0], both[1]});
}

}  // namespace cajal
