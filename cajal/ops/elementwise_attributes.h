// Attributes of the ops in elementwise.h and activation.h: what kernels and file writers read.
#pragma once

#include "cajal/tensor/dtype.h"

namespace cajal {

/// Of `clip`.
struct ClipAttributes {
  double low = 0, high = 1;
  template <class V>
  void fields(V& v) const {
    v("low", low);
    v("high", high);
  }
};

/// Reference and kernels go by the types of input and output, which `in_double` changes.
struct CastAttributes {
  DType type = DType::float32;
  template <class V>
  void fields(V& v) const {
    v("type", type);
  }
};

/// Of `leaky_relu`.
struct LeakyReluAttributes {
  double negative_slope = 0.2;
  template <class V>
  void fields(V& v) const {
    v("negative_slope", negative_slope);
  }
};

/// Of `elu`.
struct EluAttributes {
  double alpha = 1;
  template <class V>
  void fields(V& v) const {
    v("alpha", alpha);
  }
};

/// Klambauer et al. 2017: the solution of mean 0 and variance 1 as a fixed point.
inline constexpr double selu_scale = 1.0507009873554804934193349852946;
inline constexpr double selu_alpha = 1.6732632423543772848170429916717;

/// Of `gelu`: by tanh instead of the error function, or not.
struct GeluAttributes {
  bool approximate = false;
  template <class V>
  void fields(V& v) const {
    v("approximate", approximate);
  }
};

/// Of softmax, log_softmax and sparsemax. The axis is counted from 0.
struct SoftmaxAttributes {
  int axis = 0;
  template <class V>
  void fields(V& v) const {
    v("axis", axis);
  }
};

}  // namespace cajal
