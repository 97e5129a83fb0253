// The fixtures of Keras.js against the layers of the same name.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "cajal/cajal.h"
#include "cajal/nn/internal/golden_test.h"

namespace cajal {
namespace {

using Json = nlohmann::ordered_json;

// As few as agreed when this was written; new layers make it more.
constexpr int at_least = 297;

// Fixtures that cannot agree, and why.
const std::map<std::string, std::string>& exceptions() {
  static const std::map<std::string, std::string> reasons = {};
  return reasons;
}

Json read_json(const std::string& path) { return Json::parse(read_text(path)); }

// "pooling.MaxPooling2D.3" and what it holds, of all files.
std::map<std::string, Json> fixtures(const std::string& folder) {
  std::map<std::string, Json> out;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.path().extension() != ".json") continue;
    const Json file = read_json(entry.path().string());
    for (const auto& [name, fixture] : file.items()) out[name] = fixture;
  }
  return out;
}

Shape shape_of(const Json& array) { return Shape::of(array["shape"].get<std::vector<int64_t>>()); }

Tensor tensor_of(const Json& array) {
  return Tensor::of(array["data"].get<std::vector<double>>(), shape_of(array)).cast(floatx());
}

bool known(const std::string& layer) {
  const auto& types = layer_types();
  return std::any_of(types.begin(), types.end(), [&](auto* type) { return type->class_name == layer; });
}

// Keras 2 has steeper ends: min(max(x / 5 + 1/2, 0), 1).
Var old_hard_sigmoid(const Var& x) { return clip(x * 0.2 + 0.5, 0, 1); }

std::shared_ptr<Layer> layer_of(const Json& description) {
  const Json& arguments = description[1];
  const std::string name = description[0];
  if (name == "Activation" && arguments.value("activation", "") == "hard_sigmoid")
    return std::make_shared<Activation>(AnyActivation(old_hard_sigmoid));
  return Layer::from_config(golden::part(name, Config::parse(arguments.dump())));
}

// The fixture's weights, layer by layer, each in the order in which the layer made its own.
void set_weights(const std::vector<std::shared_ptr<Layer>>& layers, const Json& weights) {
  size_t at = 0;
  for (const auto& layer : layers)
    for (const auto& weight : layer->state()->weights) {
      ASSERT_LT(at, weights.size()) << "the fixture has fewer weights than the layers";
      Variable variable = weight.variable;
      variable.set(tensor_of(weights[at++]).reshape(variable.shape()));
    }
  EXPECT_EQ(at, weights.size()) << "the fixture has more weights than the layers";
}

// The largest difference from what the fixture expects.
double difference(const Json& network, const Json& fixture) {
  const Json inputs = fixture.contains("inputs") ? fixture["inputs"] : Json::array({fixture["input"]});
  const bool indices = network[0][0] == "Embedding";
  Vars values, placeholders;
  std::vector<Tensor> given;
  for (const Json& input : inputs) {
    given.push_back(tensor_of(input).expand_dims(0));
    if (indices) given.back() = given.back().cast(DType::int32);
    placeholders.push_back(placeholder(given.back().shape(), given.back().dtype()));
  }
  values = placeholders;
  std::vector<std::shared_ptr<Layer>> layers;
  for (const Json& description : network) {
    Vars from;
    for (const Json& number : description[2]) from.push_back(values.at(number));
    layers.push_back(layer_of(description));
    values.push_back((*layers.back())(from));
  }
  set_weights(layers, fixture.contains("weights") ? fixture["weights"] : Json::array());
  const Tensor got = Program(placeholders, values.back())(given)[0], wanted = tensor_of(fixture["expected"]);
  return golden::difference(got.reshape(got.shape().slice(1, got.rank())), wanted);
}

// Six decimals of inputs, weights and outputs, carried through the layers.
double tolerance_of(const Json& network) { return 2e-5 * double(network.size()); }

TEST(KerasJs, FixturesAgree) {
  const char* data = std::getenv("CAJAL_DATA");
  const std::string folder = std::string(data ? data : "") + "/test_vectors/keras_js";
  if (!data || !file_exists(folder)) GTEST_SKIP() << "CAJAL_DATA has no test_vectors/keras_js";
  const golden::InDouble in_double;
  const Json networks = read_json("tests/keras_js/networks.json");
  std::set<std::string> missing;
  int agreed = 0, left = 0;
  for (const auto& [name, fixture] : fixtures(folder)) {
    SCOPED_TRACE(name);
    ASSERT_TRUE(networks.contains(name)) << "networks.json does not say what it was made with";
    const Json& network = networks[name];
    bool all = true;
    for (const Json& layer : network)
      if (!known(layer[0])) all = false, missing.insert(layer[0].get<std::string>());
    if (!all || exceptions().count(name)) {
      ++left;
      continue;
    }
    const double error = difference(network, fixture);
    EXPECT_LE(error, tolerance_of(network)) << network.dump();
    agreed += error <= tolerance_of(network);
  }
  std::cout << agreed << " fixtures of Keras.js agree, " << left << " are left out";
  for (const std::string& layer : missing)
    std::cout << (layer == *missing.begin() ? ": of layers not here: " : ", ") << layer;
  std::cout << "\n";
  EXPECT_GE(agreed, at_least);
}

}  // namespace
}  // namespace cajal
