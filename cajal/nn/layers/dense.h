// Dense: every output is a weighted sum of all inputs.
#pragma once

#include "cajal/nn/activations.h"
#include "cajal/nn/constraint.h"
#include "cajal/nn/initializer.h"
#include "cajal/nn/layer.h"
#include "cajal/nn/regularizer.h"

namespace cajal {

/// Weighted sums of the inputs, shifted and bent: the fully connected layer.
///
/// Formula: activation(x kernel + bias). Shapes: [batch, ..., n] -> [batch, ..., units]; kernel [n, units], bias
/// [units]. Errors: an input whose last axis is not the one that the layer was built for. Cost: 2 n units operations a
/// sample. Source: Keras, `Dense`.
struct Dense : Layer {
  struct Options {
    int64_t units = 0;
    AnyActivation activation = {};
    bool use_bias = true;
    Any<Initializer> kernel_initializer = "glorot_uniform";
    Any<Initializer> bias_initializer = "zeros";
    Any<Regularizer> kernel_regularizer = {};
    Any<Regularizer> bias_regularizer = {};
    Any<Regularizer> activity_regularizer = {};
    Any<Constraint> kernel_constraint = {};
    Any<Constraint> bias_constraint = {};

    template <class V>
    void fields(V& v) {
      v("units", units), v("activation", activation), v("use_bias", use_bias);
      v("kernel_initializer", kernel_initializer), v("bias_initializer", bias_initializer);
      v("kernel_regularizer", kernel_regularizer), v("bias_regularizer", bias_regularizer);
      v("activity_regularizer", activity_regularizer);
      v("kernel_constraint", kernel_constraint), v("bias_constraint", bias_constraint);
    }
  } options;
  Variable kernel, bias;

  explicit Dense(Options options);
  explicit Dense(int64_t units, AnyActivation activation = {})
      : Dense(Options{.units = units, .activation = activation}) {}

  void build(const Shape& input) override;
  Var call(Var x) override;
  Config config() const override { return described("Dense", options); }
};

}  // namespace cajal
