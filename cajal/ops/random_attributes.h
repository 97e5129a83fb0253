// Attributes of the ops in random.h: what kernels and file writers read.
#pragma once

#include <cstdint>

#include "cajal/tensor/tensor.h"

namespace cajal {

/// What all draws have: a shape, which an input replaces where there is one, and a type.
struct DrawAttributes {
  Shape shape;
  DType dtype = DType::float32;
  template <class V>
  void fields(V& v) const {
    v("shape", shape);
    v("dtype", dtype);
  }
};

/// Of `random_uniform`: the interval.
struct UniformAttributes : DrawAttributes {
  double low = 0, high = 1;
  UniformAttributes(Shape s = {}, double l = 0, double h = 1, DType t = DType::float32)
      : DrawAttributes{std::move(s), t}, low(l), high(h) {}
  template <class V>
  void fields(V& v) const {
    DrawAttributes::fields(v);
    v("low", low);
    v("high", high);
  }
};

/// Of `random_normal` and `random_truncated_normal`.
struct NormalAttributes : DrawAttributes {
  double mean = 0, stddev = 1;
  NormalAttributes(Shape s = {}, double m = 0, double d = 1, DType t = DType::float32)
      : DrawAttributes{std::move(s), t}, mean(m), stddev(d) {}
  template <class V>
  void fields(V& v) const {
    DrawAttributes::fields(v);
    v("mean", mean);
    v("stddev", stddev);
  }
};

/// `scale` with that probability, else 0.
struct BernoulliAttributes : DrawAttributes {
  double probability = 0.5, scale = 1;
  BernoulliAttributes(Shape s = {}, double p = 0.5, double f = 1, DType t = DType::float32)
      : DrawAttributes{std::move(s), t}, probability(p), scale(f) {}
  template <class V>
  void fields(V& v) const {
    DrawAttributes::fields(v);
    v("probability", probability);
    v("scale", scale);
  }
};

/// low, ..., high - 1.
struct IntegersAttributes : DrawAttributes {
  int64_t low = 0, high = 1;
  IntegersAttributes(Shape s = {}, int64_t l = 0, int64_t h = 1, DType t = DType::int32)
      : DrawAttributes{std::move(s), t}, low(l), high(h) {}
  template <class V>
  void fields(V& v) const {
    DrawAttributes::fields(v);
    v("low", low);
    v("high", high);
  }
};

/// How many draws per row of logits.
struct CategoricalAttributes {
  int64_t draws = 1;
  DType dtype = DType::int32;
  template <class V>
  void fields(V& v) const {
    v("num_samples", draws);
    v("dtype", dtype);
  }
};

}  // namespace cajal
