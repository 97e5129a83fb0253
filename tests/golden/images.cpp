// Convolution, pooling, resizing and group normalization against Keras.
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>

#include "cajal/graph/graph.h"
#include "cajal/ops/convolution.h"
#include "cajal/ops/elementwise.h"
#include "cajal/ops/normalization.h"
#include "cajal/ops/pooling.h"
#include "cajal/ops/resize.h"

namespace cajal {
namespace {

using Json = nlohmann::json;
using Ints = std::vector<int64_t>;

// A number, a list of numbers, or what is taken where there is none.
Ints ints(const Json& arguments, const char* name, const Ints& otherwise) {
  if (!arguments.contains(name)) return otherwise;
  const Json& value = arguments[name];
  return value.is_array() ? value.get<Ints>() : Ints{value.get<int64_t>()};
}
Ints strides(const Json& a) { return ints(a, "strides", {1}); }
Ints dilation(const Json& a) { return ints(a, "dilation_rate", {1}); }
std::string padding(const Json& a) { return a.value("padding", "valid"); }

Var normalized(const Var& x, const Json& a) {
  const Shape channels{x.dim(-1)};
  const Var scale = constant(Tensor(channels, DType::float64)) + 1, shift = constant(Tensor(channels, DType::float64));
  return group_norm(x, scale, shift, a["groups"], 1e-3);
}

using Function = std::function<Var(const Vars&, const Json&)>;

const std::map<std::string, Function>& functions() {
  static const std::map<std::string, Function> table = {
      {"conv",
       [](const Vars& x, const Json& a) {
         const int64_t groups = x[0].dim(-1).value() / x[1].dim(-2).value();
         return conv(x[0], x[1], strides(a), padding(a), dilation(a), groups);
       }},
      {"depthwise_conv",
       [](const Vars& x, const Json& a) { return depthwise_conv(x[0], x[1], strides(a), padding(a), dilation(a)); }},
      {"separable_conv",
       [](const Vars& x, const Json& a) {
         return separable_conv(x[0], x[1], x[2], strides(a), padding(a), dilation(a));
       }},
      {"conv_transpose",
       [](const Vars& x, const Json& a) {
         return conv_transpose(x[0], x[1], strides(a), padding(a), ints(a, "output_padding", {}), dilation(a));
       }},
      {"max_pool",
       [](const Vars& x, const Json& a) { return max_pool(x[0], ints(a, "pool_size", {}), strides(a), padding(a)); }},
      {"average_pool",
       [](const Vars& x, const Json& a) {
         return average_pool(x[0], ints(a, "pool_size", {}), strides(a), padding(a));
       }},
      {"adaptive_max_pool",
       [](const Vars& x, const Json& a) { return adaptive_max_pool(x[0], ints(a, "output_size", {})); }},
      {"adaptive_average_pool",
       [](const Vars& x, const Json& a) { return adaptive_average_pool(x[0], ints(a, "output_size", {})); }},
      {"upsample",
       [](const Vars& x, const Json& a) { return upsample(x[0], ints(a, "size", {}), a["interpolation"]); }},
      {"resize", [](const Vars& x,
                    const Json& a) { return resize(x[0], ints(a, "size", {}), a["interpolation"], a["antialias"]); }},
      {"group_norm", [](const Vars& x, const Json& a) { return normalized(x[0], a); }},
  };
  return table;
}

void flatten(const Json& value, std::vector<double>& to) {
  if (!value.is_array()) return to.push_back(value);
  for (const Json& item : value) flatten(item, to);
}

Tensor tensor(const Json& nested) {
  Shape shape;
  for (const Json* inner = &nested; inner->is_array(); inner = &(*inner)[0]) shape.push_back(int64_t(inner->size()));
  std::vector<double> values;
  flatten(nested, values);
  return Tensor::of(values, shape);
}

TEST(Golden, Images) {
  std::ifstream file("tests/golden/images.json");
  ASSERT_TRUE(file) << "run from the top of the source";
  const Json golden = Json::parse(file);
  size_t compared = 0;
  for (const Json& record : golden["records"]) {
    SCOPED_TRACE(record["function"].get<std::string>() + " " + record["arguments"].dump());
    Vars inputs;
    std::vector<Tensor> values;
    for (const Json& input : record["inputs"]) {
      values.push_back(tensor(input));
      inputs.push_back(placeholder(values.back().shape(), DType::float64));
    }
    const Var y = functions().at(record["function"])(inputs, record["arguments"]);
    const Tensor got = evaluate(Graph::of(inputs, {y}), values)[0], wanted = tensor(record["value"]);
    const double tolerance = record["tolerance"];
    ASSERT_EQ(got.shape().text(), wanted.shape().text());
    for (int64_t i = 0; i < got.size(); ++i)
      ASSERT_NEAR(got.flat(i), wanted.flat(i), tolerance * std::max(1.0, std::abs(wanted.flat(i)))) << "element " << i;
    ++compared;
  }
  EXPECT_GT(compared, 110u);
}

}  // namespace
}  // namespace cajal
