#include "cajal/nn/internal/schedule.h"
#include "cajal/nn/part_table.h"
#include "cajal/nn/schedules.h"

namespace cajal {
namespace {

// For T a number or a Var.
template <class T>
T formula(const ExponentialDecay::Options& o, T step) {
  T periods = step / o.decay_steps;
  if (o.staircase) periods = internal::floor(periods);
  return o.initial_learning_rate * internal::power(T(o.decay_rate), periods);
}

}  // namespace

ExponentialDecay::ExponentialDecay(Options given) : options(std::move(given)) {
  internal::expect_steps("ExponentialDecay", "decay_steps", options.decay_steps);
}

double ExponentialDecay::at(int64_t step) const { return formula(options, double(step)); }

Var ExponentialDecay::rate(const Var& step) const { return formula(options, step); }

CAJAL_PART(LearningRateSchedule, schedule, exponential_decay, ExponentialDecay, "exponential_decay")

}  // namespace cajal
