#include "cajal/nn/metric.h"

#include "cajal/base/text.h"
#include "cajal/nn/internal/averaging.h"
#include "cajal/nn/internal/targets.h"
#include "cajal/nn/layer.h"
#include "cajal/nn/metrics.h"
#include "cajal/nn/part_table.h"
#include "cajal/ops/elementwise.h"
#include "cajal/ops/reduction.h"
#include "cajal/ops/shape.h"

namespace cajal {

namespace metrics {
#define CAJAL_LISTED(stem) const PartType<Metric>& stem##_metric();
#include "cajal/listing/metrics.inc"
#undef CAJAL_LISTED
}  // namespace metrics

namespace {

const PartTypes<Metric>& metric_types() {
  static const PartTypes<Metric> entries = {
#define CAJAL_LISTED(stem) &metrics::stem##_metric(),
#include "cajal/listing/metrics.inc"
#undef CAJAL_LISTED
  };
  return entries;
}

// "accuracy": whichever one fits the shapes.
struct AnyAccuracy : metrics::MeanOver {
  explicit AnyAccuracy(const std::string& name) : MeanOver(name) {}
  Var values(const Var& y_true, const Var& y_pred) const override {
    if (internal::is_binary(y_pred.shape())) return metrics::BinaryAccuracy().values(y_true, y_pred);
    if (internal::is_sparse(y_true.shape(), y_pred.shape()))
      return metrics::SparseCategoricalAccuracy().values(y_true, y_pred);
    return metrics::CategoricalAccuracy().values(y_true, y_pred);
  }
  std::optional<bool> lower_is_better() const override { return false; }
  Config config() const override { return name(); }
};

Var masked_weights(const Var& sample_weight, const Var& mask) {
  if (!mask.defined()) return sample_weight;
  Var weights = cast(mask, floatx()), given = sample_weight;
  if (!given.defined()) return weights;
  given = cast(given, floatx());
  internal::same_rank(weights, given);
  internal::expand_behind(given, weights);
  return given * weights;
}

}  // namespace

Metric::Metric(std::string name) : state_(std::make_shared<State>()) { state_->name = std::move(name); }

std::vector<Var> Metric::update(const Var& y_true, const Var& y_pred, const Var& sample_weight) {
  std::vector<Var> effects;
  {
    Scope scope(name());
    Recording recording;
    update_state(y_true, y_pred, masked_weights(sample_weight, y_pred.mask()));
    effects = recording.effects();
  }
  if (Recording* outer = Recording::current())
    for (const Var& effect : effects) outer->add_effect(effect);
  return effects;
}

double Metric::result() const {
  const std::vector<double> all = results();
  double sum = 0;
  for (double value : all) sum += value;
  return all.empty() ? 0 : sum / double(all.size());
}

void Metric::reset_state() {
  for (Variable& variable : state_->variables) variable.set(Tensor(variable.shape(), variable.dtype()));
}

Variable Metric::add_state(const std::string& name, const Shape& shape) {
  for (const Variable& variable : state_->variables)
    if (variable.name() == name) {
      if (!(variable.shape() == shape))
        fail("the metric '" + state_->name + "' has seen data of another shape: '" + name + "' is " +
                 variable.shape().text() + " and would have to be " + shape.text(),
             "a metric of its own for each output");
      return variable;
    }
  return state_->variables.emplace_back(Tensor(shape, floatx()), Variable::Options{name, false});
}

std::shared_ptr<Metric> Metric::named(const std::string& name) {
  if (lower(name) == "accuracy" || lower(name) == "acc") return std::make_shared<AnyAccuracy>(name);
  Config options;
  options.set("name", name);
  return make_part(metric_types(), "metric", name, options);
}

std::shared_ptr<Metric> Metric::from_config(const Config& config) {
  if (config.is_text()) return named(config.text());
  return part_from_config(metric_types(), "metric", config);
}

std::shared_ptr<Metric> resolve_accuracy(const Shape& y_true, const Shape& y_pred) {
  if (internal::is_binary(y_pred)) return std::make_shared<metrics::BinaryAccuracy>();
  if (internal::is_sparse(y_true, y_pred)) return std::make_shared<metrics::SparseCategoricalAccuracy>();
  return std::make_shared<metrics::CategoricalAccuracy>();
}

namespace internal {
namespace {

std::vector<int> axes_from(int first, int rank) {
  std::vector<int> out;
  for (int axis = first; axis < rank; ++axis) out.push_back(axis);
  return out;
}

Var reduced(const Var& x, int first, Reduction reduce) {
  return x.rank() > first ? reduce(x, axes_from(first, x.rank()), false) : x;
}

}  // namespace

Samples per_sample(const Var& values, const Var& sample_weight, Reduction reduce) {
  Samples out{cast(values, floatx()), {}};
  if (sample_weight.defined()) {
    Var weights = cast(sample_weight, floatx());
    same_rank(out.values, weights);
    out.values = reduced(out.values, weights.rank(), reduce);
    weights = broadcast_like(weights, out.values);
    out.values = out.values * weights;
    out.weights = reduced(weights, 1, reduce);
  }
  out.values = reduced(out.values, 1, reduce);
  return out;
}

void add_mean(const Variable& total, const Variable& count, const Var& values, const Var& sample_weight) {
  const Samples samples = per_sample(values, sample_weight, mean);
  total.assign_add(cast(sum(samples.values), total.dtype()));
  const Var counted = samples.weights.defined() ? samples.weights : ones_like(samples.values);
  count.assign_add(cast(sum(counted), count.dtype()));
}

double quotient(const Variable& total, const Variable& count) {
  const double number = count.value().item();
  return number == 0 ? 0 : total.value().item() / number;
}

}  // namespace internal

namespace metrics {

MeanOver::MeanOver(std::string name)
    : Metric(std::move(name)), total_(add_state("total")), count_(add_state("count")) {}

void MeanOver::update_state(const Var& y_true, const Var& y_pred, const Var& sample_weight) {
  internal::add_mean(total_, count_, values(y_true, y_pred), sample_weight);
}

std::vector<double> MeanOver::results() const { return {internal::quotient(total_, count_)}; }

}  // namespace metrics
}  // namespace cajal
