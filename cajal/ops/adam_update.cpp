#include "cajal/ops/internal/update.h"

namespace cajal {
namespace {

struct AdamUpdateOp : Update<AdamUpdateOp, AdamUpdate> {
  static constexpr std::string_view name = "adam_update", summary = "One step of Adam.";
  static constexpr size_t scalars = 2;
  size_t states() const { return amsgrad ? 3 : 2; }
  double rate(double learning_rate, double step) const {
    return learning_rate * std::sqrt(1 - std::pow(beta_2, step + 1)) / (1 - std::pow(beta_1, step + 1));
  }
  template <class C>
  void element(C& p, C g, C* s, C rate) const {
    s[0] += C(1 - beta_1) * (g - s[0]);
    s[1] += C(1 - beta_2) * (g * g - s[1]);
    if (amsgrad && s[1] > s[2]) s[2] = s[1];
    p -= rate * s[0] / (std::sqrt(s[amsgrad ? 2 : 1]) + C(epsilon));
  }
  static std::vector<Sample> samples() { return samples_with({{}, {0.5, 0.9, 1e-3, true, 0.01}}); }
};

}  // namespace

CAJAL_OP(adam_update, AdamUpdateOp)

Vars adam_update(const Vars& parameters, const Vars& gradients, const Vars& states, const Var& learning_rate,
                 const Var& step, const AdamUpdate& options) {
  return record_all(adam_update_op(), Attributes(options),
                    update_inputs(parameters, gradients, states, {learning_rate, step}));
}

}  // namespace cajal
