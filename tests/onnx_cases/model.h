// A reader of ONNX files that knows what the test cases need: one graph of nodes, attributes and tensors.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "cajal/tensor/tensor.h"

namespace cajal::onnx_cases {

/// An attribute of a node: whichever kind it is, the others are empty.
struct Attribute {
  double number = 0;
  int64_t integer = 0;
  std::string text;
  Tensor tensor;
  std::vector<double> numbers;
  std::vector<int64_t> integers;
};

struct Node {
  std::string op, domain;
  std::vector<std::string> inputs, outputs;  ///< "": one that is left out
  std::map<std::string, Attribute> attributes;
};

struct Model {
  int64_t opset = 1;
  std::vector<Node> nodes;
  std::vector<std::string> inputs, outputs;
  std::map<std::string, Tensor> initializers;
};

/// A file's bytes as a model. Throws Error{bad_data} where they are none.
Model read_model(std::string_view bytes);
/// A file's bytes as a tensor; an empty one where its type is one that Cajal does not have.
Tensor read_tensor(std::string_view bytes);

}  // namespace cajal::onnx_cases
