// Every layer: what it is made of, what it is called, what it does to shapes, masks and weights.
//
// A layer that needs no options, takes rows of numbers and lets masks pass is proved without a line here; any other
// gets one in `proofs()`. What Keras has too is held against Keras.
#include <gtest/gtest.h>

#include <algorithm>

#include "cajal/cajal.h"
#include "cajal/nn/internal/golden_test.h"
#include "proof.h"

namespace cajal {
namespace {

std::vector<Proof> written_proofs() {
  const std::string statistics = R"({"mean": {"dtype": "float32", "shape": [3], "values": [1, 2, 3]},
                                     "variance": {"dtype": "float32", "shape": [3], "values": [1, 4, 9]}})";
  return {
      {"Activation", R"({"activation": "tanh"})", {{3}}},
      {"ActivityRegularization", R"({"l1": 0.1, "l2": 0.2})", {{3}}},
      {"Add", "{}", {{4, 3}, {3}, {1, 3}}},
      {"AlphaDropout", R"({"rate": 0.3})", {{3}}},
      {"Average", "{}", {{3}, {3}}},
      {"BatchNormalization", "{}", {{3}}},
      {"BatchNormalization", R"({"axis": 1, "scale": false})", {{3, 5}}},
      {"ChannelPadding", R"({"padding": [1, 2]})", {{2, 3}}, Mask::dropped},
      {"Concatenate", "{}", {{3}, {2}}, Mask::dropped},
      {"Concatenate", R"({"axis": 1})", {{3, 2}, {4, 2}}, Mask::dropped},
      {"Dense", R"({"units": 4})", {{3}}},
      {"Dense",
       R"({"units": 4, "activation": "relu", "use_bias": false, "kernel_regularizer":
          {"class_name": "L2", "config": {"l2": 0.1}}})",
       {{2, 3}}},
      {"Dot", R"({"axes": [1, 2]})", {{3, 4}, {5, 3}}, Mask::dropped},
      {"Dropout", R"({"rate": 0.5})", {{3}}},
      {"Dropout", R"({"rate": 0.5, "noise_shape": [null, 1, 3]})", {{4, 3}}},
      {"ELU", R"({"alpha": 0.5})", {{3}}},
      {"Embedding", R"({"input_dim": 5, "output_dim": 3})", {{2}}, Mask::dropped, DType::int32},
      {"Embedding", R"({"input_dim": 5, "output_dim": 3, "mask_zero": true})", {{2}}, Mask::makes_one, DType::int32},
      {"Flatten", "{}", {{2, 3}}, Mask::dropped},
      {"GaussianDropout", R"({"rate": 0.3})", {{3}}},
      {"GaussianNoise", R"({"stddev": 0.3})", {{3}}},
      {"Identity", "{}", {{3}}},
      {"LayerNormalization", "{}", {{3}}},
      {"LayerNormalization", R"({"axis": [1, 2]})", {{4, 3}}},
      {"LeakyReLU", "{}", {{3}}},
      {"Masking", "{}", {{4, 3}}, Mask::makes_one},
      {"Maximum", "{}", {{3}, {3}}},
      {"Minimum", "{}", {{3}, {3}}},
      {"Multiply", "{}", {{3}, {3}}},
      {"Normalization", statistics, {{3}}},
      {"Permute", R"({"dims": [2, 1]})", {{4, 3}}, Mask::dropped},
      {"ReLU", R"({"max_value": 6, "negative_slope": 0.1, "threshold": 0.5})", {{3}}},
      {"RepeatVector", R"({"n": 2})", {{3}}, Mask::dropped},
      {"Rescaling", R"({"scale": 0.5, "offset": 1})", {{3}}},
      {"Reshape", R"({"target_shape": [-1, 2]})", {{2, 3}}, Mask::dropped},
      {"Softmax", "{}", {{3}}},
      {"Subtract", "{}", {{3}, {3}}},
      {"UnitNormalization", "{}", {{3}}},
  };
}

