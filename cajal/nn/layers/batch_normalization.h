// BatchNormalization: values brought to mean 0 and variance 1 over the batch.
#pragma once

#include "cajal/nn/constraint.h"
#include "cajal/nn/initializer.h"
#include "cajal/nn/layer.h"
#include "cajal/nn/regularizer.h"

namespace cajal {

/// Brings each feature to mean 0 and variance 1 over the batch, then scales and shifts it by learned factors.
///
/// Formula: gamma (x - mean) / sqrt(variance + epsilon) + beta; while training, mean and variance are those of the
/// batch and the moving ones follow: moving = momentum moving + (1 - momentum) batch. Otherwise, and when frozen, the
/// moving ones are used. Shapes: any -> the same; four weights of the size of `axis`.
/// Source: Ioffe and Szegedy, 2015; Keras, `BatchNormalization`.
struct BatchNormalization : Layer {
  struct Options {
    int axis = -1;
    double momentum = 0.99;
    double epsilon = 1e-3;
    bool center = true;
    bool scale = true;
    Any<Initializer> beta_initializer = "zeros";
    Any<Initializer> gamma_initializer = "ones";
    Any<Initializer> moving_mean_initializer = "zeros";
    Any<Initializer> moving_variance_initializer = "ones";
    Any<Regularizer> beta_regularizer = {};
    Any<Regularizer> gamma_regularizer = {};
    Any<Constraint> beta_constraint = {};
    Any<Constraint> gamma_constraint = {};

    template <class V>
    void fields(V& v) {
      v("axis", axis), v("momentum", momentum), v("epsilon", epsilon), v("center", center), v("scale", scale);
      v("beta_initializer", beta_initializer), v("gamma_initializer", gamma_initializer);
      v("moving_mean_initializer", moving_mean_initializer);
      v("moving_variance_initializer", moving_variance_initializer);
      v("beta_regularizer", beta_regularizer), v("gamma_regularizer", gamma_regularizer);
      v("beta_constraint", beta_constraint), v("gamma_constraint", gamma_constraint);
    }
  } options;
  Variable gamma, beta, moving_mean, moving_variance;

  explicit BatchNormalization(Options options);
  BatchNormalization() : BatchNormalization(Options()) {}

  void build(const Shape& input) override;
  Var call(Var x) override;
  Config config() const override { return described("BatchNormalization", options); }

 private:
  Var follow(const Variable& moving, const Var& batch) const;
};

}  // namespace cajal
