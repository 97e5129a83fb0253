#include "cajal/nn/internal/images.h"
#include "cajal/nn/layers/global_pooling.h"
#include "cajal/ops/reduction.h"

namespace cajal {

GlobalPooling::GlobalPooling(int axes, const char* class_name, Options given) : options(std::move(given)), axes_(axes) {
  set_class_name(class_name);
}

Var GlobalPooling::call(Var x) {
  internal::expect_axes(*this, x.shape(), axes_, options.data_format);
  std::vector<int> axes;
  for (int axis = 1; axis <= axes_; ++axis) axes.push_back(axis);
  const Var y = pool(internal::with_channels_last(x, options.data_format), axes);
  return options.keepdims ? internal::with_channels_as_given(y, options.data_format) : y;
}

Var GlobalMaxPooling::pool(const Var& x, const std::vector<int>& axes) const { return max(x, axes, options.keepdims); }

Var GlobalAveragePooling::pool(const Var& x, const std::vector<int>& axes) const {
  return mean(internal::as_float(x, floatx()), axes, options.keepdims);
}

}  // namespace cajal
