// How Cajal does what each ONNX operator does.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "cajal/graph/op.h"
#include "model.h"

namespace cajal::onnx_cases {

/// One call of an operator: its inputs as Vars, their values where a shape or an axis depends on them, its attributes.
class NodeCall {
 public:
  NodeCall(const Node& node, Vars inputs, std::vector<Tensor> values, int64_t opset)
      : opset(opset), node_(node), inputs_(std::move(inputs)), values_(std::move(values)) {}

  int64_t opset;

  size_t size() const { return inputs_.size(); }
  size_t outputs() const { return node_.outputs.size(); }
  bool has(size_t i) const { return i < inputs_.size() && inputs_[i].defined(); }
  const Var& x(size_t i = 0) const { return inputs_.at(i); }
  const Vars& all() const { return inputs_; }
  const Tensor& value(size_t i) const { return values_.at(i); }
  /// The integers of an input.
  std::vector<int64_t> integers_of(size_t i) const {
    std::vector<int64_t> out;
    for (int64_t k = 0; k < value(i).size(); ++k) out.push_back(int64_t(value(i).flat(k)));
    return out;
  }

  bool given(const std::string& name) const { return node_.attributes.count(name) > 0; }
  int64_t integer(const std::string& name, int64_t otherwise) const {
    return given(name) ? node_.attributes.at(name).integer : otherwise;
  }
  double number(const std::string& name, double otherwise) const {
    return given(name) ? node_.attributes.at(name).number : otherwise;
  }
  std::string text(const std::string& name, const std::string& otherwise) const {
    return given(name) ? node_.attributes.at(name).text : otherwise;
  }
  std::vector<int64_t> integers(const std::string& name, std::vector<int64_t> otherwise = {}) const {
    return given(name) ? node_.attributes.at(name).integers : otherwise;
  }
  /// The axes of an attribute, or of an input where newer versions have them.
  std::vector<int64_t> axes(size_t input) const { return has(input) ? integers_of(input) : integers("axes"); }

 private:
  const Node& node_;
  Vars inputs_;
  std::vector<Tensor> values_;
};

using Operator = std::function<Vars(const NodeCall&)>;
using Operators = std::map<std::string, Operator>;

inline std::vector<int> as_axes(const std::vector<int64_t>& list) { return {list.begin(), list.end()}; }

void add_image_operators(Operators& to);
void add_elementwise_operators(Operators& to);
void add_normalization_operators(Operators& to);
void add_reduction_operators(Operators& to);
void add_shape_operators(Operators& to);

}  // namespace cajal::onnx_cases
