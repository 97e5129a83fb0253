// Adaptive pooling layers: windows chosen so that the result has the size that was asked for.
#pragma once

#include "cajal/nn/layer.h"
#include "cajal/nn/sizes.h"

namespace cajal {

/// What the adaptive pooling layers share.
struct AdaptivePooling : Layer {
  struct Options {
    Sizes output_size = {};
    DataFormat data_format = {};

    template <class V>
    void fields(V& v) {
      v("output_size", output_size), v("data_format", data_format);
    }
  } options;

  Var call(Var x) override;
  Config config() const override { return described(class_name(), options); }

 protected:
  AdaptivePooling(int axes, const char* class_name, Options options);
  virtual Var pool(const Var& x) const = 0;

 private:
  int axes_;
};

/// What adaptive max pooling of one, two and three axes shares.
struct AdaptiveMaxPooling : AdaptivePooling {
 protected:
  using AdaptivePooling::AdaptivePooling;
  Var pool(const Var& x) const override;
};

/// What adaptive average pooling of one, two and three axes shares.
struct AdaptiveAveragePooling : AdaptivePooling {
 protected:
  using AdaptivePooling::AdaptivePooling;
  Var pool(const Var& x) const override;
};

/// The largest value of each of `output_size` windows that cover a sequence.
///
/// Window i of o begins at floor(i s / o) and ends at ceil((i + 1) s / o). Shapes:
/// [batch, length, channels] -> [batch, output_size, channels].
/// Source: Keras, `AdaptiveMaxPooling1D`.
struct AdaptiveMaxPooling1D : AdaptiveMaxPooling {
  explicit AdaptiveMaxPooling1D(Options options) : AdaptiveMaxPooling(1, "AdaptiveMaxPooling1D", std::move(options)) {}
  explicit AdaptiveMaxPooling1D(const SizesArgument auto& output_size)
      : AdaptiveMaxPooling1D(Options{.output_size = output_size}) {}
};

/// The largest value of each of `output_size` windows that cover a picture.
///
/// Window i of o begins at floor(i s / o) and ends at ceil((i + 1) s / o). Shapes:
/// [batch, height, width, channels] -> [batch, output_size..., channels].
/// Source: Keras, `AdaptiveMaxPooling2D`.
struct AdaptiveMaxPooling2D : AdaptiveMaxPooling {
  explicit AdaptiveMaxPooling2D(Options options) : AdaptiveMaxPooling(2, "AdaptiveMaxPooling2D", std::move(options)) {}
  explicit AdaptiveMaxPooling2D(const SizesArgument auto& output_size)
      : AdaptiveMaxPooling2D(Options{.output_size = output_size}) {}
};

/// The largest value of each of `output_size` windows that cover a volume.
///
/// Window i of o begins at floor(i s / o) and ends at ceil((i + 1) s / o). Shapes:
/// [batch, depth, height, width, channels] -> [batch, output_size..., channels].
/// Source: Keras, `AdaptiveMaxPooling3D`.
struct AdaptiveMaxPooling3D : AdaptiveMaxPooling {
  explicit AdaptiveMaxPooling3D(Options options) : AdaptiveMaxPooling(3, "AdaptiveMaxPooling3D", std::move(options)) {}
  explicit AdaptiveMaxPooling3D(const SizesArgument auto& output_size)
      : AdaptiveMaxPooling3D(Options{.output_size = output_size}) {}
};

/// The mean of each of `output_size` windows that cover a sequence.
///
/// Window i of o begins at floor(i s / o) and ends at ceil((i + 1) s / o). Shapes:
/// [batch, length, channels] -> [batch, output_size, channels].
/// Source: Keras, `AdaptiveAveragePooling1D`.
struct AdaptiveAveragePooling1D : AdaptiveAveragePooling {
  explicit AdaptiveAveragePooling1D(Options options)
      : AdaptiveAveragePooling(1, "AdaptiveAveragePooling1D", std::move(options)) {}
  explicit AdaptiveAveragePooling1D(const SizesArgument auto& output_size)
      : AdaptiveAveragePooling1D(Options{.output_size = output_size}) {}
};

/// The mean of each of `output_size` windows that cover a picture.
///
/// Window i of o begins at floor(i s / o) and ends at ceil((i + 1) s / o). Shapes:
/// [batch, height, width, channels] -> [batch, output_size..., channels].
/// Source: Keras, `AdaptiveAveragePooling2D`.
struct AdaptiveAveragePooling2D : AdaptiveAveragePooling {
  explicit AdaptiveAveragePooling2D(Options options)
      : AdaptiveAveragePooling(2, "AdaptiveAveragePooling2D", std::move(options)) {}
  explicit AdaptiveAveragePooling2D(const SizesArgument auto& output_size)
      : AdaptiveAveragePooling2D(Options{.output_size = output_size}) {}
};

/// The mean of each of `output_size` windows that cover a volume.
///
/// Window i of o begins at floor(i s / o) and ends at ceil((i + 1) s / o). Shapes:
/// [batch, depth, height, width, channels] -> [batch, output_size..., channels].
/// Source: Keras, `AdaptiveAveragePooling3D`.
struct AdaptiveAveragePooling3D : AdaptiveAveragePooling {
  explicit AdaptiveAveragePooling3D(Options options)
      : AdaptiveAveragePooling(3, "AdaptiveAveragePooling3D", std::move(options)) {}
  explicit AdaptiveAveragePooling3D(const SizesArgument auto& output_size)
      : AdaptiveAveragePooling3D(Options{.output_size = output_size}) {}
};

}  // namespace cajal