const std::vector<Proof>& proofs() {
  static const std::vector<Proof> all = [] {
    std::vector<Proof> out = written_proofs();
    for (const Proof& proof : image_proofs()) out.push_back(proof);
    for (const LayerType* type : layer_types()) {
      const auto of = [&](const Proof& proof) { return proof.layer == type->class_name; };
      if (type->class_name == "Lambda") continue;  // is C++ code: see OwnLayer below
      if (std::none_of(out.begin(), out.end(), of)) out.push_back({std::string(type->class_name), "{}", {{3}}});
    }
    return out;
  }();
  return all;
}

std::shared_ptr<Layer> make(const std::string& layer, const Config& arguments) {
  return Layer::from_config(golden::part(layer, arguments));
}
std::shared_ptr<Layer> make(const Proof& proof) { return make(proof.layer, Config::parse(proof.arguments)); }

Vars placeholders(const Proof& proof) {
  Vars out;
  for (const Shape& sample : proof.inputs) {
    Shape shape = sample;
    shape.insert(0, Dim::symbol("batch"));
    out.push_back(placeholder(shape, is_float(proof.dtype) ? floatx() : proof.dtype));
  }
  return out;
}

// Whole numbers from 0 to 4 serve as values and as indices.
std::vector<Tensor> values(const Proof& proof, int64_t batch) {
  std::vector<Tensor> out;
  uint64_t seed = 1;
  for (const Var& input : placeholders(proof)) {
    std::vector<int64_t> dims{batch};
    for (int axis = 1; axis < input.rank(); ++axis) dims.push_back(input.dim(axis));
    Tensor tensor(Shape::of(dims), input.dtype());
    random::Stream stream(seed++);
    for (int64_t i = 0; i < tensor.size(); ++i) tensor.set_flat(i, double(stream.below(5)));
    out.push_back(tensor);
  }
  return out;
}

class EveryLayer : public testing::TestWithParam<Proof> {
 protected:
  void SetUp() override {
    clear_session();
    set_random_seed(1);
  }
  const Proof& proof = GetParam();
};

std::string case_name(const testing::TestParamInfo<Proof>& info) {
  return info.param.layer + "_" + std::to_string(info.index);
}
INSTANTIATE_TEST_SUITE_P(Layers, EveryLayer, testing::ValuesIn(proofs()), case_name);

// ------------------------------------------------------------------------------------------------ one by one

TEST_P(EveryLayer, IsMadeAgainFromItsConfig) {
  const auto layer = make(proof);
  const Config config = layer->config();
  EXPECT_EQ(config["class_name"].text(), proof.layer);
  EXPECT_EQ(Layer::from_config(config)->config(), config);
  EXPECT_EQ(Layer::from_config(Config::parse(config.json()))->config(), config) << "also through a file";
}

TEST_P(EveryLayer, RefusesAnOptionItHasNot) {
  Config arguments = Config::parse(proof.arguments);
  arguments.set("colour", 1);
  EXPECT_THROW(make(proof.layer, arguments), Error);
}

TEST_P(EveryLayer, SaysItsShapeBeforeItRuns) {
  const auto layer = make(proof);
  const Vars inputs = placeholders(proof), outputs = layer->apply(inputs);
  for (bool train : {false, true})
    for (int64_t batch : {1, 3}) {
      Program::Options options;
      options.training = train;
      Program program(inputs, outputs, options);
      const Tensor out = program(values(proof, batch))[0];
      Bindings bindings;
      ASSERT_TRUE(bindings.match({Dim::symbol("batch")}, {batch}));
      EXPECT_EQ(out.shape(), bindings(outputs[0].shape()));
      EXPECT_EQ(out.dtype(), outputs[0].dtype());
      for (int64_t i = 0; i < out.size(); ++i) ASSERT_TRUE(std::isfinite(out.flat(i)));
    }
}

TEST_P(EveryLayer, IsNamedAfterItsClass) {
  const auto layer = make(proof), second = make(proof);
  const Config names = golden::read("names.json")["layer_names"];
  layer->apply(placeholders(proof));
  second->apply(placeholders(proof));
  if (names.has(proof.layer)) {
    EXPECT_EQ(layer->name(), names[proof.layer].text());
  }
  EXPECT_EQ(second->name(), layer->name() + "_1");
}

