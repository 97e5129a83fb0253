#include "cajal/ops/internal/update.h"

namespace cajal {
namespace {

struct SgdUpdateOp : Update<SgdUpdateOp, SgdUpdate> {
  static constexpr std::string_view name = "sgd_update", summary = "One step of gradient descent.";
  static constexpr size_t scalars = 1;
  size_t states() const { return momentum != 0; }
  static double rate(double learning_rate, double) { return learning_rate; }
  template <class C>
  void element(C& p, C g, C* s, C rate) const {
    if (momentum == 0) {
      p -= rate * g;
      return;
    }
    s[0] = C(momentum) * s[0] - rate * g;
    p += nesterov ? C(momentum) * s[0] - rate * g : s[0];
  }
  static std::vector<Sample> samples() { return samples_with({{}, {0.9, false}, {0.9, true, 0.01}}); }
};

}  // namespace

CAJAL_OP(sgd_update, SgdUpdateOp)

Vars sgd_update(const Vars& parameters, const Vars& gradients, const Vars& states, const Var& learning_rate,
                const SgdUpdate& options) {
  return record_all(sgd_update_op(), Attributes(options),
                    update_inputs(parameters, gradients, states, {learning_rate}));
}

}  // namespace cajal
