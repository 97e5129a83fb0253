#include "cajal/nn/internal/averaging.h"
#include "cajal/nn/metrics.h"
#include "cajal/nn/part_table.h"

namespace cajal::metrics {

Mean::Mean(Options options) : Metric(std::move(options.name)), total_(add_state("total")), count_(add_state("count")) {}

std::vector<Var> Mean::update(const Var& values, const Var& sample_weight) {
  return Metric::update(values, values, sample_weight);
}

void Mean::add(const Var& values, const Var& sample_weight) {
  internal::add_mean(total_, count_, values, sample_weight);
}

std::vector<double> Mean::results() const { return {internal::quotient(total_, count_)}; }

Config Mean::config() const {
  Options options;
  options.name = name();
  return described(class_name, options);
}

CAJAL_PART(Metric, metric, mean, Mean, "mean")

}  // namespace cajal::metrics
