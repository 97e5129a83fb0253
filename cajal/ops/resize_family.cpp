// Resizing as products with matrices that are made once, one per axis.
#include <cmath>
#include <numbers>

#include "cajal/base/text.h"
#include "cajal/ops/indexing.h"
#include "cajal/ops/internal/elementwise.h"
#include "cajal/ops/internal/resample.h"
#include "cajal/ops/internal/window.h"
#include "cajal/ops/linear_algebra.h"
#include "cajal/ops/resize.h"
#include "cajal/ops/shape.h"

namespace cajal {
namespace {

using Weights = std::vector<std::vector<double>>;

// How much an element counts at that distance.
struct ResizeKernel {
  std::string name;
  double reach() const { return name == "bilinear" ? 1 : name == "bicubic" ? 2 : name == "lanczos3" ? 3 : 5; }
  double operator()(double distance) const {
    const double x = std::abs(distance);
    if (x >= reach()) return 0;
    if (name == "bilinear") return 1 - x;
    if (name == "bicubic") return x < 1 ? (1.5 * x - 2.5) * x * x + 1 : ((-0.5 * x + 2.5) * x - 4) * x + 2;
    const double turn = std::numbers::pi * x;
    return x == 0 ? 1 : reach() * std::sin(turn) * std::sin(turn / reach()) / (turn * turn);
  }
};

const std::vector<std::string>& interpolations() {
  static const std::vector<std::string> names{"nearest", "bilinear", "bicubic", "lanczos3", "lanczos5"};
  return names;
}

void expect_interpolation(const std::string& name) {
  const auto& names = interpolations();
  if (std::find(names.begin(), names.end(), name) == names.end())
    fail("there is no interpolation called '" + name + "'", choices(name, names));
}

Weights resize_weights(const ResizeKernel& kernel, int64_t from, int64_t to, bool antialias) {
  const double step = double(from) / double(to), width = antialias ? std::max(step, 1.0) : 1.0;
  Weights out(static_cast<size_t>(to), std::vector<double>(static_cast<size_t>(from)));
  for (int64_t i = 0; i < to; ++i) {
    const double middle = (double(i) + 0.5) * step - 0.5;
    double total = 0;
    std::vector<double>& row = out[size_t(i)];
    for (int64_t k = 0; k < from; ++k) total += row[size_t(k)] = kernel((double(k) - middle) / width);
    for (double& weight : row) weight /= total;
  }
  return out;
}

Var nearest_along(const Var& x, int axis, int64_t to) {
  const int64_t from = x.dim(axis).value();
  Tensor index({to}, DType::int32);
  for (int64_t i = 0; i < to; ++i) {
    const double place = std::floor((double(i) + 0.5) * double(from) / double(to));
    index.set_flat(i, std::min(place, double(from - 1)));
  }
  return take(x, constant(index), axis);
}

// [n, a, b, c] -> [n, a, 1, b, 1, c] -> [n, a, p, b, q, c] -> [n, a p, b q, c]
Var repeated(const Var& x, const std::vector<int64_t>& factors) {
  Shape split{x.dim(0)}, wide{x.dim(0).is_symbolic() ? Dim(-1) : x.dim(0)}, merged{x.dim(0)};
  for (size_t i = 0; i < factors.size(); ++i) {
    const Dim size = x.dim(int(i) + 1);
    split.push_back(size), split.push_back(1);
    wide.push_back(size), wide.push_back(factors[i]);
    merged.push_back(size * Dim(factors[i]));
  }
  for (Shape* shape : {&split, &wide, &merged}) shape->push_back(x.dim(-1));
  return reshape(broadcast_to(reshape(x, split), wide), merged);
}

}  // namespace

Var weighted_along(const Var& x, int axis, const std::vector<std::vector<double>>& weights) {
  const int64_t from = x.dim(axis).value(), to = int64_t(weights.size());
  Tensor matrix({to, from}, DType::float64);
  for (int64_t i = 0; i < to; ++i) std::copy_n(weights[size_t(i)].data(), from, matrix.data<double>() + i * from);
  Dim before = 1, behind = 1;
  for (int i = 0; i < axis; ++i) before = before * x.dim(i);
  for (int i = axis + 1; i < x.rank(); ++i) behind = behind * x.dim(i);
  Shape out = x.shape();
  out[axis] = to;
  return reshape(matmul(constant(matrix.cast(x.dtype())), reshape(x, {before, from, behind})), out);
}

Var upsample(const Var& x, const std::vector<int64_t>& factors, const std::string& interpolation) {
  return named("upsample", [&] {
    const std::vector<int64_t> from = spatial_sizes(x.shape());
    const std::vector<int64_t> times = per_axis(factors, int(from.size()), "factors");
    std::vector<int64_t> sizes = from;
    for (size_t i = 0; i < from.size(); ++i) {
      if (times[i] < 1) fail("an image made " + by_text(times) + " times as large", "factors of 1, 2, 3, ...");
      sizes[i] *= times[i];
    }
    return interpolation == "nearest" ? repeated(x, times) : resize(x, sizes, interpolation);
  });
}

Var resize(const Var& x, const std::vector<int64_t>& sizes, const std::string& interpolation, bool antialias) {
  return named("resize", [&] {
    expect_interpolation(interpolation);
    const std::vector<int64_t> from = spatial_sizes(x.shape());
    const std::vector<int64_t> to = per_axis(sizes, int(from.size()), "sizes");
    Var y = interpolation == "nearest" ? x : as_float(x);
    for (size_t i = 0; i < from.size(); ++i) {
      if (to[i] < 1 || from[i] < 1)
        fail("an image of " + by_text(from) + " cannot become one of " + by_text(to), "sizes of 1, 2, 3, ...");
      if (to[i] == from[i]) continue;
      y = interpolation == "nearest"
              ? nearest_along(y, int(i) + 1, to[i])
              : weighted_along(y, int(i) + 1, resize_weights({interpolation}, from[i], to[i], antialias));
    }
    return y;
  });
}

}  // namespace cajal
