// ActivityRegularization: large activations cost.
#pragma once

#include "cajal/nn/layer.h"

namespace cajal {

/// Its input, whose size is added to the loss.
///
/// Formula: loss += (l1 sum |x| + l2 sum x^2) / batch. Shapes: any -> the same. Source: Keras,
/// `ActivityRegularization`.
struct ActivityRegularization : Layer {
  struct Options {
    double l1 = 0;
    double l2 = 0;
    template <class V>
    void fields(V& v) {
      v("l1", l1), v("l2", l2);
    }
  } options;
  explicit ActivityRegularization(Options options);
  ActivityRegularization(double l1, double l2) : ActivityRegularization(Options{l1, l2}) {}
  Var call(Var x) override;
  Config config() const override { return described("ActivityRegularization", options); }
};

}  // namespace cajal
