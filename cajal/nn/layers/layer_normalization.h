// LayerNormalization: values brought to mean 0 and variance 1 within each sample.
#pragma once

#include "cajal/nn/constraint.h"
#include "cajal/nn/initializer.h"
#include "cajal/nn/layer.h"
#include "cajal/nn/regularizer.h"

namespace cajal {

/// Brings the values of each sample to mean 0 and variance 1 along the axes, then scales and shifts them by learned
/// factors.
///
/// Formula: gamma (x - mean) / sqrt(variance + epsilon) + beta. Shapes: any -> the same; gamma and beta have the shape
/// of the axes. Source: Ba, Kiros and Hinton, 2016; Keras, `LayerNormalization`.
struct LayerNormalization : Layer {
  struct Options {
    std::vector<int> axis = {-1};
    double epsilon = 1e-3;
    bool center = true;
    bool scale = true;
    Any<Initializer> beta_initializer = "zeros";
    Any<Initializer> gamma_initializer = "ones";
    Any<Regularizer> beta_regularizer = {};
    Any<Regularizer> gamma_regularizer = {};
    Any<Constraint> beta_constraint = {};
    Any<Constraint> gamma_constraint = {};

    template <class V>
    void fields(V& v) {
      v("axis", axis), v("epsilon", epsilon), v("center", center), v("scale", scale);
      v("beta_initializer", beta_initializer), v("gamma_initializer", gamma_initializer);
      v("beta_regularizer", beta_regularizer), v("gamma_regularizer", gamma_regularizer);
      v("beta_constraint", beta_constraint), v("gamma_constraint", gamma_constraint);
    }
  } options;
  Variable gamma, beta;

  explicit LayerNormalization(Options options);
  LayerNormalization() : LayerNormalization(Options()) {}

  void build(const Shape& input) override;
  Var call(Var x) override;
  Config config() const override { return described("LayerNormalization", options); }
};

}  // namespace cajal
