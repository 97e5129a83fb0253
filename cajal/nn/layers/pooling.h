// Pooling layers: each window of an image becomes one value per channel, so that the image gets smaller.
#pragma once

#include "cajal/nn/layer.h"
#include "cajal/nn/sizes.h"

namespace cajal {

/// What the pooling layers share. Integers are taken as they are by the largest value, as floats by the mean.
struct Pooling : Layer {
  struct Options {
    ByName by_name = {};
    Sizes pool_size = 2;
    Sizes strides = {};
    std::string padding = "valid";
    DataFormat data_format = {};

    template <class V>
    void fields(V& v) {
      v("pool_size", pool_size), v("strides", strides), v("padding", padding), v("data_format", data_format);
    }
  } options;

  Var call(Var x) override;
  Config config() const override { return described(class_name(), options); }

 protected:
  Pooling(int axes, const char* class_name, Options options);
  virtual Var pool(const Var& x) const = 0;

 private:
  int axes_;
};

/// What max pooling of one, two and three axes shares.
struct MaxPooling : Pooling {
 protected:
  using Pooling::Pooling;
  Var pool(const Var& x) const override;
};

/// What average pooling of one, two and three axes shares.
struct AveragePooling : Pooling {
 protected:
  using Pooling::Pooling;
  Var pool(const Var& x) const override;
};

/// The largest value of each window of a sequence.
///
/// Defaults: `strides` is pool_size, so that windows lie side by side. Shapes: [batch, length, channels] -> [batch, new
/// length, channels]. Errors: a window longer than the sequence. Source: Keras, `MaxPooling1D`.
struct MaxPooling1D : MaxPooling {
  explicit MaxPooling1D(Options options) : MaxPooling(1, "MaxPooling1D", std::move(options)) {}
  MaxPooling1D() : MaxPooling1D(Options()) {}
  explicit MaxPooling1D(const SizesArgument auto& pool_size, const Sizes& strides = {},
                        const std::string& padding = "valid")
      : MaxPooling1D(Options{.pool_size = pool_size, .strides = strides, .padding = padding}) {}
};

/// The largest value of each window of a picture: keeps what was found, forgets where exactly.
///
/// `MaxPooling2D(2)` halves height and width. Defaults: `strides` is pool_size, so that windows lie side by side.
/// Shapes: [batch, height, width, channels] -> [batch, new height, new width, channels]; padding "valid" leaves out a
/// rest that fills no window, "same" keeps it. Errors: a window larger than the picture. Source: Keras, `MaxPooling2D`.
struct MaxPooling2D : MaxPooling {
  explicit MaxPooling2D(Options options) : MaxPooling(2, "MaxPooling2D", std::move(options)) {}
  MaxPooling2D() : MaxPooling2D(Options()) {}
  explicit MaxPooling2D(const SizesArgument auto& pool_size, const Sizes& strides = {},
                        const std::string& padding = "valid")
      : MaxPooling2D(Options{.pool_size = pool_size, .strides = strides, .padding = padding}) {}
};

/// The largest value of each window of a volume.
///
/// Shapes: [batch, depth, height, width, channels] -> [batch, new depth, new height, new width, channels].
/// Source: Keras, `MaxPooling3D`.
struct MaxPooling3D : MaxPooling {
  explicit MaxPooling3D(Options options) : MaxPooling(3, "MaxPooling3D", std::move(options)) {}
  MaxPooling3D() : MaxPooling3D(Options()) {}
  explicit MaxPooling3D(const SizesArgument auto& pool_size, const Sizes& strides = {},
                        const std::string& padding = "valid")
      : MaxPooling3D(Options{.pool_size = pool_size, .strides = strides, .padding = padding}) {}
};

/// The mean of each window of a sequence. Places outside of it do not count.
///
/// Shapes: as MaxPooling1D. Source: Keras, `AveragePooling1D`.
struct AveragePooling1D : AveragePooling {
  explicit AveragePooling1D(Options options) : AveragePooling(1, "AveragePooling1D", std::move(options)) {}
  explicit AveragePooling1D(const SizesArgument auto& pool_size, const Sizes& strides = {},
                            const std::string& padding = "valid")
      : AveragePooling1D(Options{.pool_size = pool_size, .strides = strides, .padding = padding}) {}
};

/// The mean of each window of a picture. Places outside of it do not count.
///
/// Shapes: as MaxPooling2D. Source: Keras, `AveragePooling2D`.
struct AveragePooling2D : AveragePooling {
  explicit AveragePooling2D(Options options) : AveragePooling(2, "AveragePooling2D", std::move(options)) {}
  explicit AveragePooling2D(const SizesArgument auto& pool_size, const Sizes& strides = {},
                            const std::string& padding = "valid")
      : AveragePooling2D(Options{.pool_size = pool_size, .strides = strides, .padding = padding}) {}
};

/// The mean of each window of a volume. Places outside of it do not count.
///
/// Shapes: as MaxPooling3D. Source: Keras, `AveragePooling3D`.
struct AveragePooling3D : AveragePooling {
  explicit AveragePooling3D(Options options) : AveragePooling(3, "AveragePooling3D", std::move(options)) {}
  explicit AveragePooling3D(const SizesArgument auto& pool_size, const Sizes& strides = {},
                            const std::string& padding = "valid")
      : AveragePooling3D(Options{.pool_size = pool_size, .strides = strides, .padding = padding}) {}
};

}  // namespace cajal