TEST_P(EveryLayer, CopiesShareWeights) {
  const auto layer = make(proof);
  const auto copy = Layer::from_config(layer->config());
  const AnyLayer handle(layer), other = handle;
  other->apply(placeholders(proof));
  layer->apply(placeholders(proof));
  EXPECT_EQ(handle->weights(), other->weights());
  copy->apply(placeholders(proof));
  for (const Variable& weight : copy->weights())
    for (const Variable& mine : layer->weights()) EXPECT_FALSE(weight == mine) << "one from a config has its own";
}

TEST_P(EveryLayer, DoesWithMasksWhatItDeclares) {
  const auto layer = make(proof);
  Vars inputs = placeholders(proof);
  const Var mask = placeholder({Dim::symbol("batch")}, DType::boolean);
  inputs[0] = inputs[0].with_mask(mask);
  const Var out = layer->apply(inputs)[0].mask();
  EXPECT_EQ(out == mask, proof.mask == Mask::passes);
  EXPECT_EQ(out.defined(), proof.mask != Mask::dropped);
  const bool without = make(proof)->apply(placeholders(proof))[0].mask().defined();
  EXPECT_EQ(without, proof.mask == Mask::makes_one);
}

// The layer, what makes numbers of its inputs before it and a Dense layer behind it.
Model trainable_model(const Proof& proof, const std::shared_ptr<Layer>& layer) {
  const Vars inputs = placeholders(proof);
  Vars values;
  for (const Var& input : inputs)
    values.push_back(is_float(proof.dtype) && input.rank() == 2 ? Dense({.units = int(input.dim(1))})(input) : input);
  return Model(inputs, Dense(1)(Flatten()(layer->apply(values)[0])));
}

TEST_P(EveryLayer, LearnsWithoutNaN) {
  for (bool train_it : {true, false}) {
    const auto layer = make(proof);
    Model model = trainable_model(proof, layer);
    layer->set_trainable(train_it);
    model.compile({.optimizer = SGD(0.001), .loss = "mse"});
    const std::vector<Tensor> x = values(proof, 6);
    const Dataset data(TensorList(x), Tensor::full({6, 1}, 1));
    const std::vector<Tensor> before = layer->get_weights(), all_before = model.get_weights();
    model.fit(data, {.epochs = 2, .batch_size = 3, .verbose = 0});
    const Tensor out = model.predict(data);
    for (int64_t i = 0; i < out.size(); ++i) ASSERT_TRUE(std::isfinite(out.flat(i)));
    const std::vector<Tensor> after = layer->get_weights(), all_after = model.get_weights();
    for (size_t i = 0; i < before.size(); ++i) {
      const bool statistics = proof.layer == "Normalization";  // fixed by adapt
      EXPECT_EQ(identical(before[i], after[i]), !train_it || statistics) << "weight " << i;
    }
    EXPECT_FALSE(identical(all_before.back(), all_after.back())) << "the layer behind it learns";
  }
}

TEST_P(EveryLayer, WorksInDouble) {
  const golden::InDouble in_double;
  const auto layer = make(proof);
  const Vars inputs = placeholders(proof);
  const Var out = layer->apply(inputs)[0];
  EXPECT_EQ(out.dtype(), DType::float64);
  for (const Variable& weight : layer->weights()) EXPECT_EQ(weight.dtype(), DType::float64) << weight.name();
  const Tensor value = Program(inputs, out)(values(proof, 2))[0];
  for (int64_t i = 0; i < value.size(); ++i) ASSERT_TRUE(std::isfinite(value.flat(i)));
}

// ------------------------------------------------------------------------------------------------ the table

