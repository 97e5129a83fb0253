// Zero padding layers: images with an edge of zeros.
#pragma once

#include "cajal/nn/layer.h"
#include "cajal/nn/sizes.h"

namespace cajal {

/// Zeros before and after a sequence: `ZeroPadding1D(1)`, or `ZeroPadding1D({.padding = {1, 2}})`.
///
/// Shapes: [batch, length, channels] -> [batch, before + length + after, channels]. Source: Keras, `ZeroPadding1D`.
struct ZeroPadding1D : Layer {
  struct Options {
    Margins padding = 1;
    DataFormat data_format = {};
    template <class V>
    void fields(V& v) {
      v("padding", padding), v("data_format", data_format);
    }
  } options;
  explicit ZeroPadding1D(Options options);
  ZeroPadding1D() : ZeroPadding1D(Options()) {}
  explicit ZeroPadding1D(const MarginsArgument auto& padding) : ZeroPadding1D(Options{.padding = padding}) {}
  Var call(Var x) override;
  Config config() const override { return described("ZeroPadding1D", options); }
};

/// An edge of zeros round a picture: `ZeroPadding2D(1)`, `ZeroPadding2D({.padding = {1, 2}})` with 1 above and below, 2
/// left and right, or each by itself: `{.padding = {{0, 1}, {0, 1}}}`.
///
/// Shapes: [batch, height, width, channels] -> [batch, new height, new width, channels]. Source: Keras,
/// `ZeroPadding2D`.
struct ZeroPadding2D : Layer {
  struct Options {
    Margins padding = {1, 1};
    DataFormat data_format = {};
    template <class V>
    void fields(V& v) {
      v("padding", padding), v("data_format", data_format);
    }
  } options;
  explicit ZeroPadding2D(Options options);
  ZeroPadding2D() : ZeroPadding2D(Options()) {}
  explicit ZeroPadding2D(const MarginsArgument auto& padding) : ZeroPadding2D(Options{.padding = padding}) {}
  Var call(Var x) override;
  Config config() const override { return described("ZeroPadding2D", options); }
};

/// An edge of zeros round a volume; numbers as ZeroPadding2D's.
///
/// Shapes: [batch, depth, height, width, channels] -> the same, each larger by its margins. Source: Keras,
/// `ZeroPadding3D`.
struct ZeroPadding3D : Layer {
  struct Options {
    Margins padding = {{1, 1}, {1, 1}, {1, 1}};
    DataFormat data_format = {};
    template <class V>
    void fields(V& v) {
      v("padding", padding), v("data_format", data_format);
    }
  } options;
  explicit ZeroPadding3D(Options options);
  ZeroPadding3D() : ZeroPadding3D(Options()) {}
  explicit ZeroPadding3D(const MarginsArgument auto& padding) : ZeroPadding3D(Options{.padding = padding}) {}
  Var call(Var x) override;
  Config config() const override { return described("ZeroPadding3D", options); }
};

}  // namespace cajal
