#include "cajal/ops/internal/update.h"

namespace cajal {
namespace {

struct AdadeltaUpdateOp : Update<AdadeltaUpdateOp, AdadeltaUpdate> {
  static constexpr std::string_view name = "adadelta_update", summary = "One step of Adadelta.";
  static constexpr size_t scalars = 1;
  static size_t states() { return 2; }
  static double rate(double learning_rate, double) { return learning_rate; }
  template <class C>
  void element(C& p, C g, C* s, C rate) const {
    s[0] = C(rho) * s[0] + C(1 - rho) * g * g;
    const C change = g * std::sqrt(s[1] + C(epsilon)) / std::sqrt(s[0] + C(epsilon));
    s[1] = C(rho) * s[1] + C(1 - rho) * change * change;
    p -= rate * change;
  }
  static std::vector<Sample> samples() { return samples_with({{}, {0.8, 1e-3, 0.01}}); }
};

}  // namespace

CAJAL_OP(adadelta_update, AdadeltaUpdateOp)

Vars adadelta_update(const Vars& parameters, const Vars& gradients, const Vars& states, const Var& learning_rate,
                     const AdadeltaUpdate& options) {
  return record_all(adadelta_update_op(), Attributes(options),
                    update_inputs(parameters, gradients, states, {learning_rate}));
}

}  // namespace cajal