TEST(EveryLayerTable, HasAllOfKerasSoFar) {
  const Config file = golden::read("names.json");
  for (const auto& entry : file["layers"].map()) {
    if (entry.first == "InputLayer") continue;
    const auto& types = layer_types();
    EXPECT_TRUE(std::any_of(types.begin(), types.end(), [&](auto* type) { return type->class_name == entry.first; }))
        << "there is no " << entry.first;
  }
}

TEST(EveryLayerTable, AnUnknownNameGetsTheNearest) {
  try {
    Layer::named("Desne");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), Code::not_found);
    EXPECT_EQ(error.message(), "there is no layer called 'Desne'");
    EXPECT_NE(error.hint().find("Dense"), std::string::npos) << error.hint();
  }
}

// ------------------------------------------------------------------------------------------------ names and defaults

// Arguments of Keras's that mean nothing here, or wait for a later issue.
bool left_out(const std::string& name) {
  static const std::vector<std::string> names = {
      "quantization_config", "synchronized", "dtype",    "name", "weights", "function",
      "output_shape",        "mask",         "arguments"};
  return name.starts_with("*") || name.starts_with("lora_") || name.starts_with("renorm") ||
         std::count(names.begin(), names.end(), name);
}

std::vector<std::string> keys(const Config& map) {
  std::vector<std::string> out;
  for (const auto& entry : map.map()) out.push_back(entry.first);
  return out;
}

TEST(EveryLayerNames, ArgumentsStandInKerasOrder) {
  const Config layers = golden::read("names.json")["layers"];
  for (const Proof& proof : proofs()) {
    if (!layers.has(proof.layer)) continue;  // Cajal's own
    std::vector<std::string> wanted;
    for (const Config& argument : layers[proof.layer]["arguments"].list())
      if (!left_out(argument["name"].text())) wanted.push_back(argument["name"].text());
    if (proof.layer == "Conv3DTranspose") std::swap(wanted[4], wanted[5]);  // alone of the three in another order
    EXPECT_EQ(keys(make(proof)->config()["config"]), wanted) << proof.layer;
  }
}

// None is null, an empty list or, of a number, -1; parts are given by name; one axis is a list of one.
bool same_default(const Config& ours, const Config& theirs) {
  if (theirs.is_null())
    return ours.is_null() || ours == Config(-1) || ours == Config(-1.0) || ours == Config(Config::List{}) ||
           ours == Config("linear") || ours == Config("channels_last");
  if (ours.is_list() && theirs.is_number()) return ours.list().size() == 1 && ours.list()[0] == theirs;
  if (ours.is_number() && theirs.is_number()) return ours.number() == theirs.number();
  if (ours.is_list() && theirs.is_list())
    return std::equal(ours.list().begin(), ours.list().end(), theirs.list().begin(), theirs.list().end(), same_default);
  if (ours.is_map() && theirs.is_text()) return ours == Initializer::named(theirs.text())->config();
  return ours == theirs;
}

TEST(EveryLayerNames, DefaultsAreKeras) {
  const Config layers = golden::read("names.json")["layers"];
  for (const Proof& proof : proofs()) {
    if (!layers.has(proof.layer)) continue;  // Cajal's own
    const Config given = Config::parse(proof.arguments), config = make(proof)->config()["config"];
    for (const Config& argument : layers[proof.layer]["arguments"].list()) {
      const std::string& name = argument["name"].text();
      if (left_out(name) || given.has(name)) continue;
      EXPECT_TRUE(same_default(config[name], argument["default"]))
          << proof.layer << "." << name << " is " << config[name].json() << ", Keras's " << argument["default"].json();
    }
  }
}

