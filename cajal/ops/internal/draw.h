// What random ops share.
#pragma once

#include "cajal/ops/random_attributes.h"
#include "cajal/ops/random_numbers.h"

namespace cajal {

/// The type in which numbers are drawn: narrow floats through float.
template <class T>
using Drawn = std::conditional_t<std::is_same_v<T, double>, double, float>;

/// Base of an op that draws a tensor of floats: the shape is an attribute or that of an input.
template <class A>
struct Draw : A {
  static constexpr bool random = true;
  static constexpr int value_inputs = 0;
  Specs infer(std::span<const Spec> in) const {
    if (!is_float(A::dtype)) fail("random numbers of type " + std::string(cajal::name(A::dtype)), "a type of floats");
    return {Spec{in.empty() ? A::shape : in[0].shape, A::dtype}};
  }
};

/// The type of draws that are to meet x.
inline DType drawn_type(const Var& x) { return is_float(x.dtype()) ? x.dtype() : DType::float32; }

template <class A>
std::vector<Sample> draw_samples(A attributes) {
  std::vector<Sample> out;
  for (const Shape& shape : {Shape{7}, Shape{3, 5}, Shape{}, Shape{0, 2}}) {
    attributes.shape = shape;
    out.push_back({.attributes = Attributes(attributes), .inputs = {}, .differentiable = false});
  }
  out.push_back({.attributes = Attributes(attributes), .inputs = {{{2, 9}}}, .differentiable = false});
  return out;
}

}  // namespace cajal
