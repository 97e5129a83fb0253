#include <fmt/format.h>

#include <ostream>

#include "cajal/graph/attributes.h"
#include "cajal/nn/callbacks.h"
#include "cajal/nn/model.h"

namespace cajal {

EarlyStopping::EarlyStopping(Options options)
    : options_(std::move(options)), better_(options_.monitor, options_.mode, options_.min_delta) {
  if (options_.patience < 0) fail("EarlyStopping needs a patience of 0 or more");
}

void EarlyStopping::on_train_begin() {
  better_.ask(model());
  best_ = better_.worst();
  wait_ = best_epoch_ = stopped_epoch_ = 0;
  best_weights_.clear();
}

void EarlyStopping::on_epoch_end(int epoch, const Logs& logs) {
  const double value = logs[options_.monitor];
  if (epoch < options_.start_from_epoch) return;
  ++wait_;
  if (better_(value, best_)) {
    best_ = value;
    best_epoch_ = epoch;
    if (options_.restore_best_weights) best_weights_ = model()->get_weights();
    if (!options_.baseline || better_(value, *options_.baseline)) wait_ = 0;
    return;
  }
  if (options_.restore_best_weights && best_weights_.empty()) best_weights_ = model()->get_weights();
  if (wait_ < std::max(1, options_.patience) || epoch == 0) return;
  stopped_epoch_ = epoch;
  model()->stop_training();
}

void EarlyStopping::on_train_end(const Logs&) {
  if (stopped_epoch_ > 0 && options_.verbose > 0)
    stream() << fmt::format("epoch {}: stopped early, {} did not improve on {:.4g} of epoch {}\n", stopped_epoch_ + 1,
                            options_.monitor, best_, best_epoch_ + 1);
  if (best_weights_.empty()) return;
  if (options_.verbose > 0) stream() << fmt::format("the weights are those of epoch {}\n", best_epoch_ + 1);
  model()->set_weights(best_weights_);
}

Config EarlyStopping::state(NamedTensors& tensors) const {
  for (size_t i = 0; i < best_weights_.size(); ++i) tensors.add(std::to_string(i), best_weights_[i]);
  Config out;
  out.set("best", FieldConfig::config(best_));
  out.set("best_epoch", best_epoch_);
  out.set("wait", wait_);
  out.set("stopped_epoch", stopped_epoch_);
  return out;
}

void EarlyStopping::restore(const Config& state, const NamedTensors& tensors) {
  FieldReader::read(state["best"], best_);
  best_epoch_ = int(state["best_epoch"].integer());
  wait_ = int(state["wait"].integer());
  stopped_epoch_ = int(state["stopped_epoch"].integer());
  best_weights_.clear();
  for (size_t i = 0; i < tensors.size(); ++i) best_weights_.push_back(tensors.at(std::to_string(i)).copy());
  if (stopped_epoch_ > 0) model()->stop_training();
}

}  // namespace cajal
