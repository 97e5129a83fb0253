#include "cajal/tensor/shape.h"

#include <algorithm>
#include <mutex>

#include "cajal/base/error.h"

namespace cajal {
namespace {

// Names of symbols; the number 0 means "none". Grows only.
std::mutex symbols_guard;
std::vector<std::string>& symbol_names() {
  static std::vector<std::string> names{""};
  return names;
}

std::string symbol_name(uint16_t symbol) {
  std::lock_guard lock(symbols_guard);
  return symbol_names()[symbol];
}

}  // namespace

Dim Dim::symbol(std::string_view name) {
  std::lock_guard lock(symbols_guard);
  auto& names = symbol_names();
  auto found = std::find(names.begin() + 1, names.end(), name);
  if (found == names.end()) found = names.insert(names.end(), std::string(name));
  Dim dim(1);
  dim.symbols_[0] = uint16_t(found - names.begin());
  return dim;
}

int64_t Dim::value() const {
  if (is_symbolic())
    fail("the dimension " + text() + " is known only when the program runs", "give the input a fixed size");
  return factor_;
}

std::string Dim::text() const {
  if (!is_symbolic()) return std::to_string(factor_);
  std::string out = factor_ == 1 ? "" : std::to_string(factor_);
  for (uint16_t symbol : symbols_)
    if (symbol) out += (out.empty() ? "" : "*") + symbol_name(symbol);
  return out;
}

Dim operator*(const Dim& a, const Dim& b) {
  Dim product;
  if (__builtin_mul_overflow(a.factor_, b.factor_, &product.factor_))
    fail("the dimension " + a.text() + " times " + b.text() + " is more than a 64-bit integer can hold");
  if (product.factor_ == 0) return product;
  std::vector<uint16_t> all;
  for (const Dim* dim : {&a, &b})
    for (uint16_t symbol : dim->symbols_)
      if (symbol) all.push_back(symbol);
  if (all.size() > product.symbols_.size())
    fail("the dimension " + a.text() + " times " + b.text() + " has too many unknowns");
  std::sort(all.rbegin(), all.rend());
  std::copy(all.begin(), all.end(), product.symbols_.begin());
  return product;
}

Dim exact_division(const Dim& a, const Dim& b) {
  auto refuse = [&] { fail("the dimension " + a.text() + " cannot be divided by " + b.text()); };
  if (b.factor_ == 0 || a.factor_ % b.factor_ != 0) refuse();
  std::vector<uint16_t> rest;
  for (uint16_t symbol : a.symbols_)
    if (symbol) rest.push_back(symbol);
  for (uint16_t symbol : b.symbols_) {
    if (!symbol) continue;
    auto found = std::find(rest.begin(), rest.end(), symbol);
    if (found == rest.end()) refuse();
    rest.erase(found);
  }
  Dim quotient(a.factor_ / b.factor_);
  std::copy(rest.begin(), rest.end(), quotient.symbols_.begin());
  return quotient;
}

const Dim& Shape::operator[](int axis) const { return dims_[size_t(normal_axis(axis, rank()))]; }
Dim& Shape::operator[](int axis) { return dims_[size_t(normal_axis(axis, rank()))]; }

Shape Shape::slice(int from, int to) const {
  if (from < 0 || to < from || to > rank())
    fail("axes " + std::to_string(from) + " to " + std::to_string(to) + " of the shape " + text() + " do not exist");
  return Shape(std::vector<Dim>(dims_.begin() + from, dims_.begin() + to));
}

Dim Shape::size() const {
  Dim product = 1;
  for (const Dim& dim : dims_) product = product * dim;
  return product;
}

bool Shape::is_symbolic() const {
  return std::any_of(dims_.begin(), dims_.end(), [](const Dim& dim) { return dim.is_symbolic(); });
}

std::vector<int64_t> Shape::ints() const {
  std::vector<int64_t> out;
  out.reserve(dims_.size());
  for (const Dim& dim : dims_) out.push_back(dim.value());
  return out;
}

std::string Shape::text() const {
  std::string out = "[";
  for (const Dim& dim : dims_) out += (out.size() > 1 ? ", " : "") + dim.text();
  return out + "]";
}

bool Bindings::match(const Shape& pattern, const std::vector<int64_t>& dims) {
  if (size_t(pattern.rank()) != dims.size()) return false;
  for (size_t i = 0; i < dims.size(); ++i) {
    const Dim& dim = pattern[int(i)];
    int64_t known = dim.factor_;
    uint16_t unknown = 0;
    for (uint16_t symbol : dim.symbols_) {
      if (!symbol) continue;
      if (symbol < values_.size() && values_[symbol] >= 0) known *= values_[symbol];
      else if (unknown == 0) unknown = symbol;
      else return false;
    }
    if (unknown == 0) {
      if (known != dims[i]) return false;
      continue;
    }
    if (known == 0 || dims[i] % known != 0) return false;
    if (values_.size() <= unknown) values_.resize(unknown + 1u, -1);
    values_[unknown] = dims[i] / known;
  }
  return true;
}

int64_t Bindings::operator()(const Dim& dim) const {
  int64_t product = dim.factor_;
  for (uint16_t symbol : dim.symbols_) {
    if (!symbol) continue;
    if (symbol >= values_.size() || values_[symbol] < 0)
      fail("the dimension '" + symbol_name(symbol) + "' appears in no input, so its size is unknown");
    product *= values_[symbol];
  }
  return product;
}

Shape Bindings::operator()(const Shape& shape) const {
  Shape out;
  for (const Dim& dim : shape) out.push_back((*this)(dim));
  return out;
}

std::string Bindings::text() const {
  std::string out;
  for (size_t i = 1; i < values_.size(); ++i)
    if (values_[i] >= 0)
      out += (out.empty() ? "" : ", ") + symbol_name(uint16_t(i)) + " = " + std::to_string(values_[i]);
  return out;
}

Shape broadcast(const Shape& a, const Shape& b) {
  const int rank = std::max(a.rank(), b.rank());
  Shape out;
  for (int axis = 0; axis < rank; ++axis) {
    const Dim x = axis < rank - a.rank() ? Dim(1) : a[axis - (rank - a.rank())];
    const Dim y = axis < rank - b.rank() ? Dim(1) : b[axis - (rank - b.rank())];
    if (!(x == y) && !(x == 1) && !(y == 1))
      fail("the shapes " + a.text() + " and " + b.text() + " cannot be combined: " + x.text() + " against " + y.text() +
               " on axis " + std::to_string(axis - rank),
           "make both sizes equal, or one of them 1");
    out.push_back(x == 1 ? y : x);
  }
  return out;
}

bool broadcasts_to(const Shape& from, const Shape& to) {
  if (from.rank() > to.rank()) return false;
  for (int axis = 1; axis <= from.rank(); ++axis)
    if (!(from[-axis] == to[-axis]) && !(from[-axis] == 1)) return false;
  return true;
}

int normal_axis(int axis, int rank) {
  if (axis < -rank || axis >= rank)
    fail("axis " + std::to_string(axis) + " of a tensor with " + std::to_string(rank) + (rank == 1 ? " axis" : " axes"),
         rank == 0 ? "a scalar has no axes"
                   : "an axis from " + std::to_string(-rank) + " to " + std::to_string(rank - 1));
  return axis < 0 ? axis + rank : axis;
}

std::vector<int> normal_axes(const std::vector<int>& axes, int rank) {
  std::vector<int> out;
  for (int axis : axes) out.push_back(normal_axis(axis, rank));
  if (axes.empty())
    for (int axis = 0; axis < rank; ++axis) out.push_back(axis);
  std::sort(out.begin(), out.end());
  if (std::adjacent_find(out.begin(), out.end()) != out.end()) fail("the same axis is named twice");
  return out;
}

}  // namespace cajal
