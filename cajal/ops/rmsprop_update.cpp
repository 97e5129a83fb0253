#include "cajal/ops/internal/update.h"

namespace cajal {
namespace {

struct RmspropUpdateOp : Update<RmspropUpdateOp, RmspropUpdate> {
  static constexpr std::string_view name = "rmsprop_update", summary = "One step of RMSprop.";
  static constexpr size_t scalars = 1;
  size_t states() const { return 1u + centered + (momentum > 0); }
  static double rate(double learning_rate, double) { return learning_rate; }
  template <class C>
  void element(C& p, C g, C* s, C rate) const {
    s[0] = C(rho) * s[0] + C(1 - rho) * g * g;
    C square = s[0] + C(epsilon);
    if (centered) {
      s[1] = C(rho) * s[1] + C(1 - rho) * g;
      square = s[0] - s[1] * s[1] + C(epsilon);
    }
    C change = rate * g / std::sqrt(square);
    if (momentum > 0) change = s[1 + centered] = C(momentum) * s[1 + centered] + change;
    p -= change;
  }
  static std::vector<Sample> samples() {
    return samples_with({{}, {0.8, 0.5, 1e-3, false, 0.01}, {0.5, 0.9, 1.0, true}});
  }
};

}  // namespace

CAJAL_OP(rmsprop_update, RmspropUpdateOp)

Vars rmsprop_update(const Vars& parameters, const Vars& gradients, const Vars& states, const Var& learning_rate,
                    const RmspropUpdate& options) {
  return record_all(rmsprop_update_op(), Attributes(options),
                    update_inputs(parameters, gradients, states, {learning_rate}));
}

}  // namespace cajal
