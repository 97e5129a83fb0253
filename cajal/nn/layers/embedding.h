// Embedding: a vector for each number.
#pragma once

#include "cajal/nn/constraint.h"
#include "cajal/nn/initializer.h"
#include "cajal/nn/layer.h"
#include "cajal/nn/regularizer.h"

namespace cajal {

/// Looks up a learned vector for each whole number: words, characters, categories.
///
/// Shapes: [batch, ...] of whole numbers in [0, input_dim) -> [batch, ..., output_dim]; embeddings [input_dim,
/// output_dim]. Defaults: mask_zero marks 0 as "no value" for the layers that follow. Errors: a number out of range,
/// when it is met. Source: Keras, `Embedding`.
struct Embedding : Layer {
  struct Options {
    int64_t input_dim = 0;
    int64_t output_dim = 0;
    Any<Initializer> embeddings_initializer = "uniform";
    Any<Regularizer> embeddings_regularizer = {};
    Any<Constraint> embeddings_constraint = {};
    bool mask_zero = false;

    template <class V>
    void fields(V& v) {
      v("input_dim", input_dim), v("output_dim", output_dim), v("embeddings_initializer", embeddings_initializer);
      v("embeddings_regularizer", embeddings_regularizer), v("embeddings_constraint", embeddings_constraint);
      v("mask_zero", mask_zero);
    }
  } options;
  Variable embeddings;

  explicit Embedding(Options options);
  Embedding(int64_t input_dim, int64_t output_dim)
      : Embedding(Options{.input_dim = input_dim, .output_dim = output_dim}) {}

  void build(const Shape& input) override;
  Var call(Var x) override;
  Var compute_mask(const Vars& inputs, const Var& output) const override;
  Config config() const override { return described("Embedding", options); }
};

}  // namespace cajal
