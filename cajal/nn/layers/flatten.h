// Flatten: a picture as one row of numbers.
#pragma once

#include "cajal/nn/layer.h"
#include "cajal/nn/sizes.h"

namespace cajal {

/// Lays all the values of a sample in one row, channels last.
///
/// Shapes: [batch, a, b, ...] -> [batch, a b ...]; [batch] -> [batch, 1]. Source: Keras, `Flatten`.
struct Flatten : Layer {
  struct Options {
    DataFormat data_format = {};
    template <class V>
    void fields(V& v) {
      v("data_format", data_format);
    }
  } options;
  explicit Flatten(Options options);
  Flatten() : Flatten(Options()) {}
  Var call(Var x) override;
  Config config() const override { return described("Flatten", options); }
};

/// The kernel of the Dense layer behind a Flatten, for images that now have their channels last.
///
/// For weights from systems that flatten [channels, height, width], as PyTorch does: row (c, h, w) becomes row
/// (h, w, c). `sample` is the shape that was flattened, channels first. Shapes: [channels height width, units] -> the
/// same. Errors: a kernel whose rows are not as many as the sample's values.
Tensor rows_with_channels_last(const Tensor& kernel, const Shape& sample);

}  // namespace cajal
