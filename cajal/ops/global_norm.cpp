#include "cajal/ops/internal/reduction.h"

namespace cajal {
namespace {

struct GlobalNorm {
  static constexpr std::string_view name = "global_norm", summary = "The length of all inputs seen as one vector.";
  Specs infer(std::span<const Spec> in) const {
    if (in.empty()) fail("at least one input was expected");
    for (const Spec& spec : in) {
      expect_float(spec);
      expect_same_type(in[0], spec);
    }
    return {Spec{{}, in[0].dtype}};
  }
  Vars gradient(const Derivative& d) const {
    const Var scale = where(d.y() > 0, d.dy() / where(d.y() > 0, d.y(), 1), 0);
    Vars out;
    for (size_t i = 0; i < d.inputs.size(); ++i) out.push_back(d.needed[i] ? d.inputs[i] * scale : Var());
    return out;
  }
  void reference(const Call& call) const {
    for_float_type(call.out[0].dtype, [&](auto zero) { length(call, call.out[0].as<decltype(zero)>()); });
  }
  template <class T>
  static void length(const Call& call, T* y) {
    double total = 0;
    for (const Operand& in : call.in)
      for (int64_t i = 0; i < in.size; ++i) total += double(in.as<T>()[i]) * double(in.as<T>()[i]);
    *y = T(Computed<T>(std::sqrt(total)));
  }
  static std::vector<Sample> samples() {
    return {{{}, {{{2, 3}}, {{4}}}, -1, 1},
            {{}, {{{}}}, 0.5, 1},
            {{}, {{{5, 7}}, {{}}, {{1, 3}}, {{0}}}, -1, 1},
            {{}, {{{3}}}, 0, 0, {}, false}};
  }
};

}  // namespace

CAJAL_OP(global_norm, GlobalNorm)

Var global_norm(const Vars& inputs) {
  if (inputs.empty()) return constant(Tensor::full({}, 0));
  return record(global_norm_op(), {}, inputs);
}

}  // namespace cajal
