// The built-in metrics, under Keras's names and with its defaults. They stand in a namespace of their own, since some
// losses have the same names: `metrics::AUC({.num_thresholds = 500})`.
#pragma once

#include <functional>
#include <initializer_list>
#include <optional>
#include <utility>
#include <vector>

#include "cajal/nn/metric.h"

namespace cajal::metrics {

/// The options of metrics that have no others but the name under which they are shown.
template <class M>
struct NameOptions {
  std::string name = M::usual_name;
  template <class V>
  void fields(V& v) {
    v("name", name);
  }
};

// ------------------------------------------------------------------------------------------------ means

/// The weighted mean of all values that it was given: `loss_mean.update(loss)`.
///
/// Values of one sample are averaged first.
class Mean : public Metric {
 public:
  static constexpr const char *class_name = "Mean", *usual_name = "mean";
  using Options = NameOptions<Mean>;
  explicit Mean(Options options);
  Mean() : Mean(Options()) {}
  /// Adds values; the weights may be empty.
  std::vector<Var> update(const Var& values, const Var& sample_weight = {});
  std::vector<double> results() const override;
  Config config() const override;

 protected:
  void update_state(const Var&, const Var& values, const Var& sample_weight) override { add(values, sample_weight); }
  void add(const Var& values, const Var& sample_weight);
  Variable total_, count_;
};

/// The weighted sum of all values that it was given.
class Sum : public Metric {
 public:
  static constexpr const char *class_name = "Sum", *usual_name = "sum";
  using Options = NameOptions<Sum>;
  explicit Sum(Options options);
  Sum() : Sum(Options()) {}
  std::vector<Var> update(const Var& values, const Var& sample_weight = {});
  std::vector<double> results() const override;
  Config config() const override;

 protected:
  void update_state(const Var&, const Var& values, const Var& sample_weight) override;
  Variable total_;
};

/// The mean of a function of truth and prediction. One of one's own overrides `values`.
class MeanOver : public Metric {
 public:
  explicit MeanOver(std::string name);
  /// One value per sample, or more.
  virtual Var values(const Var& y_true, const Var& y_pred) const = 0;
  std::vector<double> results() const override;

 protected:
  void update_state(const Var& y_true, const Var& y_pred, const Var& sample_weight) override;
  Variable total_, count_;
};

/// A metric made of a function of one's own, or of a loss: `MeanMetricWrapper(huber, "huber")`.
class MeanMetricWrapper : public MeanOver {
 public:
  using Function = std::function<Var(const Var& y_true, const Var& y_pred)>;
  MeanMetricWrapper(Function function, std::string name) : MeanOver(std::move(name)), function_(std::move(function)) {}
  Var values(const Var& y_true, const Var& y_pred) const override { return function_(y_true, y_pred); }

