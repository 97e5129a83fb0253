// Attributes of the ops in normalization.h: what kernels and file writers read.
#pragma once

#include <vector>

namespace cajal {

/// The axes along which mean and variance are taken, in order and counted from 0.
struct NormalizationAttributes {
  double epsilon = 1e-3;
  std::vector<int> axes;
  template <class V>
  void fields(V& v) const {
    v("epsilon", epsilon);
    v("axes", axes);
  }
};

}  // namespace cajal
