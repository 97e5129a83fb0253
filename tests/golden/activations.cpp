// The activation functions against Keras: values and gradients.
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>

#include "cajal/graph/graph.h"
#include "cajal/ops/activation.h"
#include "cajal/ops/reduction.h"

namespace cajal {
namespace {

using Json = nlohmann::json;
using Activation = std::function<Var(const Var&, const Json&)>;

const std::map<std::string, Activation>& activations() {
  static const std::map<std::string, Activation> table = {
      {"celu", [](const Var& x, const Json& a) { return celu(x, a.value("alpha", 1.0)); }},
      {"elu", [](const Var& x, const Json& a) { return elu(x, a.value("alpha", 1.0)); }},
      {"exponential", [](const Var& x, const Json&) { return exponential(x); }},
      {"gelu", [](const Var& x, const Json& a) { return gelu(x, a.value("approximate", false)); }},
      {"glu", [](const Var& x, const Json& a) { return glu(x, a.value("axis", -1)); }},
      {"hard_shrink", [](const Var& x, const Json& a) { return hard_shrink(x, a.value("threshold", 0.5)); }},
      {"hard_sigmoid", [](const Var& x, const Json&) { return hard_sigmoid(x); }},
      {"hard_silu", [](const Var& x, const Json&) { return hard_silu(x); }},
      {"hard_tanh", [](const Var& x, const Json&) { return hard_tanh(x); }},
      {"leaky_relu", [](const Var& x, const Json& a) { return leaky_relu(x, a.value("negative_slope", 0.2)); }},
      {"linear", [](const Var& x, const Json&) { return linear(x); }},
      {"log_sigmoid", [](const Var& x, const Json&) { return log_sigmoid(x); }},
      {"log_softmax", [](const Var& x, const Json& a) { return log_softmax(x, a.value("axis", -1)); }},
      {"mish", [](const Var& x, const Json&) { return mish(x); }},
      {"relu", [](const Var& x, const Json&) { return relu(x); }},
      {"relu6", [](const Var& x, const Json&) { return relu6(x); }},
      {"selu", [](const Var& x, const Json&) { return selu(x); }},
      {"sigmoid", [](const Var& x, const Json&) { return sigmoid(x); }},
      {"silu", [](const Var& x, const Json&) { return silu(x); }},
      {"soft_shrink", [](const Var& x, const Json& a) { return soft_shrink(x, a.value("threshold", 0.5)); }},
      {"softmax", [](const Var& x, const Json& a) { return softmax(x, a.value("axis", -1)); }},
      {"softplus", [](const Var& x, const Json&) { return softplus(x); }},
      {"softsign", [](const Var& x, const Json&) { return softsign(x); }},
      {"sparse_plus", [](const Var& x, const Json&) { return sparse_plus(x); }},
      {"sparse_sigmoid", [](const Var& x, const Json&) { return sparse_sigmoid(x); }},
      {"sparsemax", [](const Var& x, const Json& a) { return sparsemax(x, a.value("axis", -1)); }},
      {"squareplus", [](const Var& x, const Json& a) { return squareplus(x, a.value("b", 4.0)); }},
      {"tanh", [](const Var& x, const Json&) { return tanh(x); }},
      {"tanh_shrink", [](const Var& x, const Json&) { return tanh_shrink(x); }},
      {"threshold", [](const Var& x, const Json& a) { return threshold(x, a["threshold"], a["default_value"]); }},
  };
  return table;
}

Tensor matrix(const Json& rows) {
  std::vector<double> values;
  for (const Json& row : rows)
    for (const Json& value : row) values.push_back(value);
  return Tensor::of(values, Shape{int64_t(rows.size()), int64_t(rows[0].size())});
}

bool is_kink(double x, const Json& kinks) {
  for (const Json& kink : kinks)
    if (double(kink) == x) return true;
  return false;
}

void compare(const Tensor& got, const Tensor& wanted, double tolerance, const std::function<bool(int64_t)>& skip) {
  ASSERT_EQ(got.shape().text(), wanted.shape().text());
  for (int64_t i = 0; i < got.size(); ++i) {
    if (skip(i)) continue;
    EXPECT_NEAR(got.flat(i), wanted.flat(i), tolerance * std::max(1.0, std::abs(wanted.flat(i)))) << "element " << i;
  }
}

TEST(Golden, Activations) {
  std::ifstream file("tests/golden/activations.json");
  ASSERT_TRUE(file) << "run from the top of the source";
  const Json golden = Json::parse(file);
  const Tensor x = matrix(golden["x"]), weights = matrix(golden["weights"]);
  size_t compared = 0;
  for (const Json& record : golden["records"]) {
    const Json& arguments = record["arguments"];
    if (record["activation"] == "relu" && !arguments.empty()) continue;  // of the layer ReLU
    SCOPED_TRACE(record["activation"].get<std::string>() + " " + arguments.dump());
    const Tensor value = matrix(record["value"]);
    const Var in = placeholder(x.shape(), DType::float64);
    const Var out = activations().at(record["activation"])(in, arguments);
    const Tensor share = weights.slice(1, {0, value.dim(1)}).copy();
    const Var gradients = gradient(sum(out * constant(share)), in);
    const std::vector<Tensor> results = evaluate(in_double(Graph::of({in}, {out, gradients})), {x});
    const double tolerance = record["tolerance"];
    compare(results[0], value, tolerance, [](int64_t) { return false; });
    compare(results[1], matrix(record["gradient"]), std::max(tolerance, 1e-11),
            [&](int64_t i) { return is_kink(x.flat(i), record["kinks"]); });
    ++compared;
  }
  EXPECT_GT(compared, 35u);
}

}  // namespace
}  // namespace cajal
