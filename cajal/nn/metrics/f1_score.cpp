#include <algorithm>

#include "cajal/base/text.h"
#include "cajal/nn/internal/norms.h"
#include "cajal/nn/layer.h"
#include "cajal/nn/metrics.h"
#include "cajal/nn/part_table.h"
#include "cajal/ops/shape.h"

namespace cajal::metrics {

namespace {

double score(double right, double false_positives, double false_negatives) {
  const double precision = right / (right + false_positives + internal::epsilon);
  const double recall = right / (right + false_negatives + internal::epsilon);
  return 2 * precision * recall / (precision + recall + internal::epsilon);
}

// The largest prediction of a row is its yes, unless it is 0.
Var chosen(const Var& y_pred, const std::optional<double>& threshold) {
  if (threshold) return greater(y_pred, *threshold);
  return logical_and(greater_equal(y_pred, max(y_pred, {-1}, true)), greater(abs(y_pred), 1e-9));
}

}  // namespace

F1Score::F1Score(Options given) : Metric(given.name), options(std::move(given)) {
  const std::vector<std::string> known = {"micro", "macro", "weighted"};
  if (options.average && std::find(known.begin(), known.end(), *options.average) == known.end())
    fail("F1Score has no average '" + *options.average + "'", choices(*options.average, known));
  if (options.threshold && !(*options.threshold > 0 && *options.threshold <= 1))
    fail("F1Score needs a threshold above 0 and at most 1 and was given " + std::to_string(*options.threshold));
}

void F1Score::update_state(const Var& y_true, const Var& y_pred, const Var& sample_weight) {
  if (y_true.rank() != 2 || y_pred.rank() != 2)
    fail("F1Score expects [batch, classes] and was given " + y_true.shape().text() + " and " + y_pred.shape().text(),
         "one-hot rows: to_categorical(labels)");
  const bool micro = options.average == "micro";
  const Shape shape = micro ? Shape{} : Shape{y_pred.dim(-1)};
  const Var yes = cast(chosen(cast(y_pred, floatx()), options.threshold), floatx()), truth = cast(y_true, floatx());
  const Var weight = sample_weight.defined() ? expand_dims(cast(sample_weight, floatx()), 1) : Var(1.0);
  const auto add = [&](const char* name, const Var& values) {
    add_state(name, shape).assign_add(sum(values * weight, micro ? std::vector<int>{} : std::vector<int>{0}));
  };
  add("true_positives", yes * truth);
  add("false_positives", yes * (1.0 - truth));
  add("false_negatives", (1.0 - yes) * truth);
  add("intermediate_weights", truth);
}

std::vector<double> F1Score::results() const {
  const std::vector<Variable>& state = variables();
  if (state.empty()) return {0};
  std::vector<double> scores;
  double weighted = 0, weights = internal::epsilon, total = 0;
  for (int64_t i = 0; i < state[0].size(); ++i) {
    const double weight = state[3].value().flat(i);
    scores.push_back(score(state[0].value().flat(i), state[1].value().flat(i), state[2].value().flat(i)));
    total += scores.back(), weighted += scores.back() * weight, weights += weight;
  }
  if (!options.average) return scores;
  return {options.average == "weighted" ? weighted / weights : total / double(scores.size())};
}

CAJAL_PART(Metric, metric, f1_score, F1Score, "f1_score", "f1")

}  // namespace cajal::metrics