 private:
  Function function_;
};

/// What the mean metrics without further options share.
template <class M>
struct PlainMean : MeanOver {
  using Options = NameOptions<M>;
  explicit PlainMean(Options given) : MeanOver(std::move(given.name)) {}
  PlainMean() : PlainMean(Options()) {}
  Config config() const override {
    Options options;
    options.name = name();
    return described(M::class_name, options);
  }
};

// ------------------------------------------------------------------------------------------------ accuracies

/// The share of values that are equal.
struct Accuracy : PlainMean<Accuracy> {
  static constexpr const char *class_name = "Accuracy", *usual_name = "accuracy";
  using PlainMean::PlainMean;
  Var values(const Var& y_true, const Var& y_pred) const override;
  std::optional<bool> lower_is_better() const override { return false; }
};

/// The share of predictions on the right side of the threshold.
struct BinaryAccuracy : MeanOver {
  struct Options {
    std::string name = "binary_accuracy";
    double threshold = 0.5;
    template <class V>
    void fields(V& v) {
      v("name", name), v("threshold", threshold);
    }
  } options;
  explicit BinaryAccuracy(Options given) : MeanOver(given.name), options(std::move(given)) {}
  BinaryAccuracy() : BinaryAccuracy(Options()) {}
  Var values(const Var& y_true, const Var& y_pred) const override;
  std::optional<bool> lower_is_better() const override { return false; }
  Config config() const override { return described("BinaryAccuracy", options); }
};

/// The share of rows whose largest prediction is the right class; y_true has one-hot rows.
struct CategoricalAccuracy : PlainMean<CategoricalAccuracy> {
  static constexpr const char *class_name = "CategoricalAccuracy", *usual_name = "categorical_accuracy";
  using PlainMean::PlainMean;
  Var values(const Var& y_true, const Var& y_pred) const override;
  std::optional<bool> lower_is_better() const override { return false; }
};

/// The share of rows whose largest prediction is the right class; y_true has class numbers.
struct SparseCategoricalAccuracy : PlainMean<SparseCategoricalAccuracy> {
  static constexpr const char *class_name = "SparseCategoricalAccuracy", *usual_name = "sparse_categorical_accuracy";
  using PlainMean::PlainMean;
  Var values(const Var& y_true, const Var& y_pred) const override;
  std::optional<bool> lower_is_better() const override { return false; }
};

/// The share of rows whose right class is among the k largest predictions; y_true has one-hot rows.
struct TopKCategoricalAccuracy : MeanOver {
  struct Options {
    int k = 5;
    std::string name = "top_k_categorical_accuracy";
    template <class V>
    void fields(V& v) {
      v("k", k), v("name", name);
    }
  } options;
  explicit TopKCategoricalAccuracy(Options given) : MeanOver(given.name), options(std::move(given)) {}
  TopKCategoricalAccuracy() : TopKCategoricalAccuracy(Options()) {}
  Var values(const Var& y_true, const Var& y_pred) const override;
  std::optional<bool> lower_is_better() const override { return false; }
  Config config() const override { return described("TopKCategoricalAccuracy", options); }
};

/// The share of rows whose right class is among the k largest predictions; y_true has class numbers.
struct SparseTopKCategoricalAccuracy : MeanOver {
  struct Options {
    int k = 5;
    std::string name = "sparse_top_k_categorical_accuracy";
    template <class V>
    void fields(V& v) {
      v("k", k), v("name", name);
    }
  } options;
  explicit SparseTopKCategoricalAccuracy(Options given) : MeanOver(given.name), options(std::move(given)) {}
  SparseTopKCategoricalAccuracy() : SparseTopKCategoricalAccuracy(Options()) {}
  Var values(const Var& y_true, const Var& y_pred) const override;
  std::optional<bool> lower_is_better() const override { return false; }
  Config config() const override { return described("SparseTopKCategoricalAccuracy", options); }
};

// ------------------------------------------------------------------------------------------------ losses as metrics

/// What the losses without further options share as metrics.
template <class M>
struct PlainLossMetric : PlainMean<M> {
  using PlainMean<M>::PlainMean;
  std::optional<bool> lower_is_better() const override { return true; }
};

/// (y_true - y_pred)^2, averaged. As the loss of that name.
struct MeanSquaredError : PlainLossMetric<MeanSquaredError> {
  static constexpr const char *class_name = "MeanSquaredError", *usual_name = "mean_squared_error";
  using PlainLossMetric::PlainLossMetric;
  Var values(const Var& y_true, const Var& y_pred) const override;
};

/// |y_true - y_pred|, averaged. As the loss of that name.
struct MeanAbsoluteError : PlainLossMetric<MeanAbsoluteError> {
  static constexpr const char *class_name = "MeanAbsoluteError", *usual_name = "mean_absolute_error";
  using PlainLossMetric::PlainLossMetric;
  Var values(const Var& y_true, const Var& y_pred) const override;
};

/// 100 |y_true - y_pred| / |y_true|, averaged. As the loss of that name.
struct MeanAbsolutePercentageError : PlainLossMetric<MeanAbsolutePercentageError> {
  static constexpr const char *class_name = "MeanAbsolutePercentageError",
                              *usual_name = "mean_absolute_percentage_error";
  using PlainLossMetric::PlainLossMetric;
  Var values(const Var& y_true, const Var& y_pred) const override;
};

/// (log(1 + y_true) - log(1 + y_pred))^2, averaged. As the loss of that name.
struct MeanSquaredLogarithmicError : PlainLossMetric<MeanSquaredLogarithmicError> {
  static constexpr const char *class_name = "MeanSquaredLogarithmicError",
                              *usual_name = "mean_squared_logarithmic_error";
  using PlainLossMetric::PlainLossMetric;
  Var values(const Var& y_true, const Var& y_pred) const override;
};

/// log(cosh(y_pred - y_true)), averaged. As the loss of that name.
struct LogCoshError : PlainLossMetric<LogCoshError> {
  static constexpr const char *class_name = "LogCoshError", *usual_name = "logcosh";
  using PlainLossMetric::PlainLossMetric;
  Var values(const Var& y_true, const Var& y_pred) const override;
};

/// y_true log(y_true / y_pred), summed over the last axis, then averaged. As the loss of that name.
struct KLDivergence : PlainLossMetric<KLDivergence> {
  static constexpr const char *class_name = "KLDivergence", *usual_name = "kl_divergence";
  using PlainLossMetric::PlainLossMetric;
  Var values(const Var& y_true, const Var& y_pred) const override;
};

/// y_pred - y_true log(y_pred), averaged. As the loss of that name.
struct Poisson : PlainLossMetric<Poisson> {
  static constexpr const char *class_name = "Poisson", *usual_name = "poisson";
  using PlainLossMetric::PlainLossMetric;
  Var values(const Var& y_true, const Var& y_pred) const override;
};

/// max(1 - y_true y_pred, 0), averaged; where all y_true are 0 or 1, 0 counts as -1. As the loss of that name.
struct Hinge : PlainLossMetric<Hinge> {
  static constexpr const char *class_name = "Hinge", *usual_name = "hinge";
  using PlainLossMetric::PlainLossMetric;
  Var values(const Var& y_true, const Var& y_pred) const override;
};

/// max(1 - y_true y_pred, 0)^2, averaged; where all y_true are 0 or 1, 0 counts as -1. As the loss of that name.
struct SquaredHinge : PlainLossMetric<SquaredHinge> {
  static constexpr const char *class_name = "SquaredHinge", *usual_name = "squared_hinge";
  using PlainLossMetric::PlainLossMetric;
  Var values(const Var& y_true, const Var& y_pred) const override;
};

/// max(the largest wrong score - the right score + 1, 0), averaged. As the loss of that name.
struct CategoricalHinge : PlainLossMetric<CategoricalHinge> {
  static constexpr const char *class_name = "CategoricalHinge", *usual_name = "categorical_hinge";
  using PlainLossMetric::PlainLossMetric;
  Var values(const Var& y_true, const Var& y_pred) const override;
};

/// The mean cosine of the angle between truth and prediction: 1 where they point the same way.
struct CosineSimilarity : MeanOver {
  struct Options {
    std::string name = "cosine_similarity";
    int axis = -1;
    template <class V>
    void fields(V& v) {
      v("name", name), v("axis", axis);
    }
  } options;
  explicit CosineSimilarity(Options given) : MeanOver(given.name), options(std::move(given)) {}
  CosineSimilarity() : CosineSimilarity(Options()) {}
  Var values(const Var& y_true, const Var& y_pred) const override;
  std::optional<bool> lower_is_better() const override { return false; }
  Config config() const override { return described("CosineSimilarity", options); }
};

/// The square root of the mean squared error.
struct RootMeanSquaredError : PlainLossMetric<RootMeanSquaredError> {
  static constexpr const char *class_name = "RootMeanSquaredError", *usual_name = "root_mean_squared_error";
  using PlainLossMetric::PlainLossMetric;
  Var values(const Var& y_true, const Var& y_pred) const override;
  std::vector<double> results() const override;
};

/// -log of the probability that y_pred gives to the truth, for yes-or-no questions. As the loss of that name.
struct BinaryCrossentropy : MeanOver {
  struct Options {
    std::string name = "binary_crossentropy";
    bool from_logits = false;
    double label_smoothing = 0;
    template <class V>
    void fields(V& v) {
      v("name", name), v("from_logits", from_logits), v("label_smoothing", label_smoothing);
    }
  } options;
  explicit BinaryCrossentropy(Options given) : MeanOver(given.name), options(std::move(given)) {}
  BinaryCrossentropy() : BinaryCrossentropy(Options()) {}
  Var values(const Var& y_true, const Var& y_pred) const override;
  std::optional<bool> lower_is_better() const override { return true; }
  Config config() const override { return described("BinaryCrossentropy", options); }
};

/// -log of the probability that y_pred gives to the right class; y_true is one-hot. As the loss of that name.
struct CategoricalCrossentropy : MeanOver {
  struct Options {
    std::string name = "categorical_crossentropy";
    bool from_logits = false;
    double label_smoothing = 0;
    int axis = -1;
    template <class V>
    void fields(V& v) {
      v("name", name), v("from_logits", from_logits), v("label_smoothing", label_smoothing), v("axis", axis);
    }
  } options;
  explicit CategoricalCrossentropy(Options given) : MeanOver(given.name), options(std::move(given)) {}
  CategoricalCrossentropy() : CategoricalCrossentropy(Options()) {}
  Var values(const Var& y_true, const Var& y_pred) const override;
  std::optional<bool> lower_is_better() const override { return true; }
  Config config() const override { return described("CategoricalCrossentropy", options); }
};

/// The same for y_true as the number of the class. As the loss of that name.
struct SparseCategoricalCrossentropy : MeanOver {
  struct Options {
    std::string name = "sparse_categorical_crossentropy";
    bool from_logits = false;
    std::optional<int64_t> ignore_class = {};
    int axis = -1;
    template <class V>
    void fields(V& v) {
      v("name", name), v("from_logits", from_logits), v("ignore_class", ignore_class), v("axis", axis);
    }
  } options;
  explicit SparseCategoricalCrossentropy(Options given) : MeanOver(given.name), options(std::move(given)) {}
  SparseCategoricalCrossentropy() : SparseCategoricalCrossentropy(Options()) {}
  Var values(const Var& y_true, const Var& y_pred) const override;
  std::optional<bool> lower_is_better() const override { return true; }
  Config config() const override { return described("SparseCategoricalCrossentropy", options); }
};

// ------------------------------------------------------------------------------------------------ of confusion

/// One threshold or several: `.thresholds = 0.3`, `.thresholds = {0.25, 0.75}`.
class Thresholds {
 public:
  Thresholds() = default;
  Thresholds(double value) : values_{value} {}
  Thresholds(std::initializer_list<double> values) : values_(values) {}
  Thresholds(std::vector<double> values) : values_(std::move(values)) {}
  const std::vector<double>& values() const { return values_; }
  /// Null, a number or a list.
  Config config() const;
  static Thresholds from_config(const Config& config);

