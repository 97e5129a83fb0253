// Permute: axes in another order.
#pragma once

#include "cajal/nn/layer.h"

namespace cajal {

/// Exchanges the axes of each sample; axes count from 1, as in Keras (0 is the batch).
///
/// Shapes: Permute({2, 1}): [batch, a, b] -> [batch, b, a]. Source: Keras, `Permute`.
struct Permute : Layer {
  struct Options {
    std::vector<int> dims = {};
    template <class V>
    void fields(V& v) {
      v("dims", dims);
    }
  } options;
  explicit Permute(Options options);
  explicit Permute(const std::vector<int>& dims) : Permute(Options{dims}) {}
  Var call(Var x) override;
  Config config() const override { return described("Permute", options); }
};

}  // namespace cajal
