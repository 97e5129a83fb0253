#include "cajal/nn/internal/schedule.h"
#include "cajal/nn/part_table.h"
#include "cajal/nn/schedules.h"

namespace cajal {
namespace {

// For T a number or a Var.
template <class T>
T formula(const InverseTimeDecay::Options& o, T step) {
  T periods = step / o.decay_steps;
  if (o.staircase) periods = internal::floor(periods);
  return o.initial_learning_rate / (1.0 + o.decay_rate * periods);
}

}  // namespace

InverseTimeDecay::InverseTimeDecay(Options given) : options(std::move(given)) {
  internal::expect_steps("InverseTimeDecay", "decay_steps", options.decay_steps);
}

double InverseTimeDecay::at(int64_t step) const { return formula(options, double(step)); }

Var InverseTimeDecay::rate(const Var& step) const { return formula(options, step); }

CAJAL_PART(LearningRateSchedule, schedule, inverse_time_decay, InverseTimeDecay, "inverse_time_decay")

}  // namespace cajal
