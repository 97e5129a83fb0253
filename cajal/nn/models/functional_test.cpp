// What models are made of, and what is refused.
#include <gtest/gtest.h>

#include "cajal/nn/internal/test_support.h"
#include "cajal/nn/layers.h"
#include "cajal/nn/losses.h"
#include "cajal/nn/model.h"
#include "cajal/nn/optimizers.h"
#include "cajal/nn/regularizers.h"
#include "cajal/ops/elementwise.h"
#include "cajal/ops/reduction.h"

namespace cajal {
namespace {

using Models = FreshSession;

Tensor ones(const Shape& shape) { return Tensor::full(shape, 1); }

// ------------------------------------------------------------------------------------------------ weights

TEST_F(Models, CopiesOfALayerMadeBeforeItsFirstCallShareWeights) {
  const Dense layer(3);
  Dense first = layer, second = layer;
  const Input x({2}), y({2});
  first(x);
  second(y);
  EXPECT_EQ(first.kernel, second.kernel);
  EXPECT_EQ(first.weights(), layer.weights());
  EXPECT_EQ(layer.name(), "dense");
  Sequential model({first, Dense(4)});
  model.predict(ones({1, 2}));
  EXPECT_EQ(model.weights()[0], first.kernel) << "a model holds the layer itself, not another one like it";
}

TEST_F(Models, ASharedLayerLearnsFromBothPlaces) {
  const Input a({3}), b({3});
  Dense shared({.units = 1, .use_bias = false});
  Model model({a, b}, Add()({shared(a), shared(b)}));
  ASSERT_EQ(model.weights().size(), 1u);
  const Var kernel_gradient = gradient(sum(model.outputs()[0]), model.weights())[0];
  const auto got = Program({a, b}, kernel_gradient)(std::vector<Tensor>{ones({2, 3}), Tensor::full({2, 3}, 10)});
  EXPECT_EQ(got[0].values<double>(), (std::vector<double>{22, 22, 22}));
}

TEST_F(Models, AModelIsALayer) {
  Sequential encoder({Dense(4, "relu"), Dense(2)});
  const Input x({3}), y({3});
  Model model({x, y}, Concatenate()({encoder(x), encoder(y)}));
  EXPECT_EQ(model.weights().size(), 4u);
  EXPECT_EQ(model.layers().size(), 2u);
  const Tensor out = model.predict_all(Dataset(TensorList{ones({2, 3}), ones({2, 3})}), {})[0];
  EXPECT_EQ(out.at({0, 0}), out.at({0, 2}));
  EXPECT_EQ(encoder.name(), "sequential");
}

TEST_F(Models, AVeryLongChainOfCallsIsFreed) {
  Dense layer(2);
  const Input in({2});
  Var x = in;
  for (int i = 0; i < 30000; ++i) x = layer(x);
  x = Var();
  EXPECT_EQ(layer.weights().size(), 2u);
}

TEST_F(Models, SetWeightsRefusesWhatDoesNotFit) {
  Sequential model(Input({2}), {Dense(3)});
  const std::vector<Tensor> before = model.get_weights();
  EXPECT_EQ(error_of([&] {
              model.set_weights({ones({2, 3})});
            }).message(),
            "'sequential' has 2 weights and was given 1");
  EXPECT_EQ(error_of([&] {
              model.set_weights({ones({2, 3}), ones({4})});
            }).message(),
            "weight 'dense/bias' of 'sequential' has the shape [3] and was given [4]");
  for (size_t i = 0; i < before.size(); ++i) EXPECT_TRUE(identical(model.get_weights()[i], before[i]));
  model.set_weights({ones({2, 3}), ones({3})});
  EXPECT_EQ(model.predict(ones({1, 2})).flat(0), 3);
  Dense unbuilt(3);
  EXPECT_NE(error_of([&] { unbuilt.set_weights({ones({2, 3})}); }).hint(), "");
}

TEST_F(Models, TrainableWeightsComeFirstWithinALayer) {
  Sequential model(Input({2}), {BatchNormalization(), Dense(3)});
  std::vector<std::string> names;
  for (const Variable& weight : model.weights()) names.push_back(weight.name());
  EXPECT_EQ(names, (std::vector<std::string>{"batch_normalization/gamma", "batch_normalization/beta",
                                             "batch_normalization/moving_mean", "batch_normalization/moving_variance",
                                             "dense/kernel", "dense/bias"}));
  EXPECT_EQ(model.trainable_weights().size(), 4u);
  EXPECT_EQ(model.non_trainable_weights().size(), 2u);
  EXPECT_EQ(model.count_params(), 8 + 9);
  model.set_trainable(false);
  EXPECT_TRUE(model.trainable_weights().empty());
  EXPECT_EQ(model.non_trainable_weights().size(), 6u);
}

TEST_F(Models, SameSeedSameWeights) {
  auto weights = [] {
    clear_session();
    set_random_seed(7);
    return Sequential(Input({5}), {Dense(4), Dense(3)}).get_weights();
  };
  const auto once = weights(), again = weights();
  for (size_t i = 0; i < once.size(); ++i) EXPECT_TRUE(identical(once[i], again[i]));
  EXPECT_FALSE(identical(once[0].slice(1, {0, 3}).copy(), once[2].slice(0, {0, 4}).copy()));
}

// ------------------------------------------------------------------------------------------------ parts

TEST_F(Models, LayersAreFoundByNameAndPlace) {
  Dense scores(2);
  scores.set_name("scores");
  Sequential model(Input({3}), {Dense(4), Dense(4), scores});
  EXPECT_EQ(model.get_layer("dense_1")->name, "dense_1");
  EXPECT_EQ(model.get_layer(-1)->name, "scores");
  EXPECT_EQ(model.get_layer(0)->class_name, "Dense");
  const Error error = error_of([&] { model.get_layer("score"); });
  EXPECT_EQ(error.message(), "'sequential' has no layer called 'score'");
  EXPECT_NE(error.hint().find("'scores'"), std::string::npos) << error.hint();
  EXPECT_EQ(error_of([&] { model.get_layer(3); }).message(), "'sequential' has 3 layers and layer 3 was asked for");
  EXPECT_EQ(error_of([&] { scores.set_name("other"); }).message(),
            "'scores' has been used and cannot be named 'other' any more");
}

TEST_F(Models, GrowAfterTheyWereBuilt) {
  Sequential model(Input({3}), {Dense({.units = 4, .activity_regularizer = L2(0.5)})});
  model.add(Dense(2));
  EXPECT_EQ(model.predict(ones({5, 3})).shape(), (Shape{5, 2}));
  EXPECT_EQ(model.layers().size(), 2u);
  model.compile({.optimizer = SGD(0.0), .loss = "mse"});
  Sequential whole(Input({3}), {Dense({.units = 4, .activity_regularizer = L2(0.5)}), Dense(2)});
  whole.compile({.optimizer = SGD(0.0), .loss = "mse"});
  whole.set_weights(model.get_weights());
  EXPECT_EQ(model.evaluate(ones({5, 3}), ones({5, 2}))["loss"], whole.evaluate(ones({5, 3}), ones({5, 2}))["loss"])
      << "a penalty counts once";
}

TEST_F(Models, ValuesWithinCanBeAskedFor) {
  const Input x({3});
  Dense hidden(4, "relu");
  const Var between = hidden(x);
  Model model({x}, Dense(2)(between));
  Model features({x}, between);
  EXPECT_EQ(features.predict(ones({5, 3})).shape(), (Shape{5, 4}));
  EXPECT_EQ(features.weights()[0], model.weights()[0]);
  Program slope({x}, gradient(sum(model.outputs()[0]), Var(x)));
  EXPECT_EQ(slope(ones({5, 3})).shape(), (Shape{5, 3}));
}

// ------------------------------------------------------------------------------------------------ losses and masks

TEST_F(Models, PenaltiesOfASequentialBuiltByItsFirstBatchCount) {
  auto loss_of = [](bool built_before) {
    clear_session();
    set_random_seed(1);
    Sequential model({Dense({.units = 4, .kernel_regularizer = L2(0.1), .activity_regularizer = L2(0.5)}), Dense(1)});
    if (built_before) model.build_for({{Dim::symbol("batch"), 3}});
    model.compile({.optimizer = SGD(0.0), .loss = "mse"});
    return model.evaluate(ones({6, 3}), ones({6, 1}), {.batch_size = 3})["loss"];
  };
  EXPECT_EQ(loss_of(false), loss_of(true));
}

TEST_F(Models, PenaltiesOfANestedModelCount) {
  Sequential inner(
      {Dense({.units = 4, .use_bias = false, .kernel_initializer = "ones", .activity_regularizer = L2(0.5)})});
  const Input x({2});
  Model model({x}, inner(x));
  model.compile({.optimizer = SGD(0.0), .loss = LossFunction([](Var, Var y) { return y * 0.0; })});
  EXPECT_NEAR(model.evaluate(ones({3, 2}), ones({3, 4}))["loss"], 0.5 * 4 * 4, 1e-5) << "0.5 sum(2^2) per sample";
}

TEST_F(Models, AFrozenWeightHasNoPenalty) {
  Dense layer({.units = 2, .use_bias = false, .kernel_initializer = "ones", .kernel_regularizer = L2(0.5)});
  Sequential model(Input({3}), {layer});
  auto loss = [&] {
    model.compile({.optimizer = SGD(0.0), .loss = LossFunction([](Var, Var y) { return y * 0.0; })});
    return model.evaluate(ones({3, 3}), ones({3, 2}))["loss"];
  };
  EXPECT_NEAR(loss(), 3, 1e-6);
  layer.set_trainable(false);
  EXPECT_EQ(loss(), 0);
}

TEST_F(Models, MasksReachTheLossThroughModels) {
  // Two samples of three steps, of which [1, 1, 0] and [1, 0, 0] count; the prediction is the input.
  const Tensor x = Tensor::of<float>({1, 2, 0, 3, 0, 0}, {2, 3, 1}), y = Tensor({2, 3, 1});
  Sequential inner({Masking(), Dense({.units = 1, .use_bias = false, .kernel_initializer = "ones"})});
  const Input in({3, 1});
  Model outer({in}, inner(in));
  for (Model* model : std::initializer_list<Model*>{&inner, &outer}) {
    model->compile({.optimizer = SGD(0.0), .loss = "mse"});
    EXPECT_NEAR(model->evaluate(x, y)["loss"], (1.0 + 4 + 9) / 3, 1e-6) << model->name();
  }
}

// ------------------------------------------------------------------------------------------------ classes of one's own

struct Doubler : Model {
  Dense dense{1, "linear"};
  Var call(Var x) override { return dense(x) * 2.0; }
};

TEST_F(Models, AClassOfOnesOwnLearns) {
  Doubler model;
  model.compile({.optimizer = SGD(0.05), .loss = "mse"});
  const History history = model.fit(ones({8, 2}), Tensor::full({8, 1}, 3), {.epochs = 20, .verbose = 0});
  EXPECT_LT(history["loss"].back(), history["loss"].front());
  EXPECT_EQ(model.name(), "doubler");
  EXPECT_EQ(model.weights().size(), 2u);
  EXPECT_EQ(model.layers().size(), 1u);
  EXPECT_NE(model.summary().find("dense (Dense)"), std::string::npos);
}

// ------------------------------------------------------------------------------------------------ refused

TEST_F(Models, FunctionalModelsSayWhatIsWrong) {
  const Input x({3}), y({3}, {.name = "other"});
  const Var out = Add()({x, y});
  EXPECT_EQ(error_of([&] { Model({x}, out); }).message(),
            "the result depends on the input 'other', which is not among the program's inputs");
  EXPECT_EQ(error_of([&] { Model({out}, out); }).message(), "a model's inputs must be Inputs");
  EXPECT_EQ(error_of([&] { Model(Vars{}, out); }).message(), "a model needs at least one input and one output");
  Model model({x, y}, out);
  EXPECT_EQ(error_of([&] { model(x); }).message(), "'functional' takes 2 inputs and was given 1");
  EXPECT_THROW(model({x, placeholder({Dim::symbol("batch"), 4})}), Error);
}

TEST_F(Models, ErrorsNameLayerAndOrigin) {
  const Input image({28, 28}, {.name = "image"});
  Dense first(10), second(3);
  const Var hidden = first(image);
  second(hidden);
  const Error error = error_of([&] { second(Flatten()(hidden)); });
  EXPECT_NE(error.message().find("'dense_1' expects 10 values per sample and was given 280"), std::string::npos)
      << error.message();
  EXPECT_NE(error.where().find("[batch, 280] from 'flatten'"), std::string::npos) << error.where();
  EXPECT_THROW(first(Var()), Error);
  EXPECT_THROW(first(Vars{}), Error);
  EXPECT_EQ(error_of([&] { first({image, image}); }).message(), "'dense' takes one input and was given 2");
}

TEST_F(Models, ASequentialSaysWhatIsWrong) {
  Sequential empty;
  EXPECT_THROW(empty.predict(ones({2, 3})), Error);
  EXPECT_THROW(empty.add(AnyLayer()), Error);
  EXPECT_EQ(error_of([&] {
              Sequential({Dense(2)}).fit(ones({2, 3}), ones({2, 2}));
            }).message(),
            "'sequential_1' was not compiled");
  Sequential model({Dense(2)});
  model.compile({.optimizer = "sgd"});
  EXPECT_NE(error_of([&] {
              model.fit(ones({2, 3}), ones({2, 2}), {.verbose = 0});
            })
                .message()
                .find("without a loss"),
            std::string::npos);
  model.compile({.optimizer = "sgd", .loss = "mse"});
  EXPECT_EQ(error_of([&] {
              model.fit(Dataset(ones({2, 3})), {.verbose = 0});
            }).message(),
            "'sequential_2' has 1 outputs and the data has 0 targets");
  EXPECT_THROW(model.compile({.optimizer = {}, .loss = "mse"}), Error);
  EXPECT_THROW(model.compile({.optimizer = "sgd", .loss = "mse", .metrics = {"accuracyy"}}), Error);
}

}  // namespace
}  // namespace cajal
