// PReLU: leaky relu whose slope is learned.
#pragma once

#include "cajal/nn/constraint.h"
#include "cajal/nn/initializer.h"
#include "cajal/nn/layer.h"
#include "cajal/nn/regularizer.h"

namespace cajal {

/// x where positive, alpha x elsewhere, with an alpha of its own for each value, learned.
///
/// Shapes: any -> the same; alpha has the shape of a sample, with 1 along `shared_axes`, which count from 1: for images
/// `PReLU({.shared_axes = {1, 2}})` has one alpha for each channel. Source: He et al., "Delving deep into rectifiers",
/// 2015; Keras, `PReLU`.
struct PReLU : Layer {
  struct Options {
    Any<Initializer> alpha_initializer = "zeros";
    Any<Regularizer> alpha_regularizer = {};
    Any<Constraint> alpha_constraint = {};
    std::vector<int> shared_axes = {};
    template <class V>
    void fields(V& v) {
      v("alpha_initializer", alpha_initializer), v("alpha_regularizer", alpha_regularizer);
      v("alpha_constraint", alpha_constraint), v("shared_axes", shared_axes);
    }
  } options;
  Variable alpha;

  explicit PReLU(Options options);
  PReLU() : PReLU(Options()) {}
  void build(const Shape& input) override;
  Var call(Var x) override;
  Config config() const override { return described("PReLU", options); }
};

}  // namespace cajal
