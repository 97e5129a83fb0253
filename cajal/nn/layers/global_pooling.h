// Global pooling layers: a whole image becomes one value per channel, whatever its size.
#pragma once

#include "cajal/nn/layer.h"
#include "cajal/nn/sizes.h"

namespace cajal {

/// What the global pooling layers share.
struct GlobalPooling : Layer {
  struct Options {
    DataFormat data_format = {};
    bool keepdims = false;

    template <class V>
    void fields(V& v) {
      v("data_format", data_format), v("keepdims", keepdims);
    }
  } options;

  Var call(Var x) override;
  Config config() const override { return described(class_name(), options); }

 protected:
  GlobalPooling(int axes, const char* class_name, Options options);
  /// Over `axes` of x, which stay with size 1 where keepdims.
  virtual Var pool(const Var& x, const std::vector<int>& axes) const = 0;

 private:
  int axes_;
};

/// What global max pooling of one, two and three axes shares.
struct GlobalMaxPooling : GlobalPooling {
 protected:
  using GlobalPooling::GlobalPooling;
  Var pool(const Var& x, const std::vector<int>& axes) const override;
};

/// What global average pooling of one, two and three axes shares.
struct GlobalAveragePooling : GlobalPooling {
 protected:
  using GlobalPooling::GlobalPooling;
  Var pool(const Var& x, const std::vector<int>& axes) const override;
};

/// The largest value of each channel of a sequence.
///
/// Shapes: [batch, length, channels] -> [batch, channels]; with keepdims [batch, 1, channels].
/// Source: Keras, `GlobalMaxPooling1D`.
struct GlobalMaxPooling1D : GlobalMaxPooling {
  explicit GlobalMaxPooling1D(Options options) : GlobalMaxPooling(1, "GlobalMaxPooling1D", std::move(options)) {}
  GlobalMaxPooling1D() : GlobalMaxPooling1D(Options()) {}
};

/// The largest value of each channel of a picture.
///
/// Shapes: [batch, height, width, channels] -> [batch, channels]; with keepdims [batch, 1, 1, channels].
/// Source: Keras, `GlobalMaxPooling2D`.
struct GlobalMaxPooling2D : GlobalMaxPooling {
  explicit GlobalMaxPooling2D(Options options) : GlobalMaxPooling(2, "GlobalMaxPooling2D", std::move(options)) {}
  GlobalMaxPooling2D() : GlobalMaxPooling2D(Options()) {}
};

/// The largest value of each channel of a volume.
///
/// Shapes: [batch, depth, height, width, channels] -> [batch, channels]; with keepdims [batch, 1, 1, 1, channels].
/// Source: Keras, `GlobalMaxPooling3D`.
struct GlobalMaxPooling3D : GlobalMaxPooling {
  explicit GlobalMaxPooling3D(Options options) : GlobalMaxPooling(3, "GlobalMaxPooling3D", std::move(options)) {}
  GlobalMaxPooling3D() : GlobalMaxPooling3D(Options()) {}
};

/// The mean of each channel of a sequence; where it has a mask, of the steps that count.
///
/// Shapes: [batch, length, channels] -> [batch, channels]; with keepdims [batch, 1, channels].
/// Source: Keras, `GlobalAveragePooling1D`.
struct GlobalAveragePooling1D : GlobalAveragePooling {
  explicit GlobalAveragePooling1D(Options options)
      : GlobalAveragePooling(1, "GlobalAveragePooling1D", std::move(options)) {}
  GlobalAveragePooling1D() : GlobalAveragePooling1D(Options()) {}
  Var call(Var x) override;
  Var compute_mask(const Vars&, const Var&) const override { return Var(); }
};

/// The mean of each channel of a picture: what stands between the convolutions and the last Dense layer.
///
/// Shapes: [batch, height, width, channels] -> [batch, channels]; with keepdims [batch, 1, 1, channels].
/// Source: Lin et al., "Network in network", 2014; Keras, `GlobalAveragePooling2D`.
struct GlobalAveragePooling2D : GlobalAveragePooling {
  explicit GlobalAveragePooling2D(Options options)
      : GlobalAveragePooling(2, "GlobalAveragePooling2D", std::move(options)) {}
  GlobalAveragePooling2D() : GlobalAveragePooling2D(Options()) {}
};

/// The mean of each channel of a volume.
///
/// Shapes: [batch, depth, height, width, channels] -> [batch, channels]; with keepdims [batch, 1, 1, 1, channels].
/// Source: Keras, `GlobalAveragePooling3D`.
struct GlobalAveragePooling3D : GlobalAveragePooling {
  explicit GlobalAveragePooling3D(Options options)
      : GlobalAveragePooling(3, "GlobalAveragePooling3D", std::move(options)) {}
  GlobalAveragePooling3D() : GlobalAveragePooling3D(Options()) {}
};

}  // namespace cajal
