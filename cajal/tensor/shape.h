// Shapes: how many values lie along each axis. On a graph a dimension may be a named unknown ("batch").
#pragma once

#include <array>
#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace cajal {

/// One dimension: an integer, or an integer times named symbols (B, T, 2 B, B T).
///
/// Converts to an integer where it is one; throws Error where it is still symbolic.
class Dim {
 public:
  constexpr Dim(int64_t value = 0) : factor_(value) {}
  /// The unknown of that name; the same name is the same unknown everywhere.
  static Dim symbol(std::string_view name);

  bool is_symbolic() const { return symbols_[0] != 0; }
  /// The integer; throws Error if symbolic.
  int64_t value() const;
  operator int64_t() const { return value(); }
  /// The integer in front of the symbols.
  int64_t factor() const { return factor_; }
  /// "128", "batch", "2*batch", "batch*time".
  std::string text() const;

  friend Dim operator*(const Dim& a, const Dim& b);
  // Without these `2 * dim` could also mean the product of two integers.
  template <std::integral Integer>
  friend Dim operator*(Integer a, const Dim& b) {
    return Dim(int64_t(a)) * b;
  }
  template <std::integral Integer>
  friend Dim operator*(const Dim& a, Integer b) {
    return a * Dim(int64_t(b));
  }
  /// a / b where b divides a exactly, symbols included; throws Error otherwise.
  friend Dim exact_division(const Dim& a, const Dim& b);
  friend bool operator==(const Dim& a, const Dim& b) = default;
  friend bool operator==(const Dim& a, int64_t b) { return !a.is_symbolic() && a.factor_ == b; }
  friend bool operator==(const Dim& a, int b) { return a == int64_t(b); }

 private:
  friend class Bindings;
  int64_t factor_;
  std::array<uint16_t, 4> symbols_{};  // sorted downwards, 0 = none
};

Dim operator*(const Dim& a, const Dim& b);
/// a / b. Errors: where b does not divide a.
Dim exact_division(const Dim& a, const Dim& b);

/// The dimensions of a tensor, outermost first. A scalar has none.
class Shape {
 public:
  Shape() = default;
  Shape(std::initializer_list<Dim> dims) : dims_(dims) {}
  explicit Shape(std::vector<Dim> dims) : dims_(std::move(dims)) {}
  static Shape of(const std::vector<int64_t>& dims) { return Shape(std::vector<Dim>(dims.begin(), dims.end())); }

  int rank() const { return int(dims_.size()); }
  bool empty() const { return dims_.empty(); }
  /// The dimension of an axis; negative axes count from the end. Throws Error if there is no such axis.
  const Dim& operator[](int axis) const;
  Dim& operator[](int axis);
  const Dim& back() const { return (*this)[-1]; }
  const Dim& front() const { return (*this)[0]; }
  auto begin() const { return dims_.begin(); }
  auto end() const { return dims_.end(); }
  void push_back(Dim dim) { dims_.push_back(dim); }
  void insert(int axis, Dim dim) { dims_.insert(dims_.begin() + axis, dim); }
  void erase(int axis) { dims_.erase(dims_.begin() + axis); }
  /// Axes [from, to) as a shape of their own.
  Shape slice(int from, int to) const;

  /// Product of the dimensions.
  Dim size() const;
  bool is_symbolic() const;
  /// The dimensions as integers; throws Error if one is symbolic.
  std::vector<int64_t> ints() const;
  /// "[batch, 28, 28]"
  std::string text() const;

  friend bool operator==(const Shape&, const Shape&) = default;

 private:
  std::vector<Dim> dims_;
};

/// What the symbols stand for in one plan.
class Bindings {
 public:
  /// Makes `pattern` equal `dims`, learning symbols on the way; false if that is not possible.
  bool match(const Shape& pattern, const std::vector<int64_t>& dims);
  /// The dimension with every symbol replaced; throws Error naming a symbol that has no value.
  int64_t operator()(const Dim& dim) const;
  Shape operator()(const Shape& shape) const;
  /// "batch = 128, time = 50"
  std::string text() const;
  friend bool operator==(const Bindings&, const Bindings&) = default;

 private:
  std::vector<int64_t> values_;  // by symbol, -1 = unknown
};

/// NumPy's broadcasting of two shapes; throws Error naming the axis that does not fit.
Shape broadcast(const Shape& a, const Shape& b);

/// True where a tensor of shape `from` may be broadcast to `to`.
bool broadcasts_to(const Shape& from, const Shape& to);

/// The axis as 0..rank-1; throws Error ("axis 3 of a tensor with 2 axes").
int normal_axis(int axis, int rank);

/// Sorted, distinct, non-negative axes; an empty list means all of them.
std::vector<int> normal_axes(const std::vector<int>& axes, int rank);

}  // namespace cajal
