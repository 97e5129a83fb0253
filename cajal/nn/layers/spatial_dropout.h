// Spatial dropout: chance against learning by heart, for images.
#pragma once

#include "cajal/nn/layer.h"
#include "cajal/nn/sizes.h"

namespace cajal {

/// Dropout of whole channels: where neighbours look alike, one of them would tell what the others hide.
///
/// Shapes: [batch, length, channels] -> the same. Inactive in evaluate and predict. Errors: a rate outside of [0, 1].
/// Source: Tompson et al., 2014; Keras, `SpatialDropout1D`.
struct SpatialDropout1D : Layer {
  struct Options {
    double rate = 0.5;
    int64_t seed = -1;
    template <class V>
    void fields(V& v) {
      v("rate", rate), v("seed", seed);
    }
  } options;
  explicit SpatialDropout1D(Options options);
  explicit SpatialDropout1D(double rate) : SpatialDropout1D(Options{.rate = rate}) {}
  Var call(Var x) override;
  Config config() const override { return described("SpatialDropout1D", options); }
};

/// Dropout of whole channels: where neighbours look alike, one of them would tell what the others hide.
///
/// Shapes: [batch, height, width, channels] -> the same. Inactive in evaluate and predict. Errors: a rate outside of
/// [0, 1]. Source: Tompson et al., 2014; Keras, `SpatialDropout2D`.
struct SpatialDropout2D : Layer {
  struct Options {
    double rate = 0.5;
    DataFormat data_format = {};
    int64_t seed = -1;
    template <class V>
    void fields(V& v) {
      v("rate", rate), v("data_format", data_format), v("seed", seed);
    }
  } options;
  explicit SpatialDropout2D(Options options);
  explicit SpatialDropout2D(double rate) : SpatialDropout2D(Options{.rate = rate}) {}
  Var call(Var x) override;
  Config config() const override { return described("SpatialDropout2D", options); }
};

/// Dropout of whole channels: where neighbours look alike, one of them would tell what the others hide.
///
/// Shapes: [batch, depth, height, width, channels] -> the same. Inactive in evaluate and predict. Errors: a rate
/// outside of [0, 1]. Source: Tompson et al., 2014; Keras, `SpatialDropout3D`.
struct SpatialDropout3D : Layer {
  struct Options {
    double rate = 0.5;
    DataFormat data_format = {};
    int64_t seed = -1;
    template <class V>
    void fields(V& v) {
      v("rate", rate), v("data_format", data_format), v("seed", seed);
    }
  } options;
  explicit SpatialDropout3D(Options options);
  explicit SpatialDropout3D(double rate) : SpatialDropout3D(Options{.rate = rate}) {}
  Var call(Var x) override;
  Config config() const override { return described("SpatialDropout3D", options); }
};

}  // namespace cajal
