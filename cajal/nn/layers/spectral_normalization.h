// SpectralNormalization: a layer whose kernel is held to a largest singular value of 1.
#pragma once

#include "cajal/nn/layer.h"

namespace cajal {

/// A layer whose kernel is divided by its largest singular value in each training step: for discriminators that must
/// not change faster than their input.
///
/// `SpectralNormalization(Conv2D(64, 3))`. Formula: power_iterations times v = norm(u W^T), u = norm(v W), with W the
/// kernel as a matrix [rest, last axis]; kernel := kernel / (v W u^T). Shapes: those of the layer; vector_u [1, last
/// axis]. Errors: a layer that has neither kernel nor embeddings.
/// Source: Miyato et al., "Spectral normalization for GANs", 2018; Keras, `SpectralNormalization`.
struct SpectralNormalization : Layer {
  struct Options {
    AnyLayer layer = {};
    int power_iterations = 1;
    template <class V>
    void fields(V& v) {
      v("layer", layer), v("power_iterations", power_iterations);
    }
  } options;
  Variable vector_u;

  explicit SpectralNormalization(Options options);
  explicit SpectralNormalization(const AnyLayer& layer, int power_iterations = 1)
      : SpectralNormalization(Options{layer, power_iterations}) {}
  void build(const Shape& input) override;
  Var call(Var x) override;
  Config config() const override;

 private:
  Variable kernel_;
};

}  // namespace cajal
