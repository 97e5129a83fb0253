#include <set>

#include "cajal/nn/internal/golden_test.h"
#include "cajal/nn/metrics.h"
#include "cajal/ops/elementwise.h"

namespace cajal {
namespace {

Tensor results(const Metric& metric, const Shape& shape) {
  const std::vector<double> values = metric.results();
  return Tensor::of(values, int64_t(values.size()) == shape.size().value() ? shape : Shape{int64_t(values.size())});
}

// One batch. The tensors are y_true, y_pred and, if given, weights; or values and weights.
void feed(Metric& metric, const Config& batch, bool weighted, bool sparse) {
  std::vector<Tensor> inputs;
  const bool values = batch.has("values");
  if (!values)
    inputs.push_back(sparse ? golden::tensor(batch["y_true"]).cast(DType::int32) : golden::tensor(batch["y_true"]));
  inputs.push_back(golden::tensor(batch[values ? "values" : "y_pred"]));
  if (weighted) inputs.push_back(golden::tensor(batch["sample_weight"]));
  golden::run(inputs, [&](const Vars& x) -> Vars {
    const Var weight = weighted ? x.back() : Var();
    return values ? metric.update(x[0], x[0], weight) : metric.update(x[0], x[1], weight);
  });
}

void check(const Config& record, const Config& data, bool weighted) {
  const std::string name = record["metric"].text();
  const auto metric = Metric::from_config(golden::part(name, record["arguments"]));
  EXPECT_EQ(metric->name(), record["name"].text());
  const Config::List& batches = data[record["data"].text()].list();
  const Config::List& wanted = record[weighted ? "weighted" : "values"].list();
  for (size_t i = 0; i < batches.size(); ++i) {
    feed(*metric, batches[i], weighted, name.rfind("Sparse", 0) == 0);
    const Tensor expected = golden::tensor(wanted[i]);
    golden::expect_near(results(*metric, expected.shape()), expected, 1e-7,
                        name + " " + record["arguments"].json() + " " + record["data"].text() +
                            (weighted ? " weighted " : " ") + std::to_string(i));
  }
}

TEST(Metric, GivesTheValuesOfKerasOverThreeBatches) {
  const golden::InDouble in_double;
  const Config file = golden::read("metrics.json");
  for (const Config& record : file["records"].list()) {
    check(record, file["data"], false);
    check(record, file["data"], true);
  }
}

TEST(Metric, IsFoundByEveryNameOfKeras) {
  const Config file = golden::read("names.json");
  for (const auto& entry : file["metrics"].map()) {
    const auto metric = Metric::from_config(golden::part(entry.first, {}));
    EXPECT_EQ(metric->config()["class_name"].text(), entry.first);
  }
  EXPECT_EQ(AnyMetric("mse")->name(), "mse");
  EXPECT_EQ(AnyMetric("AUC")->name(), "AUC");
  EXPECT_EQ(AnyMetric("bce")->config()["config"]["name"].text(), "bce");
}

double accuracy_of(const AnyMetric& metric, const Tensor& truth, const Tensor& prediction) {
  metric->reset_state();
  golden::run({truth, prediction}, [&](const Vars& x) -> Vars { return metric->update(x[0], x[1]); });
  return metric->result();
}

TEST(Metric, AccuracyFollowsTheShapes) {
  const Tensor scores = Tensor::of({0.1f, 0.7f, 0.2f, 0.8f, 0.1f, 0.1f}, {2, 3});
  EXPECT_EQ(accuracy_of("accuracy", Tensor::of({1, 2}), scores), 0.5);
  EXPECT_EQ(accuracy_of("acc", Tensor::of({0.f, 1.f, 0.f, 1.f, 0.f, 0.f}, {2, 3}), scores), 1);
  EXPECT_EQ(accuracy_of("accuracy", Tensor::of({1.f, 1.f}), Tensor::of({0.9f, 0.4f}, {2, 1})), 0.5);
  EXPECT_EQ(AnyMetric("acc")->name(), "acc");
  EXPECT_EQ(resolve_accuracy({2}, {2, 3})->name(), "sparse_categorical_accuracy");
  EXPECT_EQ(resolve_accuracy({2, 3}, {2, 3})->name(), "categorical_accuracy");
  EXPECT_EQ(resolve_accuracy({2, 1}, {2, 1})->name(), "binary_accuracy");
}

TEST(Metric, StartsAnewWhenReset) {
  const AnyMetric metric = "mae";
  EXPECT_EQ(metric->result(), 0);
  EXPECT_EQ(accuracy_of(metric, Tensor::of({1.f, 2.f}, {2, 1}), Tensor::of({2.f, 4.f}, {2, 1})), 1.5);
  EXPECT_EQ(accuracy_of(metric, Tensor::of({1.f}, {1, 1}), Tensor::of({2.f}, {1, 1})), 1);
  metric->reset_state();
  EXPECT_EQ(metric->result(), 0);
}

TEST(Metric, LeavesOutWhatIsMasked) {
  metrics::MeanAbsoluteError metric;
  const Tensor mask = Tensor::of(std::vector<bool>{true, true, true, false}, Shape{2, 2});
  golden::run({Tensor::of({1.f, 2.f, 3.f, 4.f}, {2, 2, 1}), Tensor({2, 2, 1}), mask},
              [&](const Vars& x) -> Vars { return metric.update(x[0], x[1].with_mask(x[2])); });
  EXPECT_FLOAT_EQ(float(metric.result()), 2.f);
}

TEST(Metric, CopiesShareTheirState) {
  metrics::Mean metric, copy = metric;
  golden::run({Tensor::of({1.f, 5.f})}, [&](const Vars& x) -> Vars { return metric.update(x[0]); });
  EXPECT_EQ(copy.result(), 3);
}

TEST(Metric, WrapsAFunctionOfOnesOwn) {
  metrics::MeanMetricWrapper metric([](const Var& a, const Var& b) { return b - a; }, "bias");
  golden::run({Tensor::of({1.f, 1.f}), Tensor::of({2.f, 4.f})},
              [&](const Vars& x) -> Vars { return metric.update(x[0], x[1]); });
  EXPECT_EQ(metric.result(), 2);
}

// One that says nothing lets callbacks refuse mode "auto": a mean of anything may be good or bad.
TEST(Metric, SaysWhichWayIsBetter) {
  const std::set<std::string> higher = {"Accuracy",
                                        "AUC",
                                        "BinaryAccuracy",
                                        "CategoricalAccuracy",
                                        "CosineSimilarity",
                                        "F1Score",
                                        "Precision",
                                        "Recall",
                                        "SparseCategoricalAccuracy",
                                        "SparseTopKCategoricalAccuracy",
                                        "TopKCategoricalAccuracy"};
  const Config file = golden::read("names.json");
  for (const auto& entry : file["metrics"].map()) {
    const std::string& name = entry.first;
    const auto says = Metric::from_config(golden::part(name, {}))->lower_is_better();
    EXPECT_EQ(says.has_value(), name != "Mean" && name != "Sum") << name;
    EXPECT_EQ(says.value_or(true), !higher.count(name)) << name;
  }
  EXPECT_EQ(AnyMetric("accuracy")->lower_is_better(), false);
  EXPECT_FALSE(metrics::MeanMetricWrapper(subtract, "bias").lower_is_better().has_value());
}

TEST(Metric, TellsWhatIsWrong) {
  EXPECT_THROW(AnyMetric("acuracy_"), Error);
  EXPECT_THROW(metrics::AUC({.curve = "RCO"}), Error);
  EXPECT_THROW(metrics::F1Score({.average = "mean"}), Error);
  EXPECT_THROW(metrics::Precision({.thresholds = {1.5}}), Error);
  try {
    AnyMetric("categorical_acuracy");
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "there is no metric called 'categorical_acuracy'\n  Try: 'categorical_accuracy'");
  }
}

}  // namespace
}  // namespace cajal
