#include <algorithm>
#include <cmath>

#include "cajal/base/text.h"
#include "cajal/nn/internal/confusion.h"
#include "cajal/nn/internal/norms.h"
#include "cajal/nn/metrics.h"
#include "cajal/nn/part_table.h"
#include "cajal/ops/activation.h"

namespace cajal::metrics {

// The counts of one label, by threshold.
struct AUC::Curve {
  std::vector<double> true_positives, false_positives, true_negatives, false_negatives;
  size_t size() const { return true_positives.size(); }
};

namespace {

double divided(double a, double b) { return b == 0 ? 0 : a / b; }

void expect_one_of(const char* option, const std::string& given, const std::vector<std::string>& known) {
  if (std::find(known.begin(), known.end(), given) == known.end())
    fail("AUC has no " + std::string(option) + " '" + given + "'", choices(given, known));
}

// Every `stride`th count, the counts of one label.
std::vector<double> column(const Variable& counts, int64_t label, int64_t labels) {
  std::vector<double> out;
  for (int64_t i = label; i < counts.size(); i += labels) out.push_back(counts.value().flat(i));
  return out;
}

// Between two thresholds precision is interpolated along the true positives, not linearly (Davis, Goadrich, 2006).
template <class Curve>
double interpolated_precision_recall(const Curve& c) {
  double area = 0;
  for (size_t i = 0; i + 1 < c.size(); ++i) {
    const double all = c.true_positives[i] + c.false_positives[i];
    const double next_all = c.true_positives[i + 1] + c.false_positives[i + 1];
    const double rise = c.true_positives[i] - c.true_positives[i + 1];
    const double slope = divided(rise, std::max(all - next_all, 0.0));
    const double intercept = c.true_positives[i + 1] - slope * next_all;
    const double ratio = all > 0 && next_all > 0 ? all / next_all : 1;
    const double truths = c.true_positives[i + 1] + c.false_negatives[i + 1];
    area += divided(slope * (rise + intercept * std::log(ratio)), std::max(truths, 0.0));
  }
  return area;
}

struct Point {
  double x, y;
};

template <class Curve>
Point point(const Curve& c, size_t i, bool roc) {
  const double recall = divided(c.true_positives[i], c.true_positives[i] + c.false_negatives[i]);
  if (roc) return {divided(c.false_positives[i], c.false_positives[i] + c.true_negatives[i]), recall};
  return {recall, divided(c.true_positives[i], c.true_positives[i] + c.false_positives[i])};
}

double height(double a, double b, const std::string& method) {
  if (method == "interpolation") return (a + b) / 2;
  return method == "minoring" ? std::min(a, b) : std::max(a, b);
}

}  // namespace

AUC::AUC(Options given) : Metric(given.name), options(std::move(given)) {
  if (options.curve == "roc" || options.curve == "pr") options.curve = options.curve == "roc" ? "ROC" : "PR";
  expect_one_of("curve", options.curve, {"ROC", "PR"});
  expect_one_of("summation_method", options.summation_method, {"interpolation", "majoring", "minoring"});
  if (options.num_labels && !options.multi_label) fail("AUC takes num_labels only with multi_label");
  if (options.thresholds.values().empty()) {
    if (options.num_thresholds < 2)
      fail("AUC needs at least 2 thresholds and was given " + std::to_string(options.num_thresholds));
    for (int i = 1; i + 1 < options.num_thresholds; ++i) thresholds_.push_back(i / double(options.num_thresholds - 1));
  } else {
    thresholds_ = options.thresholds.values();
    std::sort(thresholds_.begin(), thresholds_.end());
    if (thresholds_.front() < 0 || thresholds_.back() > 1) fail("the thresholds of AUC are not between 0 and 1");
  }
  // One that everything passes and one that nothing passes.
  thresholds_.insert(thresholds_.begin(), -internal::epsilon);
  thresholds_.push_back(1 + internal::epsilon);
  if (!options.multi_label) make_state(0);
  else if (options.num_labels) make_state(*options.num_labels);
}

void AUC::make_state(int64_t labels) {
  Shape shape = {int64_t(thresholds_.size())};
  if (labels > 0) shape.push_back(labels);
  for (const char* name : {"true_positives", "false_positives", "true_negatives", "false_negatives"})
    add_state(name, shape);
}

void AUC::update_state(const Var& y_true, const Var& y_pred, const Var& sample_weight) {
  if (options.multi_label && y_pred.rank() != 2)
    fail("AUC with multi_label expects [batch, labels] and was given " + y_pred.shape().text());
  make_state(options.multi_label ? y_pred.dim(-1).value() : 0);
  internal::Answers answers = internal::answers(y_true, y_pred, sample_weight);
  if (options.from_logits) answers.prediction = sigmoid(answers.prediction);
  if (!options.multi_label && !options.label_weights.empty())
    answers.weight = answers.weight * constant(Tensor::of(options.label_weights).cast(answers.weight.dtype()));
  const bool even = options.thresholds.values().empty() && !options.multi_label;
  const internal::Counts counts = even ? internal::count_above_even(answers, int64_t(thresholds_.size()))
                                       : internal::count_above(answers, thresholds_, options.multi_label);
  const std::vector<Variable> state = variables();
  state[0].assign_add(counts.true_positives);
  state[1].assign_add(counts.false_positives);
  state[2].assign_add(counts.true_negatives);
  state[3].assign_add(counts.false_negatives);
}

double AUC::area(const Curve& curve) const {
  const bool roc = options.curve == "ROC";
  if (!roc && options.summation_method == "interpolation") return interpolated_precision_recall(curve);
  double sum = 0;
  for (size_t i = 0; i + 1 < curve.size(); ++i) {
    const Point here = point(curve, i, roc), next = point(curve, i + 1, roc);
    sum += (here.x - next.x) * height(here.y, next.y, options.summation_method);
  }
  return sum;
}

std::vector<double> AUC::results() const {
  const std::vector<Variable>& state = variables();
  if (state.empty()) return {0};
  const int64_t labels = state[0].size() / int64_t(thresholds_.size());
  double sum = 0, weights = 0;
  for (int64_t label = 0; label < labels; ++label) {
    const bool weighted = options.multi_label && !options.label_weights.empty();
    const double weight = weighted ? options.label_weights.at(size_t(label)) : 1;
    sum += weight * area({column(state[0], label, labels), column(state[1], label, labels),
                          column(state[2], label, labels), column(state[3], label, labels)});
    weights += weight;
  }
  return {divided(sum, weights)};
}

CAJAL_PART(Metric, metric, auc, AUC, "auc")

}  // namespace cajal::metrics
