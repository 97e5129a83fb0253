// Lookahead: weights that are drawn back to slower ones.
#include "cajal/eager/operators.h"
#include "cajal/nn/callbacks.h"
#include "cajal/nn/model.h"

namespace cajal {

Lookahead::Lookahead(Options options) : options_(std::move(options)) {
  if (options_.sync_period < 1)
    fail("Lookahead needs a sync_period of 1 or more steps and was given " + std::to_string(options_.sync_period));
}

void Lookahead::on_train_begin() {
  slow_ = model()->get_weights();
  steps_ = 0;
}

void Lookahead::on_train_batch_end(int64_t) {
  if (++steps_ % options_.sync_period != 0) return;
  const double share = options_.slow_step_size.at(steps_);
  const std::vector<Variable> weights = model()->weights();
  for (size_t i = 0; i < weights.size(); ++i)
    if (is_float(weights[i].dtype())) slow_[i] = slow_[i] + (weights[i].value() - slow_[i]) * share;
    else slow_[i] = weights[i].value().copy();
  model()->set_weights(slow_);
}

void Lookahead::on_train_end(const Logs&) { model()->set_weights(slow_); }

Config Lookahead::state(NamedTensors& tensors) const {
  for (size_t i = 0; i < slow_.size(); ++i) tensors.add(std::to_string(i), slow_[i]);
  Config out;
  out.set("steps", steps_);
  return out;
}

void Lookahead::restore(const Config& state, const NamedTensors& tensors) {
  steps_ = state["steps"].integer();
  slow_.clear();
  for (size_t i = 0; i < tensors.size(); ++i) slow_.push_back(tensors.at(std::to_string(i)).copy());
}

}  // namespace cajal
