#include "cajal/nn/internal/images.h"
#include "cajal/nn/layers/pooling.h"
#include "cajal/ops/pooling.h"

namespace cajal {

Pooling::Pooling(int axes, const char* class_name, Options given) : options(std::move(given)), axes_(axes) {
  set_class_name(class_name);
  const std::string of = std::string(" of ") + class_name;
  options.pool_size = options.pool_size.of(axes, "pool_size" + of);
  if (!options.strides.empty()) options.strides = options.strides.of(axes, "strides" + of);
  internal::expect_padding(class_name, options.padding, false);
}

Var Pooling::call(Var x) {
  const Shape image = internal::image_shape(*this, x.shape(), axes_, options.data_format);
  internal::expect_room(*this, "window", image, options.pool_size, {}, options.padding);
  return internal::with_channels_as_given(pool(internal::with_channels_last(x, options.data_format)),
                                          options.data_format);
}

Var MaxPooling::pool(const Var& x) const {
  return max_pool(x, options.pool_size.values(), options.strides.values(), options.padding);
}

Var AveragePooling::pool(const Var& x) const {
  return average_pool(internal::as_float(x, floatx()), options.pool_size.values(), options.strides.values(),
                      options.padding);
}

}  // namespace cajal
