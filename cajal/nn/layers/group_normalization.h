// GroupNormalization and InstanceNormalization: mean 0 and variance 1 within groups of channels of each sample.
#pragma once

#include "cajal/nn/constraint.h"
#include "cajal/nn/initializer.h"
#include "cajal/nn/layer.h"
#include "cajal/nn/regularizer.h"

namespace cajal {

/// Brings the values of each group of channels of each sample to mean 0 and variance 1, then scales and shifts the
/// channels by learned factors. Where batches are too small for BatchNormalization.
///
/// Formula: gamma (x - mean) / sqrt(variance + epsilon) + beta. Defaults: -1 groups are as many as there are channels.
/// Shapes: any of rank 2 or more -> the same; gamma and beta [channels]. Errors: groups that do not divide the
/// channels. Source: Wu and He, 2018; Keras, `GroupNormalization`.
struct GroupNormalization : Layer {
  struct Options {
    int64_t groups = 32;
    int axis = -1;
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
      v("groups", groups), v("axis", axis), v("epsilon", epsilon), v("center", center), v("scale", scale);
      v("beta_initializer", beta_initializer), v("gamma_initializer", gamma_initializer);
      v("beta_regularizer", beta_regularizer), v("gamma_regularizer", gamma_regularizer);
      v("beta_constraint", beta_constraint), v("gamma_constraint", gamma_constraint);
    }
  } options;
  Variable gamma, beta;

  explicit GroupNormalization(Options options);
  explicit GroupNormalization(int64_t groups = 32) : GroupNormalization(Options{.groups = groups}) {}
  void build(const Shape& input) override;
  Var call(Var x) override;
  Config config() const override { return described("GroupNormalization", options); }
};

/// Brings each channel of each sample to mean 0 and variance 1, then scales and shifts it: for style transfer.
///
/// GroupNormalization with a group for each channel. Shapes: any of rank 2 or more -> the same; gamma and beta
/// [channels]. Source: Ulyanov et al., 2016; Keras, `GroupNormalization(groups=-1)`.
struct InstanceNormalization : GroupNormalization {
  struct Options {
    int axis = -1;
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
  };
  explicit InstanceNormalization(Options options);
  InstanceNormalization() : InstanceNormalization(Options()) {}
  Config config() const override;
};

}  // namespace cajal