 private:
  std::vector<double> values_;
};

/// Options of Precision and Recall. `thresholds`: a prediction above it is a yes; 0.5 unless given. `top_k`: only the k
/// largest predictions of a row may be yes. `class_id`: only this column is looked at.
template <class M>
struct ConfusionOptions {
  Thresholds thresholds = {};
  std::optional<int> top_k = {};
  std::optional<int> class_id = {};
  std::string name = M::usual_name;
  template <class V>
  void fields(V& v) {
    v("thresholds", thresholds), v("top_k", top_k), v("class_id", class_id), v("name", name);
  }
};

/// Counts of right and wrong answers, one per threshold.
class Confusion : public Metric {
 public:
  std::optional<bool> lower_is_better() const override { return false; }

 protected:
  /// What the metrics of this kind have in common.
  struct Settings {
    std::vector<double> thresholds;
    std::optional<int> top_k, class_id;
  };
  Confusion(std::string name, Settings settings, bool counts_false_positives);
  void update_state(const Var& y_true, const Var& y_pred, const Var& sample_weight) override;
  /// true positives / (true positives + the wrong ones), 0 where there are none.
  std::vector<double> results() const override;

 private:
  Settings settings_;
  bool counts_false_positives_;
  Variable true_positives_, wrong_;
};

/// How many of the predicted yes are right. One value per threshold.
struct Precision : Confusion {
  static constexpr const char *class_name = "Precision", *usual_name = "precision";
  using Options = ConfusionOptions<Precision>;
  Options options;
  explicit Precision(Options given)
      : Confusion(given.name, {given.thresholds.values(), given.top_k, given.class_id}, true),
        options(std::move(given)) {}
  Precision() : Precision(Options()) {}
  Config config() const override { return described(class_name, options); }
};

/// How many of the true yes are found. One value per threshold.
struct Recall : Confusion {
  static constexpr const char *class_name = "Recall", *usual_name = "recall";
  using Options = ConfusionOptions<Recall>;
  Options options;
  explicit Recall(Options given)
      : Confusion(given.name, {given.thresholds.values(), given.top_k, given.class_id}, false),
        options(std::move(given)) {}
  Recall() : Recall(Options()) {}
  Config config() const override { return described(class_name, options); }
};

/// The area under the curve of true against false alarms ("ROC") or of precision against recall ("PR"): 1 is perfect,
/// and with ROC 0.5 is chance.
///
/// Summed over thresholds, evenly spread unless given. `summation_method`: "interpolation", "majoring", "minoring".
/// `multi_label`: a curve for each column, their areas averaged by `label_weights`.
/// Source: Davis, Goadrich, "The relationship between precision-recall and ROC curves", ICML 2006.
class AUC : public Metric {
 public:
  struct Options {
    int num_thresholds = 200;
    std::string curve = "ROC", summation_method = "interpolation", name = "auc";
    Thresholds thresholds = {};
    bool multi_label = false;
    std::optional<int> num_labels = {};
    std::vector<double> label_weights = {};
    bool from_logits = false;
    template <class V>
    void fields(V& v) {
      v("num_thresholds", num_thresholds), v("curve", curve), v("summation_method", summation_method), v("name", name);
      v("thresholds", thresholds), v("multi_label", multi_label), v("num_labels", num_labels);
      v("label_weights", label_weights), v("from_logits", from_logits);
    }
  } options;
  explicit AUC(Options given);
  AUC() : AUC(Options()) {}
  std::vector<double> results() const override;
  std::optional<bool> lower_is_better() const override { return false; }
  Config config() const override { return described("AUC", options); }

 protected:
  void update_state(const Var& y_true, const Var& y_pred, const Var& sample_weight) override;

 private:
  struct Curve;
  void make_state(int64_t labels);
  double area(const Curve& curve) const;
  std::vector<double> thresholds_;
};

/// The harmonic mean of precision and recall, one value per class (column) or averaged: "micro" counts all answers
/// alike, "macro" all classes, "weighted" classes by how often they occur.
///
/// Without `threshold` the largest prediction of a row is its yes. Shapes: [batch, classes] for both.
class F1Score : public Metric {
 public:
  struct Options {
    std::optional<std::string> average = {};
    std::optional<double> threshold = {};
    std::string name = "f1_score";
    template <class V>
    void fields(V& v) {
      v("average", average), v("threshold", threshold), v("name", name);
    }
  } options;
  explicit F1Score(Options given);
  F1Score() : F1Score(Options()) {}
  std::vector<double> results() const override;
  std::optional<bool> lower_is_better() const override { return false; }
  Config config() const override { return described("F1Score", options); }

 protected:
  void update_state(const Var& y_true, const Var& y_pred, const Var& sample_weight) override;
};

}  // namespace cajal::metrics
