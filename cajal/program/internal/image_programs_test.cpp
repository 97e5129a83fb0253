// Networks of convolutions: what their passes are fused from. Ends in _test.cpp so that it is part of the tests.
#include "cajal/ops/activation.h"
#include "cajal/ops/convolution.h"
#include "cajal/ops/elementwise.h"
#include "cajal/ops/linear_algebra.h"
#include "cajal/ops/normalization.h"
#include "cajal/ops/pooling.h"
#include "cajal/ops/reduction.h"
#include "cajal/ops/shape.h"
#include "cajal/program/internal/test_programs.h"

namespace cajal::program_test {
namespace {

// A network whose weights are made as they are asked for, and then trained.
struct Network {
  std::vector<Variable> weights;

  Var weight(const Shape& shape, double middle = 0) {
    Tensor value = random_tensor(shape, 7 * weights.size() + 1);
    for (int64_t i = 0; i < value.size(); ++i) value.data<float>()[i] = float(middle + 0.4 * value.flat(i));
    weights.emplace_back(value, Variable::Options{"w" + std::to_string(weights.size())});
    return weights.back();
  }
  Var convolution(const Var& x, int64_t filters, int64_t size = 3, const std::vector<int64_t>& strides = {1}) {
    return conv(x, weight({size, size, x.dim(-1), filters}), strides, "same");
  }
  Var biased(const Var& x) { return x + weight({x.dim(-1)}); }
  Var normalized(const Var& x) {
    return batch_norm_training(x, weight({x.dim(-1)}, 1), weight({x.dim(-1)}), 1e-3, {0, 1, 2})[0];
  }
  Var normalized_still(const Var& x) {
    const Var gamma = weight({x.dim(-1)}, 1), beta = weight({x.dim(-1)});
    return batch_norm_inference(x, gamma, beta, weight({x.dim(-1)}), weight({x.dim(-1)}, 1), 1e-3, {0, 1, 2});
  }
  Var scored(const Var& x) {
    const Var flat = reshape(x, {x.dim(0), -1});
    return matmul(flat, weight({flat.dim(1), 3}));
  }
  Var trained(const Var& y) {
    const Var loss = mean(square(y));
    const Vars gradients = gradient(loss, weights);
    for (size_t i = 0; i < weights.size(); ++i) weights[i].assign_sub(0.05 * gradients[i]);
    return loss;
  }
};

Example made(const Shape& shape, const std::function<Vars(Network&, const Var&)>& body) {
  const Var x = placeholder(shape);
  Network network;
  Recording recording;
  const Vars outputs = body(network, x);
  return {Graph::of({x}, outputs, recording.effects()), {random_tensor(shape, 99)}, network.weights};
}

// Bias, relu, pooling; the second convolution reads what relu made of the first.
Example convolutions() {
  return made({3, 9, 8, 2}, [](Network& n, const Var& x) -> Vars {
    Var y = relu(n.biased(n.convolution(x, 5)));
    y = max_pool(relu(n.biased(n.convolution(y, 6))), {2, 2});
    y = max_pool(relu(n.biased(n.convolution(y, 4))), {2, 2}, {1, 1});
    return {n.trained(n.scored(relu(n.convolution(y, 3, 1, {2}))))};
  });
}

// y = relu(normalized + shortcut), with and without a convolution in the shortcut.
Example residual_blocks() {
  return made({4, 6, 6, 3}, [](Network& n, const Var& x) -> Vars {
    Var y = relu(n.normalized(n.convolution(x, 5)));
    y = relu(n.normalized(n.convolution(relu(n.normalized(n.convolution(y, 5))), 5)) + y);
    const Var shortcut = n.normalized(n.convolution(y, 4, 1, {2}));
    y = relu(n.normalized(n.convolution(relu(n.normalized(n.convolution(y, 4, 3, {2}))), 4)) + shortcut);
    return {n.trained(n.scored(mean(y, {1, 2})))};
  });
}

// As in ResNet-9: pooling behind relu, and a sum behind relu.
Example pooled_blocks() {
  return made({4, 9, 8, 3}, [](Network& n, const Var& x) -> Vars {
    const Var y = max_pool(relu(n.normalized(n.convolution(x, 20))), {2, 2});
    const Var z = y + relu(n.normalized(n.convolution(relu(n.normalized(n.convolution(y, 20))), 20)));
    return {n.trained(n.scored(max(z, {1, 2}))), z};
  });
}

// As in MobileNetV2: relu6, a depthwise convolution, a sum with nothing behind it.
Example inverted_bottleneck() {
  return made({2, 6, 6, 4}, [](Network& n, const Var& x) -> Vars {
    Var y = relu6(n.normalized(n.convolution(x, 8, 1)) * 4.0);
    y = relu6(n.normalized(depthwise_conv(y, n.weight({3, 3, 8, 1}), {1}, "same")));
    y = n.normalized(n.convolution(y, 4, 1)) + x;
    return {n.trained(n.scored(y))};
  });
}

Example bottleneck_at_inference() {
  return made({2, 6, 6, 4}, [](Network& n, const Var& x) -> Vars {
    Var y = relu6(n.normalized_still(n.convolution(x, 8, 1)));
    y = relu6(n.normalized_still(depthwise_conv(y, n.weight({3, 3, 8, 1}), {2}, "same")));
    y = n.normalized_still(n.biased(n.convolution(y, 5, 1)));
    return {y, relu(n.convolution(y, 5) + y), n.convolution(y, 5) + n.convolution(y, 5)};
  });
}

// As in MobileNets: zeros after the image before a stride of 2, each side by itself, in training.
Example padded_before_strides() {
  return made({2, 7, 6, 3}, [](Network& n, const Var& x) -> Vars {
    const Var wider = pad(x, {0, 0, 1, 0}, {0, 1, 2, 0});
    Var y = relu6(n.normalized(conv(wider, n.weight({3, 3, 3, 8}), {2})));
    y = pad(y, {0, 0, 0, 0}, {0, 1, 1, 0});
    y = relu6(n.normalized(depthwise_conv(y, n.weight({3, 3, 8, 1}), {2})));
    return {n.trained(n.scored(y))};
  });
}

// Gradients of gradients: through convolution, relu and pooling.
Example second_derivative() {
  return made({2, 6, 6, 2}, [](Network& n, const Var& x) -> Vars {
    const Var y = max_pool(relu(n.normalized(n.biased(n.convolution(x, 3)))), {2, 2});
    const Var slope = gradient(sum(square(n.convolution(y, 2))), x);
    return {n.trained(slope), slope};
  });
}

}  // namespace

const std::vector<NamedExample>& image_examples() {
  static const std::vector<NamedExample> table = {{"convolutions", convolutions},
                                                  {"residual_blocks", residual_blocks},
                                                  {"pooled_blocks", pooled_blocks},
                                                  {"inverted_bottleneck", inverted_bottleneck},
                                                  {"bottleneck_at_inference", bottleneck_at_inference},
                                                  {"padded_before_strides", padded_before_strides},
                                                  {"second_derivative", second_derivative}};
  return table;
}

}  // namespace cajal::program_test
