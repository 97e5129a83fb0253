// Cropping layers: images without their edges.
#pragma once

#include "cajal/nn/layer.h"
#include "cajal/nn/sizes.h"

namespace cajal {

/// A sequence without its ends: `Cropping1D({.cropping = {1, 2}})` leaves out the first step and the last two.
///
/// Shapes: [batch, length, channels] -> [batch, length - before - after, channels]. Errors: nothing that would be left.
/// Source: Keras, `Cropping1D`.
struct Cropping1D : Layer {
  struct Options {
    Margins cropping = {1, 1};
    template <class V>
    void fields(V& v) {
      v("cropping", cropping);
    }
  } options;
  explicit Cropping1D(Options options);
  Cropping1D() : Cropping1D(Options()) {}
  explicit Cropping1D(const MarginsArgument auto& cropping) : Cropping1D(Options{.cropping = cropping}) {}
  Var call(Var x) override;
  Config config() const override { return described("Cropping1D", options); }
};

/// A picture without its edges: `Cropping2D(1)`, `Cropping2D({.cropping = {1, 2}})` with 1 above and below, 2 left and
/// right, or each by itself: `{.cropping = {{0, 1}, {0, 1}}}`.
///
/// Shapes: [batch, height, width, channels] -> [batch, new height, new width, channels]. Errors: nothing that would be
/// left. Source: Keras, `Cropping2D`.
struct Cropping2D : Layer {
  struct Options {
    Margins cropping = {{0, 0}, {0, 0}};
    DataFormat data_format = {};
    template <class V>
    void fields(V& v) {
      v("cropping", cropping), v("data_format", data_format);
    }
  } options;
  explicit Cropping2D(Options options);
  Cropping2D() : Cropping2D(Options()) {}
  explicit Cropping2D(const MarginsArgument auto& cropping) : Cropping2D(Options{.cropping = cropping}) {}
  Var call(Var x) override;
  Config config() const override { return described("Cropping2D", options); }
};

/// A volume without its edges; numbers as Cropping2D's.
///
/// Shapes: [batch, depth, height, width, channels] -> the same, each smaller by its margins. Source: Keras,
/// `Cropping3D`.
struct Cropping3D : Layer {
  struct Options {
    Margins cropping = {{1, 1}, {1, 1}, {1, 1}};
    DataFormat data_format = {};
    template <class V>
    void fields(V& v) {
      v("cropping", cropping), v("data_format", data_format);
    }
  } options;
  explicit Cropping3D(Options options);
  Cropping3D() : Cropping3D(Options()) {}
  explicit Cropping3D(const MarginsArgument auto& cropping) : Cropping3D(Options{.cropping = cropping}) {}
  Var call(Var x) override;
  Config config() const override { return described("Cropping3D", options); }
};

}  // namespace cajal
