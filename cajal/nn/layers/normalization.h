// Normalization: features brought to mean 0 and variance 1 by what the data was.
#pragma once

#include "cajal/data/dataset.h"
#include "cajal/nn/layer.h"

namespace cajal {

/// Brings each feature to mean 0 and variance 1, by statistics taken once from data (`adapt`) or given.
///
/// Formula: (x - mean) / max(sqrt(variance), 1e-7); `invert` does the opposite. Shapes: any -> the same; the
/// statistics have the shape of `axis` (an empty list: one number for all). They are saved with the model.
/// Errors: a call before `adapt` where no mean and variance were given. Source: Keras, `Normalization`.
struct Normalization : Layer {
  struct Options {
    std::vector<int> axis = {-1};
    Tensor mean = {};
    Tensor variance = {};
    bool invert = false;

    template <class V>
    void fields(V& v) {
      v("axis", axis), v("mean", mean), v("variance", variance), v("invert", invert);
    }
  } options;
  Variable mean, variance;

  explicit Normalization(Options options);
  Normalization() : Normalization(Options()) {}

  /// Takes mean and variance of the samples; replaces what an earlier call found.
  void adapt(const Tensor& samples);
  void adapt(const Dataset& data);

  void build(const Shape& input) override;
  Var call(Var x) override;
  Config config() const override;

 private:
  void make_weights(const Shape& shape);
  void set_statistics(const Shape& input, const std::vector<double>& means, const std::vector<double>& variances);
};

}  // namespace cajal
