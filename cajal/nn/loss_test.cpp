#include "cajal/nn/internal/golden_test.h"
#include "cajal/nn/losses.h"
#include "cajal/ops/activation.h"
#include "cajal/ops/reduction.h"

namespace cajal {
namespace {

using golden::run;

Tensor labels(const std::vector<int>& values) { return Tensor::of(values); }

// y_true as the loss wants it: class numbers stay integers.
Tensor truth(const Config& record) {
  const Tensor values = golden::tensor(record["y_true"]);
  return record["loss"].text().rfind("Sparse", 0) == 0 ? values.cast(DType::int32) : values;
}

void check(const Config& record, bool weighted) {
  const Config& wanted = record[weighted ? "weighted" : "unweighted"];
  const std::string name = record["loss"].text(),
                    what = name + " " + record["arguments"].json() + " " + record["case"].text();
  std::vector<Tensor> inputs = {truth(record), golden::tensor(record["y_pred"])};
  if (weighted) inputs.push_back(golden::tensor(record["sample_weight"]));
  for (const auto& entry : wanted.map()) {
    const bool gradients = entry.first == "gradient";
    Config arguments = record["arguments"];
    if (arguments.is_null()) arguments = Config(Config::Map{});
    if (!gradients) arguments.set("reduction", entry.first);
    const AnyLoss loss = Loss::from_config(golden::part(name, arguments));
    const Tensor got = run(inputs, [&](const Vars& x) -> Vars {
      const Var value = (*loss)(x[0], x[1], weighted ? x[2] : Var());
      return {gradients ? gradient(value, x[1]) : value};
    })[0];
    golden::expect_near(got, golden::tensor(entry.second), 1e-11, what + (weighted ? " weighted " : " ") + entry.first);
  }
}

TEST(Loss, GivesTheValuesAndGradientsOfKeras) {
  const Config file = golden::read("losses.json");
  for (const Config& record : file["records"].list()) {
    check(record, false);
    check(record, true);
  }
}

TEST(Loss, IsFoundByEveryNameOfKeras) {
  const Config file = golden::read("names.json");
  for (const auto& entry : file["losses"].map()) {
    const AnyLoss loss = entry.first;
    EXPECT_EQ(loss->config()["class_name"].text(), entry.first);
    for (const Config& argument : entry.second["arguments"].list())
      if (argument["name"].text() != "dtype") {
        EXPECT_EQ(loss->config()["config"][argument["name"].text()].json(), argument["default"].json())
            << entry.first << " " << argument["name"].text();
      }
  }
  EXPECT_EQ(AnyLoss("mse")->name(), "mean_squared_error");
  EXPECT_EQ(AnyLoss("bce")->name(), "binary_crossentropy");
}

TEST(Loss, ComesBackFromItsConfig) {
  const AnyLoss loss = SparseCategoricalCrossentropy({.from_logits = true, .ignore_class = -1, .reduction = "sum"});
  const AnyLoss back = Loss::from_config(Config::parse(loss->config().json()));
  EXPECT_EQ(back->config(), loss->config());
  EXPECT_EQ(back->reduction(), "sum");
}

TEST(Loss, UsesTheLogitsBehindASoftmax) {
  const Tensor logits = Tensor::of({0.f, 300.f}, {1, 2});
  const auto out = run({labels({0}), logits}, [](const Vars& x) -> Vars {
    const Var loss = SparseCategoricalCrossentropy()(x[0], identity(softmax(x[1])));
    return {loss, gradient(loss, x[1])};
  });
  EXPECT_FLOAT_EQ(float(out[0].item()), 300.f);  // from probabilities it could not be more than -log(1e-7)
  EXPECT_FLOAT_EQ(float(out[1].flat(1)), 1.f);
}

TEST(Loss, DoesNotLookThroughAStoppedGradient) {
  const auto out = run({Tensor::of({1.f, 0.f}, {1, 2}), Tensor::of({0.f, 1.f}, {1, 2})}, [](const Vars& x) -> Vars {
    return {gradient(categorical_crossentropy(x[0], stop_gradient(softmax(x[1]))), x[1])};
  });
  EXPECT_EQ(out[0].flat(0), 0);
  EXPECT_EQ(out[0].flat(1), 0);
}

TEST(Loss, AveragesOverWhatTheMaskLeaves) {
  const Tensor truth = Tensor::of({1.f, 2.f, 3.f, 4.f}, {2, 2, 1}), prediction = Tensor({2, 2, 1});
  const Tensor mask = Tensor::of(std::vector<bool>{true, true, true, false}, Shape{2, 2});
  const auto out = run({truth, prediction, mask}, [](const Vars& x) -> Vars {
    const Var masked = x[1].with_mask(x[2]);
    return {MeanSquaredError()(x[0], masked), MeanSquaredError({.reduction = "sum"})(x[0], masked)};
  });
  EXPECT_FLOAT_EQ(float(out[0].item()), 14.f / 3);
  EXPECT_FLOAT_EQ(float(out[1].item()), 14.f);
}

TEST(Loss, GivesAWeightPerSampleToAllItsTimeSteps) {
  const Tensor truth = Tensor::of({1.f, 2.f, 3.f, 4.f}, {2, 2, 1}), prediction = Tensor({2, 2, 1});
  const auto out = run({truth, prediction, Tensor::of({1.f, 0.f})},
                       [](const Vars& x) -> Vars { return {MeanSquaredError()(x[0], x[1], x[2])}; });
  EXPECT_FLOAT_EQ(float(out[0].item()), 5.f / 4);
}

TEST(Loss, CrossentropyFollowsTheShapes) {
  const Tensor prediction = Tensor::of({0.25f, 0.75f}, {1, 2});
  const AnyLoss any = "crossentropy";
  const auto sparse = run({labels({1}), prediction}, [&](const Vars& x) -> Vars { return {(*any)(x[0], x[1])}; });
  const auto shares =
      run({Tensor::of({0.f, 1.f}, {1, 2}), prediction}, [&](const Vars& x) -> Vars { return {(*any)(x[0], x[1])}; });
  const auto binary = run({Tensor::of({1.f}), Tensor::of({0.75f}, {1, 1})},
                          [&](const Vars& x) -> Vars { return {(*any)(x[0], x[1])}; });
  for (const auto* out : {&sparse, &shares, &binary}) EXPECT_NEAR((*out)[0].item(), -std::log(0.75), 1e-6);
}

TEST(Loss, TellsWhatIsWrong) {
  const auto message = [](const std::function<void()>& wrong) {
    try {
      wrong();
    } catch (const Error& error) {
      return std::string(error.what());
    }
    return std::string("nothing was thrown");
  };
  EXPECT_EQ(message([] { AnyLoss("mean_square_error"); }),
            "there is no loss called 'mean_square_error'\n  Try: 'mean_squared_error'");
  EXPECT_EQ(message([] { Huber({.reduction = "average"}); }).substr(0, 52),
            "the loss 'huber_loss' has no reduction 'average'\n  T");
  EXPECT_EQ(message([] { BinaryCrossentropy({.label_smoothing = 2}); }),
            "BinaryCrossentropy needs a label_smoothing from 0 to 1 and was given 2.000000");
  EXPECT_NE(message([] {
              SparseCategoricalCrossentropy()(placeholder({4, 3}), placeholder({4, 3}));
            }).find("class numbers of shape [4, 3] do not fit predictions of shape [4, 3]"),
            std::string::npos);
}

TEST(Loss, SmoothedLabelsAreSmoothedShares) {
  const Tensor logits = Tensor::of({1.f, -2.f, 0.5f, 3.f, 0.f, -1.f}, {2, 3});
  const Tensor shares = Tensor::of({0.f, 0.f, 1.f, 1.f, 0.f, 0.f}, {2, 3});
  const auto out = run({labels({2, 0}), shares, logits}, [](const Vars& x) -> Vars {
    const Var sparse = SparseCategoricalCrossentropy({.from_logits = true, .label_smoothing = 0.2})(x[0], x[2]);
    const Var dense = CategoricalCrossentropy({.from_logits = true, .label_smoothing = 0.2})(x[1], x[2]);
    const Var behind = SparseCategoricalCrossentropy({.label_smoothing = 0.2})(x[0], softmax(x[2]));
    return {sparse, dense, behind, gradient(sparse, x[2]), gradient(dense, x[2])};
  });
  EXPECT_NEAR(out[0].item(), out[1].item(), 1e-6);
  EXPECT_NEAR(out[2].item(), out[1].item(), 1e-6);
  for (int64_t i = 0; i < logits.size(); ++i) EXPECT_NEAR(out[3].flat(i), out[4].flat(i), 1e-7);
  EXPECT_THROW(SparseCategoricalCrossentropy({.label_smoothing = -0.1}), Error);
}

}  // namespace
}  // namespace cajal
