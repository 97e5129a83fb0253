#include <numbers>

#include "cajal/nn/internal/schedule.h"
#include "cajal/nn/part_table.h"
#include "cajal/nn/schedules.h"

namespace cajal {
namespace {

// For T a number or a Var.
template <class T>
T formula(const CosineDecayRestarts::Options& o, T step) {
  const T periods = step / o.first_decay_steps;
  T restarts = internal::floor(periods), part = periods - restarts;
  if (o.t_mul != 1) {
    // The periods are 1, t, t^2, ... long: n of them end at (t^n - 1) / (t - 1).
    restarts = internal::floor(internal::log(1.0 - periods * (1 - o.t_mul)) / std::log(o.t_mul));
    const T length = internal::power(T(o.t_mul), restarts);
    part = (periods - (1.0 - length) / (1 - o.t_mul)) / length;
  }
  const T wave = 0.5 * internal::power(T(o.m_mul), restarts) * (1.0 + internal::cos(std::numbers::pi * part));
  return o.initial_learning_rate * ((1 - o.alpha) * wave + o.alpha);
}

}  // namespace

CosineDecayRestarts::CosineDecayRestarts(Options given) : options(std::move(given)) {
  internal::expect_steps("CosineDecayRestarts", "first_decay_steps", options.first_decay_steps);
}

double CosineDecayRestarts::at(int64_t step) const { return formula(options, double(step)); }

Var CosineDecayRestarts::rate(const Var& step) const { return formula(options, step); }

CAJAL_PART(LearningRateSchedule, schedule, cosine_decay_restarts, CosineDecayRestarts, "cosine_decay_restarts",
           "SGDRDecay")

}  // namespace cajal