TEST(EveryLayerNames, WeightsAreCalledAndShapedAsInKeras) {
  const Config file = golden::read("names.json");
  for (const Config& record : file["layer_weights"].list()) {
    const std::string& name = record["layer"].text();
    SCOPED_TRACE(name + record["arguments"].json());
    clear_session();
    const auto layer = make(name, record["arguments"]);
    Shape shape;
    ConfigReader::from_config(record["input_shape"], shape);
    if (auto* normalization = dynamic_cast<Normalization*>(layer.get())) normalization->adapt(Tensor({4, 3}));
    (*layer)(placeholder(shape, name == "Embedding" ? DType::int32 : DType::float32));
    std::vector<Variable> weights = layer->weights();
    size_t i = 0;
    for (const Config& wanted : record["weights"].list()) {
      if (wanted["name"].text() == "count") continue;  // Keras leaves it at 0
      ASSERT_LT(i, weights.size());
      const Variable& weight = weights[i];
      EXPECT_EQ(layer->state()->weights[i].name, wanted["name"].text());
      EXPECT_EQ(weight.name(), wanted["path"].text());
      EXPECT_EQ(weight.trainable(), wanted["trainable"].boolean());
      Shape expected;
      ConfigReader::from_config(wanted["shape"], expected);
      EXPECT_EQ(weight.shape(), expected);
      ++i;
    }
    EXPECT_EQ(i, weights.size());
  }
}

// ------------------------------------------------------------------------------------------------ values

Tensor input_tensor(const Config& value, const std::string& layer) {
  const Tensor out = golden::tensor(value);
  return layer == "Embedding" ? out.cast(DType::int32) : out.cast(floatx());
}

std::shared_ptr<Layer> layer_of(const Config& record) {
  const std::string& name = record["layer"].text();
  Config arguments = record["arguments"];
  if (name == "Normalization" && arguments.json() == R"({"axis":null})") arguments.set("axis", Config::List{});
  for (const char* statistic : {"mean", "variance"})
    if (arguments.has(statistic))
      arguments.set(statistic, ConfigWriter::to_config(golden::tensor(arguments[statistic])));
  const auto layer = make(name, arguments);
  if (record.has("adapt")) dynamic_cast<Normalization&>(*layer).adapt(golden::tensor(record["adapt"]));
  return layer;
}

void set_weights(const LayerState& layer, const Config& values) {
  for (const auto& weight : layer.weights)
    if (values.has(weight.name)) {
      Variable variable = weight.variable;
      variable.set(golden::tensor(values[weight.name]));
    }
  for (const auto& inner : layer.sublayers) set_weights(*inner, values);
}

void check_state(const LayerState& layer, const Config& wanted, double tolerance) {
  for (const auto& weight : layer.weights)
    if (wanted.has(weight.name))
      golden::expect_near(weight.variable.value(), golden::tensor(wanted[weight.name]).reshape(weight.variable.shape()),
                          tolerance, weight.name);
  for (const auto& inner : layer.sublayers) check_state(*inner, wanted, tolerance);
}

void check_call(Layer& layer, const Config& record, const Config& call, bool first, double tolerance) {
  const std::string& name = record["layer"].text();
  std::vector<Tensor> inputs;
  Vars in, floats;
  for (const Config& value : call["inputs"].list()) {
    inputs.push_back(input_tensor(value, name));
    in.push_back(placeholder(inputs.back().shape(), inputs.back().dtype()));
    if (is_float(in.back().dtype())) floats.push_back(in.back());
  }
  if (first) {
    layer.apply(in);
    set_weights(*layer.state(), record["weights"]);
    if (record.has("trainable")) layer.set_trainable(record["trainable"].boolean());
  }
  const Tensor factors = golden::tensor(call["output_weights"]).cast(floatx());
  std::vector<Variable> weights = layer.trainable_weights();
  Program::Options options;
  options.training = call["training"].boolean();
  Program program(
      in,
      [&](const Vars& x) {
        const Var y = layer.apply(x)[0];
        Vars out{y};
        const Var total = sum(y * constant(factors));
        Vars own;
        for (size_t i = 0; i < x.size(); ++i)
          if (is_float(x[i].dtype())) own.push_back(x[i]);
        for (const Var& slope : gradient(total, own)) out.push_back(slope);
        for (const Var& slope : gradient(total, weights)) out.push_back(slope);
        for (const Var& loss : layer_call_of(y)->losses) out.push_back(loss);
        return out;
      },
      options);
  const std::vector<Tensor> out = program(inputs);
  size_t at = 0;
  golden::expect_near(out[at++], golden::tensor(call["output"]), tolerance, "output");
  const Config& gradients = call["gradients"];
  for (size_t i = 0; i < floats.size(); ++i)
    golden::expect_near(out[at++], golden::tensor(gradients["inputs"].list()[i]), tolerance, "gradient of an input");
  for (const Variable& weight : weights) {
    const std::string own = weight.name().substr(weight.name().rfind('/') + 1);
    golden::expect_near(out[at++], golden::tensor(gradients["weights"][own]), tolerance, "gradient of " + own);
  }
  if (call.has("loss")) {
    ASSERT_EQ(out.size(), at + 1);
    EXPECT_NEAR(out[at].item(), call["loss"].number(), tolerance);
  }
  if (call.has("state")) check_state(*layer.state(), call["state"], tolerance);
}

