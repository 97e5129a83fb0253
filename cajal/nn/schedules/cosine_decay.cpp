#include <numbers>

#include "cajal/nn/internal/schedule.h"
#include "cajal/nn/part_table.h"
#include "cajal/nn/schedules.h"

namespace cajal {
namespace {

// For T a number or a Var.
template <class T>
T formula(const CosineDecay::Options& o, T step) {
  const double warmup = o.warmup_target ? o.warmup_steps : 0;
  const double top = o.warmup_target.value_or(o.initial_learning_rate);
  const T passed = internal::minimum(step - warmup, T(o.decay_steps));
  const T wave = 0.5 * (1.0 + internal::cos(std::numbers::pi * (passed / o.decay_steps)));
  const T decayed = top * ((1 - o.alpha) * wave + o.alpha);
  if (warmup == 0) return decayed;
  const T rising = (top - o.initial_learning_rate) * (step / warmup) + o.initial_learning_rate;
  return internal::where(step < T(warmup), rising, decayed);
}

}  // namespace

CosineDecay::CosineDecay(Options given) : options(std::move(given)) {
  internal::expect_steps("CosineDecay", "decay_steps", options.decay_steps);
}

double CosineDecay::at(int64_t step) const { return formula(options, double(step)); }

Var CosineDecay::rate(const Var& step) const { return formula(options, step); }

CAJAL_PART(LearningRateSchedule, schedule, cosine_decay, CosineDecay, "cosine_decay")

}  // namespace cajal
