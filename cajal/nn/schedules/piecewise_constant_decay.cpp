#include "cajal/nn/internal/schedule.h"
#include "cajal/nn/part_table.h"
#include "cajal/nn/schedules.h"

namespace cajal {
namespace {

// For T a number or a Var.
template <class T>
T formula(const PiecewiseConstantDecay::Options& o, T step) {
  T out = step * 0.0 + o.values.back();
  for (size_t i = o.boundaries.size(); i-- > 0;) out = internal::where(step <= T(o.boundaries[i]), T(o.values[i]), out);
  return out;
}

}  // namespace

PiecewiseConstantDecay::PiecewiseConstantDecay(Options given) : options(std::move(given)) {
  if (options.values.size() != options.boundaries.size() + 1)
    fail("PiecewiseConstantDecay needs one value more than boundaries and was given " +
         std::to_string(options.values.size()) + " values for " + std::to_string(options.boundaries.size()) +
         " boundaries");
  if (!std::is_sorted(options.boundaries.begin(), options.boundaries.end()))
    fail("the boundaries of PiecewiseConstantDecay do not grow");
}

double PiecewiseConstantDecay::at(int64_t step) const { return formula(options, double(step)); }

Var PiecewiseConstantDecay::rate(const Var& step) const { return formula(options, step); }

CAJAL_PART(LearningRateSchedule, schedule, piecewise_constant_decay, PiecewiseConstantDecay, "piecewise_constant_decay")

}  // namespace cajal
