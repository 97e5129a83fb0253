// Whole trainings against Keras: losses, metrics, weights, evaluation, predictions.
#include <gtest/gtest.h>

#include "cajal/nn/constraints.h"
#include "cajal/nn/internal/golden_test.h"
#include "cajal/nn/layers.h"
#include "cajal/nn/losses.h"
#include "cajal/nn/model.h"
#include "cajal/nn/optimizers.h"
#include "cajal/nn/regularizers.h"

namespace cajal {
namespace {

constexpr double tolerance = 1e-9;

Model model_of(const Config& record) {
  Any<Regularizer> l2;
  if (record.has("l2")) l2 = L2(record["l2"].number());
  Any<Constraint> max_norm;
  if (record.has("max_norm")) max_norm = MaxNorm(record["max_norm"].number());
  Dense hidden({.units = 8, .activation = "tanh", .kernel_regularizer = l2, .kernel_constraint = max_norm});
  Dense output({.units = 3, .kernel_regularizer = l2, .kernel_constraint = max_norm});
  if (record["softmax"].boolean()) output.options.activation = "softmax";
  BatchNormalization norm({.momentum = 0.9});
  hidden.set_name("hidden");
  norm.set_name("norm");
  output.set_name("output");
  const Input input({4}, {.dtype = DType::float64});
  return record["batch_norm"].boolean() ? Sequential(input, {hidden, norm, output})
                                        : Sequential(input, {hidden, output});
}

// Weights as "layer/weight" in a record: {"layer": {"weight": values}}.
Config weight_of(const Config& layers, const Variable& weight) {
  const size_t slash = weight.name().find('/');
  return layers[weight.name().substr(0, slash)][weight.name().substr(slash + 1)];
}

CompileArguments arguments_of(const Config& record) {
  CompileArguments out;
  out.optimizer = Optimizer::from_config(golden::part(record["optimizer"].text(), record["arguments"]));
  const bool sparse = record["loss"].text() == "SparseCategoricalCrossentropy";
  if (sparse) out.loss = SparseCategoricalCrossentropy({.from_logits = !record["softmax"].boolean()});
  else out.loss = record["loss"].text();
  const char* metric = sparse ? "accuracy" : "mae";
  out.metrics = {metric};
  out.weighted_metrics = {metric};
  return out;
}

void expect_logs(const Logs& got, const Config& wanted, const std::string& what) {
  for (const auto& entry : wanted.map()) {
    ASSERT_TRUE(got.has(entry.first)) << what << " has no " << entry.first;
    EXPECT_NEAR(got[entry.first], golden::number(entry.second), tolerance) << what << " " << entry.first;
  }
  EXPECT_EQ(got.size(), wanted.map().size()) << what;
}

FitArguments fit_arguments(const Config& record, const Config& data) {
  FitArguments out{.epochs = int(record["epochs"].integer()), .batch_size = 5, .verbose = 0, .shuffle = false};
  out.validation_split = record["validation_split"].number();
  if (record["sample_weight"].boolean()) out.sample_weight = golden::tensor(data["sample_weight"]);
  if (record["class_weight"].boolean())
    for (const auto& entry : data["class_weight"].map())
      out.class_weight[std::stoi(entry.first)] = entry.second.number();
  if (record["validation_data"].boolean()) {
    const Tensor weight =
        record["sample_weight"].boolean() ? golden::tensor(data["sample_weight_validation"]) : Tensor();
    out.validation_data =
        Dataset(golden::tensor(data["x_validation"]), golden::tensor(data["y_validation"]).cast(DType::int64), weight);
  }
  return out;
}

void expect_history(const History& history, const Config& wanted) {
  EXPECT_EQ(history.history.size(), wanted.map().size());
  for (const auto& entry : wanted.map())
    golden::expect_near(Tensor::of(history[entry.first]), golden::tensor(entry.second), tolerance,
                        "history " + entry.first);
}

void check(const Config& record, const Config& data) {
  Model model = model_of(record);
  for (Variable weight : model.weights()) weight.set(golden::tensor(weight_of(record["start"], weight)));
  model.compile(arguments_of(record));
  const bool sparse = record["loss"].text() == "SparseCategoricalCrossentropy";
  const Tensor x = golden::tensor(data["x"]);
  const Tensor y = sparse ? golden::tensor(data["y"]).cast(DType::int64) : golden::tensor(data["targets"]);
  expect_logs(model.evaluate(x, y, {.batch_size = 5}), record["evaluate_before"], "evaluate before");
  expect_history(model.fit(x, y, fit_arguments(record, data)), record["history"]);
  for (const Variable& weight : model.weights())
    golden::expect_near(weight.value(), golden::tensor(weight_of(record["weights"], weight)), tolerance, weight.name());
  expect_logs(model.evaluate(x, y, {.batch_size = 5}), record["evaluate"], "evaluate");
  expect_logs(model.evaluate(x, y, {.batch_size = 5, .sample_weight = golden::tensor(data["sample_weight"])}),
              record["evaluate_weighted"], "evaluate weighted");
  golden::expect_near(model.predict(x.slice(0, {0, 3})), golden::tensor(record["predict"]), tolerance, "predict");
}

TEST(FitGolden, TrainingsAreKeras) {
  const golden::InDouble in_double;
  const Config file = golden::read("fit.json");
  size_t compared = 0;
  for (const Config& record : file["records"].list()) {
    SCOPED_TRACE(record["case"].text());
    clear_session();
    check(record, file["data"]);
    ++compared;
  }
  EXPECT_EQ(compared, 17u);
}

}  // namespace
}  // namespace cajal
