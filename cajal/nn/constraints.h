// The built-in constraints, under Keras's names and with its defaults.
//
// `axis`: the axis along which a vector of weights lies: 0 for a Dense kernel [inputs, units] takes the weights of each
// unit together. Lengths are Euclidean.
#pragma once

#include "cajal/nn/constraint.h"

namespace cajal {

/// Vectors that are longer than max_value are shortened to it.
struct MaxNorm : Constraint {
  struct Options {
    double max_value = 2;
    int axis = 0;
    template <class V>
    void fields(V& v) {
      v("max_value", max_value), v("axis", axis);
    }
  } options;
  explicit MaxNorm(Options given) : options(given) {}
  explicit MaxNorm(double max_value = 2, int axis = 0) : MaxNorm(Options{max_value, axis}) {}
  Var project(const Var& weight) const override;
  Config config() const override { return described("MaxNorm", options); }
};

/// Vectors are moved towards a length between min_value and max_value; with rate 1 all of the way at once.
struct MinMaxNorm : Constraint {
  struct Options {
    double min_value = 0, max_value = 1, rate = 1;
    int axis = 0;
    template <class V>
    void fields(V& v) {
      v("min_value", min_value), v("max_value", max_value), v("rate", rate), v("axis", axis);
    }
  } options;
  explicit MinMaxNorm(Options given) : options(given) {}
  MinMaxNorm() : MinMaxNorm(Options()) {}
  Var project(const Var& weight) const override;
  Config config() const override { return described("MinMaxNorm", options); }
};

/// Negative weights become 0.
struct NonNeg : Constraint {
  struct Options {
    template <class V>
    void fields(V&) {}
  };
  NonNeg() = default;
  explicit NonNeg(Options) {}
  Var project(const Var& weight) const override;
  Config config() const override { return described("NonNeg", Options()); }
};

/// Vectors get the length 1.
struct UnitNorm : Constraint {
  struct Options {
    int axis = 0;
    template <class V>
    void fields(V& v) {
      v("axis", axis);
    }
  } options;
  explicit UnitNorm(Options given) : options(given) {}
  explicit UnitNorm(int axis = 0) : UnitNorm(Options{axis}) {}
  Var project(const Var& weight) const override;
  Config config() const override { return described("UnitNorm", options); }
};

}  // namespace cajal
