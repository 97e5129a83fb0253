// A model as a file, and back.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "cajal/base/files.h"
#include "cajal/base/random.h"
#include "cajal/nn/constraints.h"
#include "cajal/nn/internal/test_support.h"
#include "cajal/nn/layers.h"
#include "cajal/nn/losses.h"
#include "cajal/nn/metrics.h"
#include "cajal/nn/model.h"
#include "cajal/nn/optimizers.h"
#include "cajal/nn/regularizers.h"
#include "cajal/ops/activation.h"
#include "cajal/ops/control.h"
#include "cajal/ops/elementwise.h"
#include "cajal/ops/linear_algebra.h"
#include "cajal/ops/random.h"
#include "cajal/ops/reduction.h"
#include "cajal/ops/shape.h"
#include "cajal/tensor/files/safetensors.h"

namespace cajal {
namespace {

class Saving : public SessionWithFolder {
 protected:
  std::string file(const std::string& name = "model.safetensors") const { return SessionWithFolder::file(name); }
};

Sequential classifier() {
  return Sequential(Input({4}), {Dense(8, "relu"), BatchNormalization(), Dropout(0.5), Dense(3, "softmax")},
                    "classifier");
}

// Two inputs, a shared layer, a nested model, two outputs.
Model functional() {
  const Input left({4}, {.name = "left"}), right({4}, {.name = "right"});
  Dense shared(6, "tanh");
  Sequential head(Input({6}), {Dense(5, "relu"), LayerNormalization()}, "head");
  const Var a = head(shared(left)), b = head(shared(right));
  const Var both = Concatenate()({a, b});
  Dense score(1), label(3, "softmax");
  score.set_name("score");
  return Model({left, right}, {score(both), label(Add()({a, b}))}, "twins");
}

std::vector<Tensor> outputs(Model& model) {
  std::vector<Tensor> x;
  for (size_t i = 0; i < model.inputs().size(); ++i) x.push_back(numbers({5, 4}, 10 + i));
  return model.predict_all(Dataset(TensorList(x)), {});
}

void expect_same(Model& got, Model& wanted) {
  EXPECT_EQ(got.name(), wanted.name());
  const auto a = outputs(got), b = outputs(wanted);
  ASSERT_EQ(a.size(), b.size());
  for (size_t i = 0; i < a.size(); ++i) EXPECT_TRUE(identical(a[i], b[i])) << "output " << i;
  ASSERT_EQ(got.weights().size(), wanted.weights().size());
  for (size_t i = 0; i < got.weights().size(); ++i) EXPECT_EQ(got.weights()[i].name(), wanted.weights()[i].name());
  EXPECT_EQ(got.summary({.expand_nested = true}), wanted.summary({.expand_nested = true}));
}

TEST_F(Saving, ASequentialComesBack) {
  Sequential model = classifier();
  model.save(file());
  const auto loaded = load_model(file());
  expect_same(*loaded, model);
  EXPECT_FALSE(loaded->compiled());
}

TEST_F(Saving, SoDoesOneThatWasBuiltByItsFirstCall) {
  Sequential model({Rescaling(0.5), Dense(3)}, "late");
  model.predict(numbers({5, 4}, 1));
  model.save(file());
  expect_same(*load_model(file()), model);
}

TEST_F(Saving, AFunctionalModelComesBack) {
  Model model = functional();
  model.save(file());
  const auto loaded = load_model(file());
  expect_same(*loaded, model);
  EXPECT_EQ(loaded->weights().size(), 2u + 4u + 2u + 2u) << "the shared layer is still one";
}

TEST_F(Saving, ACompiledModelGoesOnLearning) {
  Sequential model = classifier();
  const Tensor x = numbers({12, 4}, 2), y = Tensor::of<int32_t>({0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2});
  model.compile({.optimizer = SGD({.learning_rate = 0.1, .momentum = 0.5}),
                 .loss = SparseCategoricalCrossentropy(),
                 .metrics = {"accuracy", metrics::SparseTopKCategoricalAccuracy({.k = 2})}});
  model.fit(x, y, {.verbose = 0});
  model.save(file());
  const auto loaded = load_model(file());
  ASSERT_TRUE(loaded->compiled());
  EXPECT_EQ(loaded->optimizer()->config(), model.optimizer()->config());
  EXPECT_EQ(loaded->loss()->config(), model.loss()->config());
  const Logs got = loaded->evaluate(x, y), wanted = model.evaluate(x, y);
  ASSERT_EQ(got.size(), wanted.size());
  for (const auto& log : wanted) EXPECT_EQ(got[log.first], log.second) << log.first;
  loaded->fit(x, y, {.verbose = 0});
}

TEST_F(Saving, LossesOfSeveralOutputsComeBack) {
  Model model = functional();
  model.compile(
      {.optimizer = "adam", .loss_weights = {1, 0.5}, .losses = {MeanSquaredError(), CategoricalCrossentropy()}});
  model.save(file());
  const auto loaded = load_model(file());
  ASSERT_TRUE(loaded->compiled());
  const Dataset data(TensorList{numbers({4, 4}, 1), numbers({4, 4}, 2)},
                     TensorList{numbers({4, 1}, 3), numbers({4, 3}, 4)});
  EXPECT_EQ(loaded->evaluate(data)["loss"], model.evaluate(data)["loss"]);
}

TEST_F(Saving, ALossOfOnesOwnIsLeftOut) {
  Sequential model = classifier();
  model.compile({.optimizer = "sgd", .loss = LossFunction([](Var a, Var b) { return square(a - b); })});
  model.save(file());
  const auto loaded = load_model(file());
  EXPECT_FALSE(loaded->loss());
}

TEST_F(Saving, FrozenLayersStayFrozen) {
  Model model = functional();
  model.get_layer("head")->sublayers.at(0)->trainable = std::make_shared<bool>(false);
  model.save(file());
  const auto loaded = load_model(file());
  EXPECT_EQ(loaded->trainable_weights().size(), model.trainable_weights().size());
  EXPECT_FALSE(*loaded->get_layer("head")->sublayers.at(0)->trainable);
  EXPECT_TRUE(*loaded->get_layer("head")->trainable);
}

TEST_F(Saving, AdaptedStatisticsComeBack) {
  Normalization normalization;
  Sequential model({normalization, Dense(2)}, "adapted");
  normalization.adapt(numbers({50, 4}, 1));  // after the model got its copy
  model.predict(numbers({5, 4}, 2));
  model.save(file());
  expect_same(*load_model(file()), model);
}

TEST_F(Saving, OptionsComeBack) {
  Sequential model(Input({4, 6}), {Dense({.units = 3, .use_bias = false, .kernel_regularizer = "l2"}),
                                   LayerNormalization({.axis = {1, 2}, .epsilon = 0.1}), Reshape({6, 2}),
                                   Permute({2, 1}), Flatten(), Dense(2)});
  model.save(file());
  const auto loaded = load_model(file());
  EXPECT_EQ(loaded->config(), model.config());
  EXPECT_TRUE(loaded->get_layer(0)->weights.at(0).regularizer != nullptr);
}

TEST_F(Saving, WeightsAlone) {
  Sequential model = classifier(), other;
  clear_session();
  other = classifier();
  EXPECT_FALSE(identical(outputs(model)[0], outputs(other)[0]));
  model.save_weights(file());
  other.load_weights(file());
  EXPECT_TRUE(identical(outputs(model)[0], outputs(other)[0]));
}

TEST_F(Saving, TwoLayersOfOneNameKeepTheirOwn) {
  Dense a(3), b(3);
  a.set_name("same");
  b.set_name("same");
  Sequential model(Input({3}), {a, b});
  model.save(file());
  const auto loaded = load_model(file());
  for (size_t i = 0; i < 4; ++i) EXPECT_TRUE(identical(loaded->get_weights()[i], model.get_weights()[i]));
}

template <class F>
Error error_of(F&& f) {
  try {
    f();
  } catch (const Error& error) {
    return error;
  }
  return Error(Code::unsupported, "nothing was thrown");
}

TEST_F(Saving, WeightsThatDoNotFitChangeNothing) {
  Sequential model = classifier();
  const std::vector<Tensor> before = model.get_weights();
  NamedTensors tensors;
  for (const Variable& weight : model.weights()) tensors.add(weight.name(), Tensor::full(weight.shape(), 7));
  auto refused = [&](const NamedTensors& given) {
    save_safetensors(file(), given, {});
    const Error error = error_of([&] { model.load_weights(file()); });
    for (size_t i = 0; i < before.size(); ++i) EXPECT_TRUE(identical(model.get_weights()[i], before[i]));
    EXPECT_EQ(error.code(), Code::bad_data);
    return error;
  };
  NamedTensors missing, misshaped;
  for (const auto& entry : tensors) {
    if (entry.first != "dense_1/bias") missing.add(entry.first, entry.second);
    misshaped.add(entry.first, entry.first == "dense_1/kernel" ? Tensor({8, 4}) : entry.second);
  }
  EXPECT_EQ(refused(missing).message(), file() + " has no weight 'dense_1/bias'");
  EXPECT_NE(refused(missing).hint().find("dense"), std::string::npos);
  EXPECT_EQ(refused(misshaped).message(),
            "the weight 'dense_1/kernel' of " + file() + " has the shape [8, 4]; expected [8, 3]");
}

TEST_F(Saving, ForeignAndDamagedFilesAreRefused) {
  EXPECT_EQ(error_of([&] { load_model(file("absent")); }).code(), Code::not_found);
  save_safetensors(file(), NamedTensors(), {});
  EXPECT_EQ(error_of([&] { load_model(file()); }).message(), file() + " holds tensors but no Cajal model");
  std::ofstream(file("text")) << "This is no model, but it is long enough to be read as one.";
  EXPECT_EQ(error_of([&] { load_model(file("text")); }).code(), Code::bad_data);

  Sequential model = classifier();
  model.save(file());
  const std::string whole = read_text(file());
  for (size_t size = 0; size < whole.size(); size += 1 + whole.size() / 40) {
    std::ofstream(file("cut"), std::ios::binary) << whole.substr(0, size);
    EXPECT_EQ(error_of([&] { load_model(file("cut")); }).code(), Code::bad_data) << size;
  }
  Safetensors later = load_safetensors(file());
  later.metadata["version"] = "999";
  save_safetensors(file(), later.tensors, later.metadata);
  EXPECT_EQ(error_of([&] { load_model(file()); }).message(), file() + " was written by a newer Cajal");
}

TEST_F(Saving, ADamagedConfigurationIsRefused) {
  classifier().save(file());
  const Safetensors good = load_safetensors(file());
  auto message = [&](const std::string& what, const std::string& by) {
    Safetensors bad = good;
    std::string& config = bad.metadata["config"];
    const size_t at = config.find(what);
    EXPECT_NE(at, std::string::npos) << what;
    config.replace(at, what.size(), by);
    save_safetensors(file("bad"), bad.tensors, bad.metadata);
    const Error error = error_of([&] { load_model(file("bad")); });
    EXPECT_NE(std::string(error.what()).find(file("bad")), std::string::npos) << "says which file: " << error.what();
    return error.message();
  };
  EXPECT_EQ(message("\"Dense\"", "\"Dnse\""), "there is no layer called 'Dnse'");
  EXPECT_EQ(message("\"units\":8", "\"units\":9"),
            "the weight 'dense/kernel' of " + file("bad") + " has the shape [4, 8]; expected [4, 9]");
  EXPECT_EQ(message("\"units\":8", "\"units\":800000000000"),
            "the weight 'dense/kernel' would have the shape [4, 800000000000], and the file holds 99 numbers in all");
  EXPECT_EQ(message("\"units\"", "\"unots\""), "Dense has no option 'unots'");
  EXPECT_EQ(message("\"Sequential\"", "\"Parallel\""), "a model of the kind 'Parallel' is not known");
  EXPECT_NE(message("{", "{{"), "nothing was thrown");
}

TEST_F(Saving, WhatAFileCannotHoldIsSaidWhenSaving) {
  struct Own : Model {
    Dense dense{3};
    Var call(Var x) override { return dense(x); }
  } own;
  own.predict(numbers({2, 4}, 1));
  EXPECT_EQ(error_of([&] { own.save(file()); }).code(), Code::unsupported);
  own.save_weights(file());
  own.load_weights(file());

  const Input x({4});
  Model with_op({x}, Dense(2)(Dense(3)(x) * 2.0));
  EXPECT_NE(error_of([&] { with_op.save(file("op")); }).message().find("stands between layers"), std::string::npos);
  EXPECT_FALSE(std::filesystem::exists(file("op")));
  EXPECT_THROW(Sequential({Dense(3)}).save(file("unbuilt")), Error);
}

// ------------------------------------------------------------------------------------------------ layers as nodes

// Weights of its own, a layer inside, statistics that training changes, a random op, a penalty.
struct Block : Layer {
  Dense inner{4, "tanh"};
  Variable scale, seen;
  void build(const Shape& input) override {
    scale = add_weight("scale", {input.back()}, "ones");
    seen = add_weight("seen", {}, "zeros", {.trainable = false});
  }
  Var call(Var x) override {
    seen.assign_add(where(training(), Var(1.0f), Var(0.0f)));
    add_loss(0.01 * sum(square(Var(scale))));
    return softmax(clip(inner(x * scale), -0.5, 0.5), -1) + 0.25;
  }
};

TEST_F(Saving, OwnLayersAndLambdasAreKeptAsTheirNodes) {
  Sequential model(Input({4}), {Block(), Lambda([](Var x) { return square(x) - stop_gradient(x); }), Dense(1)});
  model.compile({.optimizer = SGD(0.1), .loss = "mse"});
  const Tensor x = numbers({8, 4}, 3), y = numbers({8, 1}, 4);
  model.fit(x, y, {.epochs = 2, .batch_size = 4, .verbose = 0});
  model.save(file());
  const auto opened = load_model(file());
  EXPECT_TRUE(identical(opened->predict(x), model.predict(x)));
  EXPECT_EQ(opened->count_params(), model.count_params());
  EXPECT_EQ(opened->evaluate(x, y)["loss"], model.evaluate(x, y)["loss"]) << "the penalty too";
  EXPECT_EQ(opened->get_layer("block")->weights[1].variable.value().item() +
                opened->get_layer("block")->weights[0].variable.value().size(),
            4.0 + 4.0)
      << "four steps were counted, and the scale has four values";
  // They learn on alike, and the file of a file is the same model.
  random::set_seed(5);
  model.fit(x, y, {.epochs = 1, .batch_size = 4, .verbose = 0, .shuffle = false});
  random::set_seed(5);
  opened->fit(x, y, {.epochs = 1, .batch_size = 4, .verbose = 0, .shuffle = false});
  EXPECT_TRUE(identical(opened->predict(x), model.predict(x)));
  opened->save(file("again.safetensors"));
  EXPECT_TRUE(identical(load_model(file("again.safetensors"))->predict(x), model.predict(x)));
}

struct OwnModel : Model {
  Dense first{5, "relu"}, second{2};
  Var call(Var x) override { return second(first(x) * 2); }
};

TEST_F(Saving, AModelClassOfOnesOwnIsKeptToo) {
  OwnModel model;
  model.compile({.optimizer = SGD(0.1), .loss = "mse"});
  const Tensor x = numbers({8, 4}, 3), y = numbers({8, 2}, 4);
  model.fit(x, y, {.verbose = 0});
  model.save(file());
  EXPECT_TRUE(identical(load_model(file())->predict(x), model.predict(x)));
}

// A recurrent cell of one's own, with noise on its state, and a loop within the loop.
struct Cell : Layer {
  Variable kernel;
  void build(const Shape& input) override { kernel = add_weight("kernel", {input.back(), input.back()}, "orthogonal"); }
  Var call(Var x) override {
    const ScanBody inner = [](const Vars& c, const Vars& s) -> std::pair<Vars, Vars> {
      return {{c[0] * 0.5 + stop_gradient(s[0])}, {}};
    };
    const ScanBody body = [&](const Vars& c, const Vars& s) -> std::pair<Vars, Vars> {
      const Var noisy = c[0] + where(training(), random_normal_like(c[0]), zeros_like(c[0]));
      const Var next = tanh(matmul(noisy, kernel) + s[0]);
      return {{next}, {next + scan(inner, {zeros_like(next)}, {x}, 1).carries[0]}};
    };
    return scan(body, {zeros_like(take_first(x))}, {x}, 1).outputs[0];
  }
  static Var take_first(const Var& x) { return sum(x, {1}) * 0; }
};

TEST_F(Saving, LoopsWithinOwnLayersAreKept) {
  Sequential model(Input({5, 3}), {Cell(), Flatten(), Dense(1)});
  model.compile({.optimizer = SGD(0.1), .loss = "mse"});
  const Tensor x = numbers({8, 5, 3}, 3), y = numbers({8, 1}, 4);
  model.fit(x, y, {.batch_size = 4, .verbose = 0});
  model.save(file());
  const auto opened = load_model(file());
  EXPECT_TRUE(identical(opened->predict(x), model.predict(x)));
  random::set_seed(5);
  model.fit(x, y, {.batch_size = 4, .verbose = 0, .shuffle = false});
  opened->fit(x, y, {.batch_size = 4, .verbose = 0, .shuffle = false});
  opened->save(file("again.safetensors"));
  EXPECT_TRUE(identical(load_model(file("again.safetensors"))->predict(x), opened->predict(x)));
}

TEST_F(Saving, ADamagedLoopIsRefused) {
  Sequential(Input({5, 3}), {Cell()}).save(file());
  const Safetensors whole = load_safetensors(file());
  auto message = [&](const std::string& what, const std::string& by) {
    Safetensors bad = whole;
    std::string& config = bad.metadata["config"];
    EXPECT_NE(config.find(what), std::string::npos) << what;
    config.replace(config.find(what), what.size(), by);
    save_safetensors(file("bad"), bad.tensors, bad.metadata);
    return error_of([&] { load_model(file("bad")); }).message();
  };
  EXPECT_EQ(message("\"op\":\"tanh\"", "\"op\":\"tanq\""),
            "the body of a loop is damaged: there is no op 'tanq' of 1 inputs");
  EXPECT_EQ(message("\"carries\":1", "\"carries\":2"),
            "a scan's carries, sequences and outputs are not those of its body");
  EXPECT_EQ(message("\"sequence_axes\":[1]", "\"sequence_axes\":[7]"), "a sequence of 3 axes has no axis 7");
}

// Hands the mask on, changed; one that uses it.
struct Shifted : Layer {
  Var call(Var x) override { return x + 1; }
  Var compute_mask(const Vars& inputs, const Var&) const override {
    return inputs[0].mask().defined() ? logical_not(inputs[0].mask()) : Var();
  }
};
struct MaskedSum : Layer {
  Var call(Var x) override { return sum(x.mask().defined() ? x * expand_dims(cast(x.mask(), x.dtype()), -1) : x, {1}); }
};
struct Handing : Layer {
  Handing() { supports_masking = true; }
  Var call(Var x) override { return x * 2 + 1; }
};

TEST_F(Saving, OwnLayersKeepTheirMasks) {
  Sequential model(Input({5, 3}), {Masking(), Handing(), Shifted(), MaskedSum(), Dense(2)});
  Tensor x = numbers({4, 5, 3}, 3);
  for (int64_t i = 0; i < 3; ++i) x.set({1, 2, i}, 0);
  const Tensor whole = numbers({4, 5, 3}, 3);
  EXPECT_FALSE(identical(model.predict(x), model.predict(whole)));
  model.save(file());
  const auto opened = load_model(file());
  EXPECT_TRUE(identical(opened->predict(x), model.predict(x)));
  EXPECT_TRUE(identical(opened->predict(whole), model.predict(whole)));
  // A layer saved where there was no mask hands one on all the same.
  Sequential(Input({5, 3}), {Handing()}).save(file("handing"));
  const Config config = load_model(file("handing"))->config()["config"]["layers"].list()[0];
  Sequential behind(Input({5, 3}), {Masking(), AnyLayer(Layer::from_config(config)), MaskedSum()});
  Sequential without(Input({5, 3}), {AnyLayer(Layer::from_config(config)), MaskedSum()});
  EXPECT_FALSE(identical(behind.predict(x), without.predict(x)));
  EXPECT_TRUE(identical(behind.predict(whole), without.predict(whole)));
}

struct Held : Layer {
  Variable kernel;
  void build(const Shape& input) override {
    kernel = add_weight("kernel", {input.back()}, "ones",
                        {.regularizer = std::make_shared<L2>(0.25), .constraint = std::make_shared<MaxNorm>(0.5)});
  }
  Var call(Var x) override { return x * kernel; }
};

TEST_F(Saving, OwnLayersKeepWhatHoldsTheirWeights) {
  Sequential model(Input({4}), {Held(), Dense(1)});
  model.compile({.optimizer = SGD(0.1), .loss = "mse"});
  const Tensor x = numbers({8, 4}, 3), y = numbers({8, 1}, 4);
  model.save(file());
  const auto opened = load_model(file());
  const auto& weight = opened->get_layer("held")->weights.at(0);
  ASSERT_TRUE(weight.regularizer && weight.constraint);
  EXPECT_EQ(opened->evaluate(x, y)["loss"], model.evaluate(x, y)["loss"]) << "the penalty is counted once";
  for (Model* each : {static_cast<Model*>(&model), opened.get()})
    each->fit(x, y, {.batch_size = 4, .verbose = 0, .shuffle = false});
  EXPECT_TRUE(identical(opened->predict(x), model.predict(x)));
  EXPECT_LE(weight.variable.value().flat(0), 0.5 + 1e-6) << "the constraint holds";
}

TEST_F(Saving, ALambdaWithAVariableFromOutsideIsRefused) {
  const Variable outside(Tensor::full({}, 2), {"temperature", true});
  Sequential model(Input({4}), {Lambda([&](Var x) { return x * outside; })});
  try {
    model.save(file());
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.message(),
              "'lambda' cannot be saved: it uses the variable 'temperature', which is no weight of it");
  }
}

TEST_F(Saving, NotesTravelWithTheModel) {
  Sequential model = classifier();
  model.notes().set("classes", Config::List{"setosa", "versicolor", "virginica"});
  model.save(file());
  EXPECT_EQ(load_model(file())->notes(), model.notes());
}

}  // namespace
}  // namespace cajal
