#include "cajal/eager/values.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace cajal {
namespace {

// NaN last, and equal to itself: one order of all values.
template <class T>
bool before(T a, T b) {
  if constexpr (std::is_integral_v<T>) return a < b;
  else return a < b || (b != b && a == a);
}

// Calls `f` with a pointer to the elements in row-major order.
template <class F>
void with_elements(const Tensor& x, F&& f) {
  const Tensor dense = x.contiguous();
  visit(dense.dtype(), [&](auto zero) { f(dense.data<decltype(zero)>()); });
}

Tensor int32_tensor(const std::vector<int32_t>& values) { return Tensor::of(values); }

template <class T>
Unique unique_of(const T* x, const Tensor& like) {
  std::vector<int32_t> order(size_t(like.size()));
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](int32_t a, int32_t b) { return before(x[a], x[b]); });
  std::vector<int32_t> first, counts;
  Unique out;
  out.inverse = Tensor(like.shape(), DType::int32);
  for (size_t i = 0; i < order.size(); ++i) {
    if (i == 0 || before(x[order[i - 1]], x[order[i]])) {
      first.push_back(order[i]);
      counts.push_back(0);
    }
    ++counts.back();
    out.inverse.data<int32_t>()[order[i]] = int32_t(first.size()) - 1;
  }
  out.values = Tensor({int64_t(first.size())}, like.dtype());
  for (size_t i = 0; i < first.size(); ++i) out.values.data<T>()[i] = x[first[i]];
  out.first = int32_tensor(first);
  out.counts = int32_tensor(counts);
  return out;
}

// Places in row-major order of the elements that are not zero.
std::vector<int64_t> places_of_nonzero(const Tensor& x) {
  std::vector<int64_t> out;
  with_elements(x, [&](const auto* data) {
    for (int64_t i = 0; i < x.size(); ++i)
      if (data[i] != std::remove_cvref_t<decltype(*data)>(0)) out.push_back(i);
  });
  return out;
}

[[noreturn]] void refuse(std::string_view name, std::string hint) {
  throw Error(Code::unsupported,
              std::string(name) + " on a Var: its shape depends on values, which are known only when the program runs",
              {}, std::move(hint) + ", or call it on a Tensor");
}

}  // namespace

Unique unique_all(const Tensor& x) {
  Unique out;
  with_elements(x, [&](const auto* data) { out = unique_of(data, x); });
  return out;
}

Tensor unique(const Tensor& x) { return unique_all(x).values; }

Tensor argwhere(const Tensor& x) {
  const std::vector<int64_t> places = places_of_nonzero(x), strides = row_major_strides(x.shape().ints());
  Tensor out({int64_t(places.size()), x.rank()}, DType::int32);
  int32_t* to = out.data<int32_t>();
  for (int64_t place : places)
    for (int64_t stride : strides) {
      *to++ = int32_t(place / stride);
      place %= stride;
    }
  return out;
}

std::vector<Tensor> nonzero(const Tensor& x) {
  const Tensor rows = argwhere(x);
  std::vector<Tensor> out;
  for (int axis = 0; axis < x.rank(); ++axis) out.push_back(rows.transpose()[axis].copy());
  return out;
}

Tensor boolean_mask(const Tensor& x, const Tensor& mask) {
  if (mask.dtype() != DType::boolean || mask.rank() > x.rank() || !(x.shape().slice(0, mask.rank()) == mask.shape()))
    fail("boolean_mask: a mask of shape " + mask.shape().text() + " and type " + std::string(name(mask.dtype())) +
             " for a tensor of shape " + x.shape().text(),
         "a bool tensor with the sizes of the leading axes");
  const std::vector<int64_t> places = places_of_nonzero(mask);
  Shape shape = x.shape().slice(mask.rank(), x.rank());
  const size_t bytes = size_t(shape.size().value()) * size_of(x.dtype());
  shape.insert(0, int64_t(places.size()));
  Tensor out(shape, x.dtype());
  const Tensor dense = x.contiguous();
  std::byte* to = out.raw();
  for (int64_t place : places) to = std::copy_n(dense.raw() + size_t(place) * bytes, bytes, to);
  return out;
}

