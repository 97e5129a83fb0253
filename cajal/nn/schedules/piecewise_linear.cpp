#include "cajal/nn/internal/schedule.h"
#include "cajal/nn/part_table.h"
#include "cajal/nn/schedules.h"

namespace cajal {
namespace {

// For T a number or a Var. Each piece answers for the steps up to its end.
template <class T>
T formula(const PiecewiseLinear::Options& o, T step) {
  T out = step * 0.0 + o.values.back();
  for (size_t i = o.boundaries.size(); i-- > 1;) {
    const double rise = (o.values[i] - o.values[i - 1]) / (o.boundaries[i] - o.boundaries[i - 1]);
    out = internal::where(step < T(o.boundaries[i]), (step - o.boundaries[i - 1]) * rise + o.values[i - 1], out);
  }
  return internal::where(step < T(o.boundaries.front()), step * 0.0 + o.values.front(), out);
}

}  // namespace

PiecewiseLinear::PiecewiseLinear(Options given) : options(std::move(given)) {
  if (options.values.empty() || options.values.size() != options.boundaries.size())
    fail("PiecewiseLinear needs a value for each boundary and was given " + std::to_string(options.values.size()) +
         " values for " + std::to_string(options.boundaries.size()) + " boundaries");
  for (size_t i = 1; i < options.boundaries.size(); ++i)
    if (!(options.boundaries[i] > options.boundaries[i - 1]))
      fail("PiecewiseLinear needs boundaries that grow, and " + std::to_string(options.boundaries[i]) +
           " stands behind " + std::to_string(options.boundaries[i - 1]));
}

double PiecewiseLinear::at(int64_t step) const { return formula(options, double(step)); }

Var PiecewiseLinear::rate(const Var& step) const { return formula(options, step); }

CAJAL_PART(LearningRateSchedule, schedule, piecewise_linear, PiecewiseLinear, "piecewise_linear")

}  // namespace cajal
