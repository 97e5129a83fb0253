#include "cajal/nn/internal/averaging.h"
#include "cajal/nn/metrics.h"
#include "cajal/nn/part_table.h"
#include "cajal/ops/elementwise.h"
#include "cajal/ops/reduction.h"

namespace cajal::metrics {

Sum::Sum(Options options) : Metric(std::move(options.name)), total_(add_state("total")) {}

std::vector<Var> Sum::update(const Var& values, const Var& sample_weight) {
  return Metric::update(values, values, sample_weight);
}

void Sum::update_state(const Var&, const Var& values, const Var& sample_weight) {
  const Var weighted = internal::per_sample(values, sample_weight, cajal::sum).values;
  total_.assign_add(cast(cajal::sum(weighted), total_.dtype()));
}

std::vector<double> Sum::results() const { return {total_.value().item()}; }

Config Sum::config() const {
  Options options;
  options.name = name();
  return described(class_name, options);
}

CAJAL_PART(Metric, metric, sum, Sum, "sum")

}  // namespace cajal::metrics
