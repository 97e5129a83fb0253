#include "cajal/nn/internal/schedule.h"
#include "cajal/nn/part_table.h"
#include "cajal/nn/schedules.h"

namespace cajal {
namespace {

// For T a number or a Var.
template <class T>
T formula(const PolynomialDecay::Options& o, T step) {
  T steps = step * 0.0 + o.decay_steps;
  if (o.cycle) {
    // The first multiple of decay_steps that has not passed.
    const T whole = internal::ceil(step / o.decay_steps);
    steps = o.decay_steps * internal::where(step <= T(0.0), whole * 0.0 + 1.0, whole);
  } else {
    step = internal::minimum(step, steps);
  }
  const double range = o.initial_learning_rate - o.end_learning_rate;
  return range * internal::power(1.0 - step / steps, T(o.power)) + o.end_learning_rate;
}

}  // namespace

PolynomialDecay::PolynomialDecay(Options given) : options(std::move(given)) {
  internal::expect_steps("PolynomialDecay", "decay_steps", options.decay_steps);
}

double PolynomialDecay::at(int64_t step) const { return formula(options, double(step)); }

Var PolynomialDecay::rate(const Var& step) const { return formula(options, step); }

CAJAL_PART(LearningRateSchedule, schedule, polynomial_decay, PolynomialDecay, "polynomial_decay")

}  // namespace cajal
