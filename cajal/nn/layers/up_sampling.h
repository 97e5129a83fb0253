// Upsampling layers: images made larger by repeating or by interpolation.
#pragma once

#include "cajal/nn/layer.h"
#include "cajal/nn/sizes.h"

namespace cajal {

/// Each step of a sequence repeated `size` times.
///
/// Shapes: [batch, length, channels] -> [batch, length size, channels]. Source: Keras, `UpSampling1D`.
struct UpSampling1D : Layer {
  struct Options {
    Sizes size = 2;
    template <class V>
    void fields(V& v) {
      v("size", size);
    }
  } options;
  explicit UpSampling1D(Options options);
  UpSampling1D() : UpSampling1D(Options()) {}
  explicit UpSampling1D(const SizesArgument auto& size) : UpSampling1D(Options{.size = size}) {}
  Var call(Var x) override;
  Config config() const override { return described("UpSampling1D", options); }
};

/// A picture made larger by whole factors.
///
/// Defaults: "nearest" repeats each pixel; "bilinear", "bicubic", "lanczos3" and "lanczos5" blend neighbours, pixels
/// being squares with their colour in the middle. Shapes: [batch, height, width, channels] -> [batch, height size[0],
/// width size[1], channels]. Errors: another interpolation. Source: Keras, `UpSampling2D`.
struct UpSampling2D : Layer {
  struct Options {
    Sizes size = 2;
    DataFormat data_format = {};
    std::string interpolation = "nearest";
    template <class V>
    void fields(V& v) {
      v("size", size), v("data_format", data_format), v("interpolation", interpolation);
    }
  } options;
  explicit UpSampling2D(Options options);
  UpSampling2D() : UpSampling2D(Options()) {}
  explicit UpSampling2D(const SizesArgument auto& size) : UpSampling2D(Options{.size = size}) {}
  Var call(Var x) override;
  Config config() const override { return described("UpSampling2D", options); }
};

/// Each place of a volume repeated.
///
/// Shapes: [batch, depth, height, width, channels] -> the same, each size multiplied. Source: Keras, `UpSampling3D`.
struct UpSampling3D : Layer {
  struct Options {
    Sizes size = 2;
    DataFormat data_format = {};
    template <class V>
    void fields(V& v) {
      v("size", size), v("data_format", data_format);
    }
  } options;
  explicit UpSampling3D(Options options);
  UpSampling3D() : UpSampling3D(Options()) {}
  explicit UpSampling3D(const SizesArgument auto& size) : UpSampling3D(Options{.size = size}) {}
  Var call(Var x) override;
  Config config() const override { return described("UpSampling3D", options); }
};

}  // namespace cajal
