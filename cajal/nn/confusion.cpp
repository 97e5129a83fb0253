#include "cajal/nn/internal/confusion.h"

#include "cajal/nn/internal/targets.h"
#include "cajal/nn/layer.h"
#include "cajal/nn/metrics.h"
#include "cajal/ops/activation.h"
#include "cajal/ops/elementwise.h"
#include "cajal/ops/indexing.h"
#include "cajal/ops/reduction.h"
#include "cajal/ops/shape.h"
#include "cajal/ops/sorting.h"

namespace cajal::internal {
namespace {

constexpr double never = -1e10;  // Keras's prediction for what is not among the k largest

Var thresholds_in_front(const std::vector<double>& thresholds, int rank) {
  Shape shape = {int64_t(thresholds.size())};
  for (int axis = 1; axis < rank; ++axis) shape.push_back(1);
  return constant(Tensor::of(thresholds, shape).cast(floatx()));
}

// Everything but the axis of thresholds and, with `by_label`, the last one.
Var counted(const Var& x, bool by_label) {
  std::vector<int> axes;
  for (int axis = 1; axis < x.rank() - int(by_label); ++axis) axes.push_back(axis);
  return axes.empty() ? x : sum(x, axes);
}

}  // namespace

Answers answers(const Var& y_true, const Var& y_pred, const Var& sample_weight) {
  Answers out{cast(not_equal(y_true, cast(0, y_true.dtype())), floatx()), cast(y_pred, floatx()), {}};
  same_rank(out.truth, out.prediction);
  if (!sample_weight.defined()) {
    out.weight = ones_like(out.prediction);
    return out;
  }
  out.weight = cast(sample_weight, floatx());
  expand_behind(out.weight, out.prediction);
  out.weight = broadcast_like(out.weight, out.prediction);
  return out;
}

Counts count_above(const Answers& answers, const std::vector<double>& thresholds, bool by_label) {
  const Var weight = expand_dims(answers.weight, 0), truth = expand_dims(answers.truth, 0);
  const Var prediction = expand_dims(answers.prediction, 0);
  const Var yes = cast(greater(prediction, thresholds_in_front(thresholds, prediction.rank())), floatx());
  const Var true_weight = truth * weight, false_weight = (1.0 - truth) * weight;
  return {counted(yes * true_weight, by_label), counted(yes * false_weight, by_label),
          counted((1.0 - yes) * false_weight, by_label), counted((1.0 - yes) * true_weight, by_label)};
}

Counts count_above_even(const Answers& answers, int64_t thresholds) {
  const Var prediction = clip(flatten_from(answers.prediction), 0, 1);
  const Var truth = flatten_from(answers.truth), weight = flatten_from(answers.weight);
  const Var bucket = cast(relu(ceil(prediction * double(thresholds - 1)) - 1.0), DType::int32);
  const auto above = [&](const Var& weights) {
    return cumsum(scatter(expand_dims(bucket, -1), weights, {thresholds}), 0, true);
  };
  const Var true_weight = truth * weight, false_weight = (1.0 - truth) * weight;
  const Var true_positives = above(true_weight), false_positives = above(false_weight);
  return {true_positives, false_positives, sum(false_weight) - false_positives, sum(true_weight) - true_positives};
}

}  // namespace cajal::internal

namespace cajal::metrics {
namespace {

// The k largest predictions of each row, never a yes for the others.
Var only_top(const Var& y_pred, int k) {
  const Var among = sum(one_hot(top_k(y_pred, k)[1], y_pred.dim(-1).value(), -1, y_pred.dtype()), {-2});
  return where(among > 0.0, y_pred, internal::never);
}

}  // namespace

Config Thresholds::config() const {
  if (values_.empty()) return {};
  return values_.size() == 1 ? Config(values_[0]) : ConfigWriter::to_config(values_);
}

Thresholds Thresholds::from_config(const Config& config) {
  if (config.is_number()) return config.number();
  std::vector<double> values;
  ConfigReader::from_config(config, values);
  return values;
}

Confusion::Confusion(std::string name, Settings settings, bool counts_false_positives)
    : Metric(std::move(name)), settings_(std::move(settings)), counts_false_positives_(counts_false_positives) {
  for (double threshold : settings_.thresholds)
    if (!(threshold >= 0 && threshold <= 1))
      fail("the threshold " + std::to_string(threshold) + " of '" + this->name() + "' is not between 0 and 1");
  if (settings_.thresholds.empty()) settings_.thresholds = {settings_.top_k ? internal::never : 0.5};
  const Shape shape = {int64_t(settings_.thresholds.size())};
  true_positives_ = add_state("true_positives", shape);
  wrong_ = add_state(counts_false_positives ? "false_positives" : "false_negatives", shape);
}

void Confusion::update_state(const Var& y_true, const Var& y_pred, const Var& sample_weight) {
  internal::Answers answers = internal::answers(y_true, y_pred, sample_weight);
  if (settings_.top_k) answers.prediction = only_top(answers.prediction, *settings_.top_k);
  if (settings_.class_id) {
    const int64_t column = *settings_.class_id;
    for (Var* part : {&answers.truth, &answers.prediction, &answers.weight})
      *part = slice_axis(*part, -1, column, column + 1);
  }
  const internal::Counts counts = internal::count_above(answers, settings_.thresholds, false);
  true_positives_.assign_add(counts.true_positives);
  wrong_.assign_add(counts_false_positives_ ? counts.false_positives : counts.false_negatives);
}

std::vector<double> Confusion::results() const {
  std::vector<double> out;
  for (int64_t i = 0; i < true_positives_.size(); ++i) {
    const double right = true_positives_.value().flat(i), all = right + wrong_.value().flat(i);
    out.push_back(all == 0 ? 0 : right / all);
  }
  return out;
}

}  // namespace cajal::metrics
