#include <fmt/format.h>

#include <ostream>

#include "cajal/graph/attributes.h"
#include "cajal/nn/callbacks.h"
#include "cajal/nn/model.h"

namespace cajal {

ReduceLROnPlateau::ReduceLROnPlateau(Options options)
    : options_(std::move(options)), better_(options_.monitor, options_.mode, options_.min_delta) {
  if (!(options_.factor > 0 && options_.factor < 1))
    fail(fmt::format("ReduceLROnPlateau needs a factor between 0 and 1 and was given {}", options_.factor));
}

void ReduceLROnPlateau::on_train_begin() {
  better_.ask(model());
  best_ = better_.worst();
  wait_ = cooldown_ = 0;
}

void ReduceLROnPlateau::add_logs(int, Logs& logs) { logs.set("learning_rate", model()->optimizer()->learning_rate()); }

void ReduceLROnPlateau::on_epoch_end(int epoch, const Logs& logs) {
  const double value = logs[options_.monitor];
  if (cooldown_ > 0) {
    --cooldown_;
    wait_ = 0;
  }
  if (better_(value, best_)) {
    best_ = value;
    wait_ = 0;
    return;
  }
  if (cooldown_ > 0 || ++wait_ < options_.patience) return;
  const double old_rate = model()->optimizer()->learning_rate();
  wait_ = 0;
  if (old_rate <= options_.min_lr) return;
  const double rate = std::max(old_rate * options_.factor, options_.min_lr);
  model()->optimizer()->set_learning_rate(rate);
  cooldown_ = options_.cooldown;
  if (options_.verbose > 0) stream() << fmt::format("epoch {}: the learning rate is now {:.4g}\n", epoch + 1, rate);
}

Config ReduceLROnPlateau::state(NamedTensors&) const {
  Config out;
  out.set("best", FieldConfig::config(best_));
  out.set("wait", wait_);
  out.set("cooldown", cooldown_);
  return out;
}

void ReduceLROnPlateau::restore(const Config& state, const NamedTensors&) {
  FieldReader::read(state["best"], best_);
  wait_ = int(state["wait"].integer());
  cooldown_ = int(state["cooldown"].integer());
}

}  // namespace cajal