Tensor isin(const Tensor& x, const Tensor& test_elements) {
  const DType type = promote(x.dtype(), test_elements.dtype());
  const Tensor tests = unique(test_elements.cast(type)), values = x.cast(type).contiguous();
  Tensor out(x.shape(), DType::boolean);
  with_elements(values, [&](const auto* data) {
    using T = std::remove_cvref_t<decltype(*data)>;
    const T *first = tests.data<T>(), *last = first + tests.size();
    for (int64_t i = 0; i < x.size(); ++i) {
      const bool found = data[i] == data[i] && std::binary_search(first, last, data[i], before<T>);
      out.data<bool>()[i] = found;
    }
  });
  return out;
}

Histogram histogram(const Tensor& x, int bins, double low, double high) {
  if (bins < 1 || !(low <= high) || !std::isfinite(high - low))
    fail("histogram: " + std::to_string(bins) + " bins from " + std::to_string(low) + " to " + std::to_string(high));
  if (low == high) low -= 0.5, high += 0.5;
  Histogram out{Tensor({bins}, DType::int32), Tensor({bins + 1}, DType::float64)};
  double* edges = out.edges.data<double>();
  for (int i = 0; i <= bins; ++i) edges[i] = i == bins ? high : low + (high - low) * i / bins;
  for (double value : x.values<double>()) {
    if (!(value >= low && value <= high)) continue;
    // The quotient may be rounded across an edge: the edges decide.
    int bin = std::clamp(int((value - low) / (high - low) * bins), 0, bins - 1);
    if (value < edges[bin]) --bin;
    else if (bin + 1 < bins && value >= edges[bin + 1]) ++bin;
    ++out.counts.data<int32_t>()[bin];
  }
  return out;
}

Histogram histogram(const Tensor& x, int bins) {
  const std::vector<double> values = x.values<double>();
  if (values.empty()) return histogram(x, bins, 0, 1);
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  if (std::any_of(values.begin(), values.end(), [](double v) { return !std::isfinite(v); }))
    fail("histogram: a value is not finite", "give the range: histogram(x, bins, low, high)");
  return histogram(x, bins, *low, *high);
}

Tensor bincount(const Tensor& x, const Tensor& weights, int64_t minlength) {
  if (!is_integer(x.dtype())) fail("bincount of values of type " + std::string(name(x.dtype())), "integers");
  if (weights.defined() && !(weights.shape() == x.shape()))
    fail("bincount: weights of shape " + weights.shape().text() + " for values of shape " + x.shape().text());
  const std::vector<int64_t> values = x.values<int64_t>();
  int64_t length = std::max<int64_t>(minlength, 0);
  for (int64_t value : values) {
    if (value < 0) fail("bincount of a negative number: " + std::to_string(value));
    length = std::max(length, value + 1);
  }
  std::vector<double> sums(size_t(length), 0.0);
  const std::vector<double> shares =
      weights.defined() ? weights.values<double>() : std::vector<double>(values.size(), 1);
  for (size_t i = 0; i < values.size(); ++i) sums[size_t(values[i])] += shares[i];
  return Tensor::of(sums).cast(weights.defined() ? DType::float64 : DType::int32);
}

Var unique(const Var&) { refuse("unique", "sort(x) keeps the shape"); }
Vars nonzero(const Var&) { refuse("nonzero", "where(condition, a, b) keeps the shape"); }
Var argwhere(const Var&) { refuse("argwhere", "where(condition, a, b) keeps the shape"); }
Var boolean_mask(const Var&, const Var&) { refuse("boolean_mask", "where(mask, x, 0) keeps the shape"); }
Var isin(const Var&, const Var&) { refuse("isin", "any(equal(expand_dims(x, -1), tests), {-1})"); }
Vars histogram(const Var&, int) { refuse("histogram", "sum(one_hot(bin of each value, bins), {0})"); }
Var bincount(const Var&, int64_t) { refuse("bincount", "sum(one_hot(x, count), {0})"); }

}  // namespace cajal
