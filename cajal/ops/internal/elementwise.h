// What element-wise ops share: the shape and type rule, and the reference kernel made from a function of one element.
//
// An element-wise op is a struct derived from one of these with `template <class T> T apply(T x) const` (or of two,
// three values). Inputs are broadcast to the output; gradients may be returned in the output's shape: the reverse walk
// sums them back. See ops/relu.cpp and ops/multiply.cpp.
#pragma once

#include <array>
#include <functional>
#include <limits>
#include <optional>
#include <type_traits>

#include "cajal/graph/op.h"
#include "cajal/ops/activation.h"
#include "cajal/ops/elementwise.h"
#include "cajal/ops/elementwise_attributes.h"
#include "cajal/tensor/convert.h"

namespace cajal {

/// The type in which an element is computed: narrow floats through float.
template <class T>
using Computed = std::conditional_t<std::is_same_v<T, bfloat16> || std::is_same_v<T, float16>, float, T>;

/// Calls `f` with a zero of the operand's C++ type, for functions that have values in the floats only.
template <class F>
void for_float_type(DType type, F&& f) noexcept {
  switch (type) {
    case DType::float64: return f(double());
    case DType::bfloat16: return f(bfloat16());
    case DType::float16: return f(float16());
    default: return f(float());
  }
}

/// Arithmetic in which integers wrap round, as NumPy's do: in the unsigned type, where C++ defines it.
template <class T, class F>
T wrapped(T a, T b, F f) {
  if constexpr (std::is_integral_v<T>) {
    using U = std::make_unsigned_t<std::common_type_t<T, int>>;
    return T(f(U(a), U(b)));
  } else {
    return f(a, b);
  }
}

// ------------------------------------------------------------------------------------------------ checks

/// Throws Error unless there are `count` inputs: a call read from a file may have any number.
void expect_inputs(std::span<const Spec> in, size_t count);
/// Throws Error unless the input is of a float type.
void expect_float(const Spec& in);
/// Throws Error unless both inputs are of one type.
void expect_same_type(const Spec& a, const Spec& b);
/// Throws Error unless the input is of type bool.
void expect_bool(const Spec& in);

// ------------------------------------------------------------------------------------------------ kernels

/// Walks over the elements of a broadcast result: calls `f(i, offsets)` with the row-major index of the output's
/// element and the offset of the element of each input that belongs to it.
template <size_t N, class F>
void for_broadcast(const Call& call, F&& f) {
  const Operand& out = call.out[0];
  std::array<std::array<int64_t, 16>, N> strides{};
  for (size_t k = 0; k < N; ++k) {
    const Operand& in = call.in[k];
    int64_t stride = 1;
    for (int axis = 1; axis <= in.rank; ++axis) {
      strides[k][size_t(out.rank - axis)] = in.dim(-axis) == 1 ? 0 : stride;
      stride *= in.dim(-axis);
    }
  }
  std::array<int64_t, 16> index{};
  std::array<int64_t, N> offsets{};
  for (int64_t i = 0; i < out.size; ++i) {
    f(i, offsets);
    for (int axis = out.rank - 1; axis >= 0; --axis) {
      const size_t a = size_t(axis);
      for (size_t k = 0; k < N; ++k) offsets[k] += strides[k][a];
      if (++index[a] < out.dims[axis]) break;
      for (size_t k = 0; k < N; ++k) offsets[k] -= strides[k][a] * index[a];
      index[a] = 0;
    }
  }
}

/// y = f(x) for each element; X and Y are the types in memory.
template <class X, class Y, class F>
void map_elements(const Call& call, F&& f) {
  const X* x = call.in[0].as<X>();
  Y* y = call.out[0].as<Y>();
  for (int64_t i = 0; i < call.out[0].size; ++i) y[i] = Y(f(Computed<X>(x[i])));
}

/// y = f(a, b) for each element of the broadcast result.
template <class X, class Y, class F>
void map_pairs(const Call& call, F&& f) {
  const X* a = call.in[0].as<X>();
  const X* b = call.in[1].as<X>();
  Y* y = call.out[0].as<Y>();
  for_broadcast<2>(call, [&](int64_t i, const auto& at) { y[i] = Y(f(Computed<X>(a[at[0]]), Computed<X>(b[at[1]]))); });
}

// ------------------------------------------------------------------------------------------------ kinds of ops

/// One input, one output of the same shape and type; integers have values too.
template <class O>
struct Unary {
  static constexpr Pattern pattern = Pattern::elementwise;
  Specs infer(std::span<const Spec> in) const {
    expect_inputs(in, 1);
    return {Spec{in[0].shape, in[0].dtype}};
  }
  static std::vector<std::pair<int, int>> in_place() { return {{0, 0}}; }
  template <class T>
  void reference(const Call& call) const {
    map_elements<T, T>(call, [this](auto x) { return static_cast<const O*>(this)->apply(x); });
  }
};

/// The same for functions of floats. The face casts integers to float32 first (see `record_float_unary`).
template <class O>
struct FloatUnary {
  static constexpr Pattern pattern = Pattern::elementwise;
  Specs infer(std::span<const Spec> in) const {
    expect_inputs(in, 1);
    expect_float(in[0]);
    return {Spec{in[0].shape, in[0].dtype}};
  }
  static std::vector<std::pair<int, int>> in_place() { return {{0, 0}}; }
  void reference(const Call& call) const {
    for_float_type(call.out[0].dtype, [&](auto zero) {
      using T = decltype(zero);
      map_elements<T, T>(call, [this](auto x) { return static_cast<const O*>(this)->apply(x); });
    });
  }
};

/// One input of any type, a boolean output.
template <class O>
struct UnaryTest {
  static constexpr Pattern pattern = Pattern::elementwise;
  Specs infer(std::span<const Spec> in) const {
    expect_inputs(in, 1);
    return {Spec{in[0].shape, DType::boolean}};
  }
  void reference(const Call& call) const {
    for_type(call.in[0].dtype, [&](auto zero) {
      map_elements<decltype(zero), bool>(call, [this](auto x) { return static_cast<const O*>(this)->apply(x); });
    });
  }
};

/// Two inputs of one type, one output of their broadcast shape and that type.
template <class O>
struct Binary {
  static constexpr Pattern pattern = Pattern::elementwise;
  Specs infer(std::span<const Spec> in) const {
    expect_inputs(in, 2);
    expect_same_type(in[0], in[1]);
    return {Spec{broadcast(in[0].shape, in[1].shape), in[0].dtype}};
  }
  static std::vector<std::pair<int, int>> in_place() { return {{0, 0}, {1, 0}}; }
  template <class T>
  void reference(const Call& call) const {
    map_pairs<T, T>(call, [this](auto a, auto b) { return static_cast<const O*>(this)->apply(a, b); });
  }
};

/// The same for functions of floats. The face casts integers to float32 first (see `record_float_binary`).
template <class O>
struct FloatBinary {
  static constexpr Pattern pattern = Pattern::elementwise;
  Specs infer(std::span<const Spec> in) const {
    expect_inputs(in, 2);
    expect_same_type(in[0], in[1]);
    expect_float(in[0]);
    return {Spec{broadcast(in[0].shape, in[1].shape), in[0].dtype}};
  }
  static std::vector<std::pair<int, int>> in_place() { return {{0, 0}, {1, 0}}; }
  void reference(const Call& call) const {
    for_float_type(call.out[0].dtype, [&](auto zero) {
      using T = decltype(zero);
      map_pairs<T, T>(call, [this](auto a, auto b) { return static_cast<const O*>(this)->apply(a, b); });
    });
  }
};

/// Two inputs of one type, a boolean output.
template <class O>
struct Comparison {
  static constexpr Pattern pattern = Pattern::elementwise;
  Specs infer(std::span<const Spec> in) const {
    expect_inputs(in, 2);
    expect_same_type(in[0], in[1]);
    return {Spec{broadcast(in[0].shape, in[1].shape), DType::boolean}};
  }
  void reference(const Call& call) const {
    for_type(call.in[0].dtype, [&](auto zero) {
      map_pairs<decltype(zero), bool>(call,
                                      [this](auto a, auto b) { return static_cast<const O*>(this)->apply(a, b); });
    });
  }
};

/// Two boolean inputs, a boolean output.
template <class O>
struct Logical {
  static constexpr Pattern pattern = Pattern::elementwise;
  Specs infer(std::span<const Spec> in) const {
    expect_inputs(in, 2);
    expect_bool(in[0]);
    expect_bool(in[1]);
    return {Spec{broadcast(in[0].shape, in[1].shape), DType::boolean}};
  }
  static std::vector<std::pair<int, int>> in_place() { return {{0, 0}, {1, 0}}; }
  void reference(const Call& call) const {
    map_pairs<bool, bool>(call, [this](bool a, bool b) { return static_cast<const O*>(this)->apply(a, b); });
  }
};

// ------------------------------------------------------------------------------------------------ recording

/// Both values in the type that they make together (weak C++ numbers give way).
std::array<Var, 2> promoted(const Var& a, const Var& b);
/// Integers and bools as float32, floats as they are.
Var as_float(const Var& x);
/// Whether each element is not zero.
Var as_bool(const Var& x);
/// The value where `x` is a C++ number or a constant of one element.
std::optional<double> known_number(const Var& x);

inline Var record_unary(const Op& op, const Var& x) { return record(op, {}, {x}); }
template <class O>
Var record_unary(const Op& op, const Var& x, O options) {
  return record(op, Attributes(options), {x});
}
template <class O>
Var record_float_unary(const Op& op, const Var& x, O options) {
  return record(op, Attributes(options), {as_float(x)});
}
inline Var record_float_unary(const Op& op, const Var& x) { return record(op, {}, {as_float(x)}); }

Var record_binary(const Op& op, const Var& a, const Var& b);
Var record_float_binary(const Op& op, const Var& a, const Var& b);
Var record_logical(const Op& op, const Var& a, const Var& b);

/// For `simplify`: the other input where the one on side 1 (or on `either` side) is a constant full of `neutral`.
Value without_neutral(const Graph& graph, const GraphNode& node, double neutral, bool either);

// ------------------------------------------------------------------------------------------------ samples

/// The samples that suit most functions of one value.
template <class O>
std::vector<Sample> unary_samples(double low = -3, double high = 3, O options = {}) {
  return {{Attributes(options), {{{2, 3}}}, low, high},
          {Attributes(options), {{{}}}, low, high},
          {Attributes(options), {{{3, 1, 37}}}, low, high}};
}

/// The same on both sides of a corner, where no difference quotient is the gradient.
template <class O>
std::vector<Sample> samples_around(double corner, O options = {}, double reach = 3) {
  auto out = unary_samples<O>(corner + 0.1, corner + reach, options);
  const auto below = unary_samples<O>(corner - reach, corner - 0.1, options);
  out.insert(out.end(), below.begin(), below.end());
  return out;
}

/// Values at which functions are written wrongly most often. Proves values only.
template <class O>
Sample edge_sample(O options = {}) {
  const float inf = std::numeric_limits<float>::infinity(), nan = std::numeric_limits<float>::quiet_NaN();
  const Tensor x = Tensor::of({0.f, -0.f, 1.f, -1.f, 3.f, -3.f, 6.f, 0.5f, -0.5f, 2.5f, 1e-20f, -1e-6f, 90.f, -90.f,
                               1e20f, -1e20f, inf, -inf, nan});
  return {Attributes(options), {{x.shape()}}, 0, 0, {x}, false};
}

/// Equal shapes, every way of broadcasting, odd sizes.
inline std::vector<Sample> binary_samples(double low = -2, double high = 2) {
  std::vector<Sample> out;
  for (auto [a, b] : std::vector<std::pair<Shape, Shape>>{{{2, 3}, {2, 3}},
                                                          {{5, 19}, {19}},
                                                          {{19}, {5, 19}},
                                                          {{4, 1, 3}, {2, 1}},
                                                          {{3, 7}, {3, 1}},
                                                          {{}, {33}},
                                                          {{33}, {}}})
    out.push_back({{}, {{a}, {b}}, low, high});
  return out;
}

/// The same for functions whose values jump, and for bools and integers.
inline std::vector<Sample> without_gradients(std::vector<Sample> samples) {
  for (Sample& sample : samples) sample.differentiable = false;
  return samples;
}

/// Pairs of unequal, equal and special numbers. Proves values only.
inline Sample edge_pairs() {
  const float inf = std::numeric_limits<float>::infinity(), nan = std::numeric_limits<float>::quiet_NaN();
  const Tensor a = Tensor::of({1.f, 2.f, -1.f, 0.f, 0.f, -7.f, 7.f, -7.f, nan, 1.f, inf, -inf, 5.f, -5.f, 0.f});
  const Tensor b = Tensor::of({1.f, 1.f, -2.f, 0.f, 2.f, 2.f, -2.f, -2.f, 1.f, nan, inf, 1.f, inf, 2.5f, -1.f});
  return {{}, {{a.shape()}, {b.shape()}}, 0, 0, {a, b}, false};
}

/// Integers of both signs, zero among the second ones. Proves values only.
inline Sample integer_pairs(DType type = DType::int32) {
  const Tensor a = Tensor::of({7, -7, 7, -7, 0, 5, -128, 2, -1, 1, 0, 127}).cast(type);
  const Tensor b = Tensor::of({2, 2, -2, -2, 3, 0, -1, 7, -3, -1, 0, 2}).cast(type);
  return {{}, {{a.shape(), type}, {b.shape(), type}}, 0, 0, {a, b}, false};
}

/// Integers of both signs. Proves values only.
inline Sample integer_sample(DType type = DType::int32) {
  const Tensor x = Tensor::of({7, -7, 0, 100, -128, 127, 1, -1}).cast(type);
  return {{}, {{x.shape(), type}}, 0, 0, {x}, false};
}

inline std::vector<Sample> logical_samples() {
  const Tensor a = Tensor::of(std::vector<bool>{false, false, true, true}, {2, 2});
  const Tensor b = Tensor::of(std::vector<bool>{false, true}, {2});
  return {{{}, {{{2, 2}, DType::boolean}, {{2}, DType::boolean}}, 0, 0, {a, b}, false}};
}

inline std::vector<Sample> joined(std::vector<Sample> samples, const std::vector<Sample>& more) {
  samples.insert(samples.end(), more.begin(), more.end());
  return samples;
}

}  // namespace cajal