void check_records(const std::string& name, size_t calls, double tolerance) {
  size_t compared = 0;
  const Config file = golden::read(name);
  for (const Config& record : file["records"].list()) {
    SCOPED_TRACE(record["layer"].text() + " " + record["arguments"].json());
    const auto layer = layer_of(record);
    bool first = true;
    for (const Config& call : record["calls"].list()) {
      SCOPED_TRACE("call " + std::to_string(compared));
      check_call(*layer, record, call, first, tolerance);
      first = false;
      ++compared;
    }
  }
  EXPECT_GE(compared, calls);
}

TEST(EveryLayerValues, AreKerasInDouble) {
  const golden::InDouble in_double;
  check_records("layers.json", 60, 1e-10);
}
TEST(EveryLayerValues, AreKerasInFloat) { check_records("layers.json", 60, 1e-5); }

TEST(EveryLayerValues, OfImagesAreKerasInDouble) {
  const golden::InDouble in_double;
  check_records("convolutions.json", 43, 1e-10);
  check_records("image_layers.json", 107, 1e-10);
}
TEST(EveryLayerValues, OfImagesAreKerasInFloat) {
  check_records("convolutions.json", 43, 1e-5);
  check_records("image_layers.json", 107, 1e-5);
}

TEST(EveryLayerValues, OneHotAndToCategorical) {
  const Config file = golden::read("layers.json");
  for (const Config& record : file["functions"].list()) {
    SCOPED_TRACE(record["function"].text() + record["arguments"].json());
    const Config& arguments = record["arguments"];
    const Tensor labels = golden::tensor(record["input"]).cast(DType::int64);
    const int64_t classes = arguments.has("num_classes") ? arguments["num_classes"].integer() : 0;
    const int axis = arguments.has("axis") ? int(arguments["axis"].integer()) : -1;
    const Tensor got =
        record["function"].text() == "one_hot" ? one_hot(labels, classes, axis) : to_categorical(labels, classes);
    golden::expect_near(got, golden::tensor(record["output"]), 0, "output");
  }
}

// What only training does is random: held against its own formula.
TEST(EveryLayerValues, NoiseHasTheRightSizeAndOnlyWhileTraining) {
  const Var x = placeholder({Dim::symbol("batch"), 100});
  const Tensor ones = Tensor::full({200, 100}, 2);
  for (const char* given : {R"({"class_name": "Dropout", "config": {"rate": 0.25}})",
                            R"({"class_name": "GaussianDropout", "config": {"rate": 0.25}})",
                            R"({"class_name": "GaussianNoise", "config": {"stddev": 0.5}})"}) {
    SCOPED_TRACE(given);
    const auto layer = Layer::from_config(Config::parse(given));
    const Var y = (*layer)(x);
    Program::Options training;
    training.training = true;
    training.seed = 3;
    EXPECT_TRUE(identical(Program({x}, y)(ones), ones)) << "not while predicting";
    const std::vector<double> noisy = Program({x}, y, training)(ones).values<double>();
    double mean = 0, square = 0;
    for (double value : noisy) mean += value / double(noisy.size()), square += value * value / double(noisy.size());
    const double deviation = std::sqrt(square - mean * mean);
    const std::string kind = layer->class_name();
    EXPECT_NEAR(mean, 2, 0.03);
    EXPECT_NEAR(deviation, kind == "GaussianNoise" ? 0.5 : 2 * std::sqrt(0.25 / 0.75),
                0.03);  // of what is 2 everywhere
  }
}

