// The built-in initializers, under Keras's names and with its defaults.
//
// All are drawn in double from a counter-based stream and then rounded to the weight's type, so that a seed gives the
// same weights everywhere. `seed`: always the same values; without it, values follow `set_random_seed`.
#pragma once

#include <optional>
#include <vector>

#include "cajal/nn/initializer.h"

namespace cajal {

/// The options of initializers that have none.
struct NoOptions {
  template <class V>
  void fields(V&) {}
};

/// Zeros.
struct Zeros : Initializer {
  using Options = NoOptions;
  Zeros(Options = {}) {}
  Tensor draw(const Shape& shape, DType type, uint64_t seed) const override;
  Config config() const override { return described("Zeros", Options()); }
};

/// Ones.
struct Ones : Initializer {
  using Options = NoOptions;
  Ones(Options = {}) {}
  Tensor draw(const Shape& shape, DType type, uint64_t seed) const override;
  Config config() const override { return described("Ones", Options()); }
};

/// One value everywhere.
struct Constant : Initializer {
  struct Options {
    double value = 0;
    template <class V>
    void fields(V& v) {
      v("value", value);
    }
  } options;
  explicit Constant(Options given) : options(given) {}
  explicit Constant(double value = 0) : Constant(Options{value}) {}
  Tensor draw(const Shape& shape, DType type, uint64_t seed) const override;
  Config config() const override { return described("Constant", options); }
};

/// `gain` on the diagonal of a matrix, 0 elsewhere. Errors: a weight that is no matrix. Keras's class name: Identity.
struct IdentityInitializer : Initializer {
  struct Options {
    double gain = 1;
    template <class V>
    void fields(V& v) {
      v("gain", gain);
    }
  } options;
  explicit IdentityInitializer(Options given) : options(given) {}
  explicit IdentityInitializer(double gain = 1) : IdentityInitializer(Options{gain}) {}
  Tensor draw(const Shape& shape, DType type, uint64_t seed) const override;
  Config config() const override { return described("Identity", options); }
};

/// Normal (Gaussian) numbers.
struct RandomNormal : Initializer {
  struct Options {
    double mean = 0, stddev = 0.05;
    std::optional<int64_t> seed = {};
    template <class V>
    void fields(V& v) {
      v("mean", mean), v("stddev", stddev), v("seed", seed);
    }
  } options;
  explicit RandomNormal(Options given) : options(given) {}
  explicit RandomNormal(double mean = 0, double stddev = 0.05) : RandomNormal(Options{mean, stddev, {}}) {}
  Tensor draw(const Shape& shape, DType type, uint64_t seed) const override;
  Config config() const override { return described("RandomNormal", options); }
};

/// Uniform numbers in [minval, maxval).
struct RandomUniform : Initializer {
  struct Options {
    double minval = -0.05, maxval = 0.05;
    std::optional<int64_t> seed = {};
    template <class V>
    void fields(V& v) {
      v("minval", minval), v("maxval", maxval), v("seed", seed);
    }
  } options;
  explicit RandomUniform(Options given) : options(given) {}
  explicit RandomUniform(double minval = -0.05, double maxval = 0.05) : RandomUniform(Options{minval, maxval, {}}) {}
  Tensor draw(const Shape& shape, DType type, uint64_t seed) const override;
  Config config() const override { return described("RandomUniform", options); }
};

/// Normal numbers, those more than two standard deviations from the mean drawn again.
struct TruncatedNormal : Initializer {
  struct Options {
    double mean = 0, stddev = 0.05;
    std::optional<int64_t> seed = {};
    template <class V>
    void fields(V& v) {
      v("mean", mean), v("stddev", stddev), v("seed", seed);
    }
  } options;
  explicit TruncatedNormal(Options given) : options(given) {}
  explicit TruncatedNormal(double mean = 0, double stddev = 0.05) : TruncatedNormal(Options{mean, stddev, {}}) {}
  Tensor draw(const Shape& shape, DType type, uint64_t seed) const override;
  Config config() const override { return described("TruncatedNormal", options); }
};

/// Numbers whose variance is scale / n, so that signals keep their size from layer to layer.
///
/// n is the number of inputs of one output ("fan_in"), of outputs of one input ("fan_out"), or their mean ("fan_avg").
/// `distribution`: "truncated_normal" (its variance is that of the truncated numbers), "untruncated_normal", "uniform".
/// `input_axes`, `output_axes`: the axes whose product is counted, both or neither; without them the last two axes,
/// times all in front of them (convolution kernels).
struct VarianceScaling : Initializer {
  struct Options {
    double scale = 1;
    std::string mode = "fan_in", distribution = "truncated_normal";
    std::optional<int64_t> seed = {};
    std::optional<std::vector<int>> input_axes = {}, output_axes = {};
    template <class V>
    void fields(V& v) {
      v("scale", scale), v("mode", mode), v("distribution", distribution), v("seed", seed);
      v("input_axes", input_axes), v("output_axes", output_axes);
    }
  } options;
  explicit VarianceScaling(Options given);
  VarianceScaling() : VarianceScaling(Options()) {}
  Tensor draw(const Shape& shape, DType type, uint64_t seed) const override;
  Config config() const override { return described("VarianceScaling", options); }
};

/// How many inputs one output has, and how many outputs one input.
struct Fans {
  double in = 1, out = 1;
};
/// Of a weight of this shape: the last axis holds the outputs and the one before the inputs, unless the options say
/// otherwise; axes before those count for both.
Fans compute_fans(const Shape& shape, const VarianceScaling::Options& options = {});

/// The options of the usual cases of VarianceScaling.
struct FanOptions {
  std::optional<int64_t> seed = {};
  std::optional<std::vector<int>> input_axes = {}, output_axes = {};
  template <class V>
  void fields(V& v) {
    v("seed", seed), v("input_axes", input_axes), v("output_axes", output_axes);
  }
  VarianceScaling::Options with(double scale, const char* mode, const char* distribution) const {
    return {scale, mode, distribution, seed, input_axes, output_axes};
  }
};

/// Uniform in +-sqrt(6 / (inputs + outputs)): the usual one. Source: Glorot, Bengio, AISTATS 2010.
struct GlorotUniform : VarianceScaling {
  using Options = FanOptions;
  GlorotUniform(Options given = {}) : VarianceScaling(given.with(1, "fan_avg", "uniform")), own(given) {}
  Config config() const override { return described("GlorotUniform", own); }
  Options own;
};

/// Truncated normal of variance 2 / (inputs + outputs). Source: Glorot, Bengio, AISTATS 2010.
struct GlorotNormal : VarianceScaling {
  using Options = FanOptions;
  GlorotNormal(Options given = {}) : VarianceScaling(given.with(1, "fan_avg", "truncated_normal")), own(given) {}
  Config config() const override { return described("GlorotNormal", own); }
  Options own;
};

/// Uniform in +-sqrt(6 / inputs): for relu. Source: He et al., "Delving deep into rectifiers", ICCV 2015.
struct HeUniform : VarianceScaling {
  using Options = FanOptions;
  HeUniform(Options given = {}) : VarianceScaling(given.with(2, "fan_in", "uniform")), own(given) {}
  Config config() const override { return described("HeUniform", own); }
  Options own;
};

/// Truncated normal of variance 2 / inputs: for relu. Source: He et al., ICCV 2015.
struct HeNormal : VarianceScaling {
  using Options = FanOptions;
  HeNormal(Options given = {}) : VarianceScaling(given.with(2, "fan_in", "truncated_normal")), own(given) {}
  Config config() const override { return described("HeNormal", own); }
  Options own;
};

/// Uniform in +-sqrt(3 / inputs). Source: LeCun et al., "Efficient backprop", 1998.
struct LecunUniform : VarianceScaling {
  using Options = FanOptions;
  LecunUniform(Options given = {}) : VarianceScaling(given.with(1, "fan_in", "uniform")), own(given) {}
  Config config() const override { return described("LecunUniform", own); }
  Options own;
};

/// Truncated normal of variance 1 / inputs: for selu. Source: LeCun et al., 1998.
struct LecunNormal : VarianceScaling {
  using Options = FanOptions;
  LecunNormal(Options given = {}) : VarianceScaling(given.with(1, "fan_in", "truncated_normal")), own(given) {}
  Config config() const override { return described("LecunNormal", own); }
  Options own;
};

/// A convolution that passes its channels on: filter i is 1 in its middle for channel i and 0 elsewhere.
///
/// Filters beyond the number of channels are drawn by `rest`. Shapes: [places..., channels, filters]. Errors: a weight
/// of less than three axes. Source: S. Zagoruyko, N. Komodakis, "DiracNets", 2017.
struct Dirac : Initializer {
  struct Options {
    Any<Initializer> rest = "zeros";
    template <class V>
    void fields(V& v) {
      v("rest", rest);
    }
  } options;
  explicit Dirac(Options given) : options(std::move(given)) {}
  Dirac() : Dirac(Options()) {}
  Tensor draw(const Shape& shape, DType type, uint64_t seed) const override;
  Config config() const override { return described("Dirac", options); }
};

/// A first convolution after which the numbers of a place are uncorrelated and of variance 1: nothing to be learned.
///
/// Formula: filter i is e_i / sqrt(v_i + epsilon), e_i and v_i being the eigenvectors and eigenvalues of the patches'
/// covariance, largest first; then the same filters with the opposite sign, for an activation that lets one sign pass.
/// Shapes: covariance [n, n] of patches of n = places times channels numbers (`patch_covariance`); a kernel
/// [places..., channels, filters] of at most 2 n filters. Errors: a covariance that is no square matrix, a kernel for
/// other patches, too many filters. Source: D. Page, "How to train your ResNet", 2018; K. Jordan, "94% on CIFAR-10 in
/// 3.29 seconds on a single GPU", 2024 (both signs).
struct Whitening : Initializer {
  struct Options {
    Tensor covariance = {};
    double epsilon = 5e-4;
    template <class V>
    void fields(V& v) {
      v("covariance", covariance), v("epsilon", epsilon);
    }
  } options;
  explicit Whitening(Options given);
  Tensor draw(const Shape& shape, DType type, uint64_t seed) const override;
  Config config() const override { return described("Whitening", options); }
};

/// How the numbers in all `size` x `size` pieces of the pictures vary together.
///
/// Shapes: [pictures, height, width, channels] -> [n, n], n = size size channels, in the order of a convolution's
/// kernel. Types: any -> float64. Errors: no pictures, or pictures smaller than the piece.
Tensor patch_covariance(const Tensor& pictures, int64_t size);

/// A random rotation: rows (or columns, whichever are fewer) are orthogonal and of length `gain`.
///
/// For recurrent weights. More than two axes count as [all but the last, last]. Errors: a weight of less than two axes.
/// Source: Saxe et al., "Exact solutions to the nonlinear dynamics of learning in deep linear neural networks", 2014.
struct Orthogonal : Initializer {
  struct Options {
    double gain = 1;
    std::optional<int64_t> seed = {};
    template <class V>
    void fields(V& v) {
      v("gain", gain), v("seed", seed);
    }
  } options;
  explicit Orthogonal(Options given) : options(given) {}
  explicit Orthogonal(double gain = 1) : Orthogonal(Options{gain, {}}) {}
  Tensor draw(const Shape& shape, DType type, uint64_t seed) const override;
  Config config() const override { return described("Orthogonal", options); }
};

}  // namespace cajal
