#include <fmt/format.h>

#include <cmath>
#include <ostream>

#include "cajal/nn/callbacks.h"
#include "cajal/nn/model.h"

namespace cajal {

LearningRateScheduler::LearningRateScheduler(std::function<double(int, double)> schedule, int verbose)
    : schedule_(std::move(schedule)), verbose_(verbose) {
  if (!schedule_) fail("LearningRateScheduler was given an empty function");
}

void LearningRateScheduler::on_epoch_begin(int epoch) {
  const double rate = schedule_(epoch, model()->optimizer()->learning_rate());
  if (!(rate >= 0) || !std::isfinite(rate))
    fail(fmt::format("the function of LearningRateScheduler gave {} for epoch {}", rate, epoch), "a rate of 0 or more");
  model()->optimizer()->set_learning_rate(rate);
  if (verbose_ > 0) stream() << fmt::format("epoch {}: the learning rate is {:.4g}\n", epoch + 1, rate);
}

void LearningRateScheduler::add_logs(int, Logs& logs) {
  logs.set("learning_rate", model()->optimizer()->learning_rate());
}

}  // namespace cajal
