// The built-in regularizers, under Keras's names and with its defaults.
#pragma once

#include "cajal/nn/regularizer.h"

namespace cajal {

/// l1 times the sum of the absolute values: makes weights exactly 0.
struct L1 : Regularizer {
  struct Options {
    double l1 = 0.01;
    template <class V>
    void fields(V& v) {
      v("l1", l1);
    }
  } options;
  explicit L1(Options given);
  explicit L1(double l1 = 0.01) : L1(Options{l1}) {}
  Var penalty(const Var& weight) const override;
  Config config() const override { return described("L1", options); }
};

/// l2 times the sum of the squares: keeps weights small.
struct L2 : Regularizer {
  struct Options {
    double l2 = 0.01;
    template <class V>
    void fields(V& v) {
      v("l2", l2);
    }
  } options;
  explicit L2(Options given);
  explicit L2(double l2 = 0.01) : L2(Options{l2}) {}
  Var penalty(const Var& weight) const override;
  Config config() const override { return described("L2", options); }
};

/// Both together.
struct L1L2 : Regularizer {
  struct Options {
    double l1 = 0, l2 = 0;
    template <class V>
    void fields(V& v) {
      v("l1", l1), v("l2", l2);
    }
  } options;
  explicit L1L2(Options given);
  explicit L1L2(double l1 = 0, double l2 = 0) : L1L2(Options{l1, l2}) {}
  Var penalty(const Var& weight) const override;
  Config config() const override { return described("L1L2", options); }
};

/// factor times the mean absolute cosine between any two rows (or columns) of a matrix: makes them orthogonal.
///
/// Errors: a weight that is no matrix; a mode other than "rows" and "columns".
struct OrthogonalRegularizer : Regularizer {
  struct Options {
    double factor = 0.01;
    std::string mode = "rows";
    template <class V>
    void fields(V& v) {
      v("factor", factor), v("mode", mode);
    }
  } options;
  explicit OrthogonalRegularizer(Options given);
  OrthogonalRegularizer() : OrthogonalRegularizer(Options()) {}
  Var penalty(const Var& weight) const override;
  Config config() const override { return described("OrthogonalRegularizer", options); }
};

}  // namespace cajal
