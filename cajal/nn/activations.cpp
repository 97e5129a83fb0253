#include "cajal/nn/activations.h"

#include <algorithm>
#include <map>

#include "cajal/base/text.h"
#include "cajal/ops/activation.h"

namespace cajal {
namespace {

using Function = Var (*)(const Var&);

// Keras's names, each with Keras's default arguments.
const std::map<std::string, Function>& functions() {
  static const std::map<std::string, Function> entries = {
      {"celu", [](const Var& x) { return celu(x); }},
      {"elu", [](const Var& x) { return elu(x); }},
      {"exponential", [](const Var& x) { return exponential(x); }},
      {"gelu", [](const Var& x) { return gelu(x); }},
      {"glu", [](const Var& x) { return glu(x); }},
      {"hard_shrink", [](const Var& x) { return hard_shrink(x); }},
      {"hard_sigmoid", [](const Var& x) { return hard_sigmoid(x); }},
      {"hard_silu", [](const Var& x) { return hard_silu(x); }},
      {"hard_swish", [](const Var& x) { return hard_silu(x); }},
      {"hard_tanh", [](const Var& x) { return hard_tanh(x); }},
      {"leaky_relu", [](const Var& x) { return leaky_relu(x); }},
      {"linear", nullptr},
      {"log_sigmoid", [](const Var& x) { return log_sigmoid(x); }},
      {"log_softmax", [](const Var& x) { return log_softmax(x); }},
      {"mish", [](const Var& x) { return mish(x); }},
      {"relu", [](const Var& x) { return relu(x); }},
      {"relu6", [](const Var& x) { return relu6(x); }},
      {"selu", [](const Var& x) { return selu(x); }},
      {"sigmoid", [](const Var& x) { return sigmoid(x); }},
      {"silu", [](const Var& x) { return silu(x); }},
      {"soft_shrink", [](const Var& x) { return soft_shrink(x); }},
      {"softmax", [](const Var& x) { return softmax(x); }},
      {"softplus", [](const Var& x) { return softplus(x); }},
      {"softsign", [](const Var& x) { return softsign(x); }},
      {"sparse_plus", [](const Var& x) { return sparse_plus(x); }},
      {"sparse_sigmoid", [](const Var& x) { return sparse_sigmoid(x); }},
      {"sparsemax", [](const Var& x) { return sparsemax(x); }},
      {"squareplus", [](const Var& x) { return squareplus(x); }},
      {"swish", [](const Var& x) { return silu(x); }},
      {"tanh", [](const Var& x) { return tanh(x); }},
      {"tanh_shrink", [](const Var& x) { return tanh_shrink(x); }},
  };
  return entries;
}

constexpr const char* own_function = "function";  // what a function of the user's own is called in files

}  // namespace

const std::vector<std::string>& activation_names() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> out;
    for (const auto& entry : functions()) out.push_back(entry.first);
    return out;
  }();
  return names;
}

AnyActivation::AnyActivation(const char* name) : AnyActivation(std::string(name)) {}

AnyActivation::AnyActivation(const std::string& name) {
  const auto found = functions().find(name);
  if (found == functions().end())
    throw Error(Code::not_found, "there is no activation called '" + name + "'", {}, [&] {
      const std::string near = nearest(name, activation_names());
      return near.empty() ? "one of " + join(activation_names(), ", ") : "'" + near + "'";
    }());
  if (found->second) function_ = {name, found->second};
}

std::string AnyActivation::name() const {
  if (!function_.function) return "linear";
  return function_.name.empty() ? own_function : function_.name;
}

AnyActivation AnyActivation::from_config(const Config& config) {
  if (config.is_null()) return {};
  if (config.is_text() && config.text() == own_function)
    fail("the activation was a function of C++, which a file does not hold",
         "give it a layer of its own: Lambda keeps its nodes");
  return AnyActivation(config.text());
}

}  // namespace cajal
