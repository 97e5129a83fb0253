#include "cajal/nn/internal/images.h"
#include "cajal/nn/layers/adaptive_pooling.h"
#include "cajal/ops/pooling.h"

namespace cajal {

AdaptivePooling::AdaptivePooling(int axes, const char* class_name, Options given)
    : options(std::move(given)), axes_(axes) {
  set_class_name(class_name);
  options.output_size = options.output_size.of(axes, std::string("output_size of ") + class_name);
}

Var AdaptivePooling::call(Var x) {
  internal::image_shape(*this, x.shape(), axes_, options.data_format);
  return internal::with_channels_as_given(pool(internal::with_channels_last(x, options.data_format)),
                                          options.data_format);
}

Var AdaptiveMaxPooling::pool(const Var& x) const { return adaptive_max_pool(x, options.output_size.values()); }

Var AdaptiveAveragePooling::pool(const Var& x) const {
  return adaptive_average_pool(internal::as_float(x, floatx()), options.output_size.values());
}

}  // namespace cajal
