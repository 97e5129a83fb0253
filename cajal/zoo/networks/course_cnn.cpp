// The networks that courses on pictures begin with.
// Source: Keras, `examples/vision/mnist_convnet.py`; TensorFlow, tutorial "Convolutional Neural Network (CNN)".
#include "cajal/zoo/internal/network_parts.h"

namespace cajal {
namespace {

using namespace internal;

Var conv_relu(const Var& x, int64_t filters, const NetworkOptions& options, const char* name) {
  return put(Conv2D(scaled(filters, options.width), 3, "relu"), name, x);
}

Var record_mnist_cnn(const Var& image, const NetworkOptions& options) {
  Var x = conv_relu(image, 32, options, "conv1");
  x = conv_relu(x, 64, options, "conv2");
  x = put(MaxPooling2D(2), "pool", x);
  if (!options.include_top) return without_top(x, options);
  x = put(Dropout(0.25), "dropout", x);
  x = put(Flatten(), "flatten", x);
  x = put(Dense(scaled(128, options.width), "relu"), "fc1", x);
  NetworkOptions last = options;
  if (options.dropout < 0) last.dropout = 0.5;
  return classes_of(x, last);
}

Var record_cifar_cnn(const Var& image, const NetworkOptions& options) {
  Var x = conv_relu(image, 32, options, "conv1");
  x = put(MaxPooling2D(2), "pool1", x);
  x = conv_relu(x, 64, options, "conv2");
  x = put(MaxPooling2D(2), "pool2", x);
  x = conv_relu(x, 64, options, "conv3");
  if (!options.include_top) return without_top(x, options);
  x = put(Flatten(), "flatten", x);
  x = put(Dense(scaled(64, options.width), "relu"), "fc1", x);
  return classes_of(x, options);
}

}  // namespace

const std::vector<NetworkEntry>& course_cnn_networks() {
  static const std::vector<NetworkEntry> entries = {
      {"mnist_cnn", "two convolutions, a dense layer, dropout: 1.2 M weights", {28, 28, 1}, 10, record_mnist_cnn},
      {"cifar_cnn", "three convolutions, a dense layer: 122,570 weights", {32, 32, 3}, 10, record_cifar_cnn}};
  return entries;
}

}  // namespace cajal
