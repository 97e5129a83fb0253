#include "cajal/ops/internal/update.h"

namespace cajal {
namespace {

struct AdagradUpdateOp : Update<AdagradUpdateOp, AdagradUpdate> {
  static constexpr std::string_view name = "adagrad_update", summary = "One step of Adagrad.";
  static constexpr size_t scalars = 1;
  static size_t states() { return 1; }
  static double rate(double learning_rate, double) { return learning_rate; }
  template <class C>
  void element(C& p, C g, C* s, C rate) const {
    s[0] += g * g;
    p -= rate * g / std::sqrt(s[0] + C(epsilon));
  }
  static std::vector<Sample> samples() { return samples_with({{}, {1e-3, 0.01}}); }
};

}  // namespace

CAJAL_OP(adagrad_update, AdagradUpdateOp)

Vars adagrad_update(const Vars& parameters, const Vars& gradients, const Vars& states, const Var& learning_rate,
                    const AdagradUpdate& options) {
  return record_all(adagrad_update_op(), Attributes(options),
                    update_inputs(parameters, gradients, states, {learning_rate}));
}

}  // namespace cajal
