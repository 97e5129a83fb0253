#include "cajal/zoo/internal/network_parts.h"

#include <algorithm>
#include <cmath>

#include "cajal/base/error.h"
#include "cajal/base/text.h"

namespace cajal::internal {

int64_t scaled(int64_t filters, double width) {
  return std::max<int64_t>(1, int64_t(std::llround(double(filters) * width)));
}

int64_t channels_of(const Var& image) { return image.dim(-1).value(); }

Var conv_norm(const Var& x, const ConvNormOptions& options, const std::string& conv_name,
              const std::string& norm_name) {
  Conv2D::Options conv{.filters = options.filters, .kernel_size = options.kernel_size, .strides = options.strides};
  conv.use_bias = false;
  conv.kernel_initializer = "he_normal";
  Var y = x;
  if (options.strides == 1) conv.padding = "same";
  else if (options.kernel_size > 1) y = put(ZeroPadding2D(Margins(options.kernel_size / 2)), conv_name + "_pad", x);
  y = put(Conv2D(conv), conv_name, y);
  return put(BatchNormalization({.momentum = 0.9, .epsilon = 1e-5}), norm_name, y);
}

Var without_top(const Var& features, const NetworkOptions& options) {
  if (options.pooling.empty()) return features;
  if (options.pooling == "avg") return put(GlobalAveragePooling2D(), "avg_pool", features);
  if (options.pooling == "max") return put(GlobalMaxPooling2D(), "max_pool", features);
  fail("there is no pooling called '" + options.pooling + "'", "avg, max, or none");
}

Var classes_of(const Var& features, const NetworkOptions& options, const std::string& name) {
  Var x = features;
  if (options.dropout > 0) x = put(Dropout(options.dropout), "dropout_top", x);
  return put(Dense(options.classes, options.classifier_activation), name, x);
}

}  // namespace cajal::internal