TEST(EveryLayerValues, AlphaDropoutKeepsMeanAndVariance) {
  const Var x = placeholder({400, 100});
  Program::Options training;
  training.training = true;
  training.seed = 3;
  Program draw({}, Vars{random_normal({400, 100})}, training);
  const std::vector<double> out =
      Program({x}, AlphaDropout(0.3)(x), training)(draw(std::vector<Tensor>{})[0]).values<double>();
  double mean = 0, square = 0;
  for (double value : out) mean += value / double(out.size()), square += value * value / double(out.size());
  EXPECT_NEAR(mean, 0, 0.02);
  EXPECT_NEAR(square, 1, 0.03);
}

TEST(EveryLayerValues, DropoutRepeatsItsChoiceAlongAxesOfSizeOne) {
  const Var x = placeholder({Dim::symbol("batch"), 7, 5});
  Program::Options training;
  training.training = true;
  training.seed = 3;
  for (const char* kind : {"Dropout", "AlphaDropout"}) {
    const auto layer = make(kind, Config::parse(R"({"rate": 0.5, "noise_shape": [null, 1, 5]})"));
    const Tensor out = Program({x}, (*layer)(x), training)(Tensor::full({4, 7, 5}, 1));
    bool differs = false;
    for (int64_t sample = 0; sample < 4; ++sample)
      for (int64_t column = 0; column < 5; ++column) {
        differs |= out.at({sample, 0, column}) != out.at({0, 0, 0});
        for (int64_t row = 1; row < 7; ++row)
          EXPECT_EQ(out.at({sample, row, column}), out.at({sample, 0, column})) << kind;
      }
    EXPECT_TRUE(differs) << kind;
  }
}

// ------------------------------------------------------------------------------------------------ layers of one's own

struct Scale : Layer {
  Variable factor;
  void build(const Shape& input) override { factor = add_weight("factor", {input.back()}, "ones"); }
  Var call(Var x) override { return x * factor; }
};

TEST(OwnLayer, TakesTenLines) {
  clear_session();
  Sequential model({Scale(), Dense(1)});
  model.compile({.optimizer = SGD(0.1), .loss = "mse"});
  model.fit(Tensor::full({8, 3}, 1), Tensor::full({8, 1}, 2), {.verbose = 0});
  EXPECT_EQ(model.weights().size(), 3u);
  EXPECT_EQ(model.weights()[0].name(), "scale/factor");
  EXPECT_NE(model.weights()[0].value().flat(0), 1);
}

TEST(OwnLayer, MadeOfLayersHasTheirWeights) {
  struct Block : Layer {
    Dense first{4, "relu"}, second{2};
    Var call(Var x) override { return second(first(x)); }
  };
  clear_session();
  Block block;
  const Input x({3});
  block(x);
  ASSERT_EQ(block.weights().size(), 4u);
  EXPECT_EQ(block.name(), "block");
  EXPECT_EQ(block.count_params(), 3 * 4 + 4 + 4 * 2 + 2);
  block.first.set_trainable(false);
  EXPECT_EQ(block.trainable_weights().size(), 2u);
  block.set_trainable(false);
  EXPECT_TRUE(block.trainable_weights().empty());
  EXPECT_FALSE(block.second.trainable());
}

TEST(OwnLayer, ALambdaIsAFunction) {
  const Input x({3});
  const Var y = Lambda([](Var v) { return v * 2; })(x);
  EXPECT_EQ(Program({x}, y)(Tensor::full({1, 3}, 2)).flat(0), 4);
  EXPECT_THROW(Layer::named("Lambda"), Error);
  EXPECT_THROW(Lambda(std::function<Var(Var)>()), Error);
}

}  // namespace
}  // namespace cajal
