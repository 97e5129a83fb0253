#include "cajal/ops/internal/elementwise.h"

namespace cajal {
namespace {

struct Mod : Binary<Mod> {
  static constexpr std::string_view name = "mod", summary = "What is left of a after whole multiples of b.";
  template <class T>
  T apply(T a, T b) const {
    if constexpr (std::is_integral_v<T>) {
      if (b == T(0) || (std::is_signed_v<T> && b == T(-1))) return T(0);  // the smallest integer has no negative
      const T rest = T(a % b);
      return rest != T(0) && (rest < T(0)) != (b < T(0)) ? T(rest + b) : rest;
    } else {
      const T rest = std::fmod(a, b);
      if (rest == 0) return std::copysign(T(0), b);
      return (rest < 0) != (b < 0) ? rest + b : rest;
    }
  }
  Vars gradient(const Derivative& d) const {
    return {d.dy(), d.needed[1] ? -(d.dy() * floor_divide(d.x(0), d.x(1))) : Var()};
  }
  // Quotients that are far from whole numbers, where the function jumps.
  static std::vector<Sample> samples() {
    const Tensor a = Tensor::of({5.5f, -5.5f, 5.5f, -5.5f, 0.3f, 7.2f}),
                 b = Tensor::of({2.f, 2.f, -2.f, -2.f, 1.f, 0.7f});
    return {{{}, {{{6}}, {{6}}}, 0, 0, {a, b}},
            {{}, {{{2, 3}}, {{1}}}, 0.1, 1.9, {{}, Tensor::of({2.f})}},
            edge_pairs(),
            integer_pairs(),
            integer_pairs(DType::int8),
            integer_pairs(DType::uint8)};
  }
};

}  // namespace

CAJAL_OP(mod, Mod)

Var mod(const Var& a, const Var& b) { return record_binary(mod_op(), a, b); }

}  // namespace cajal
