#include <algorithm>
#include <cmath>
#include <numeric>

#include "cajal/base/parallel.h"
#include "cajal/nn/initializers.h"
#include "cajal/nn/part_table.h"

namespace cajal {
namespace {

// A square matrix, row after row.
struct Square {
  size_t n = 0;
  std::vector<double> values;
  double& at(size_t row, size_t column) { return values[row * n + column]; }
  double at(size_t row, size_t column) const { return values[row * n + column]; }
};

// Turns the axes p and q of the symmetric `a` so that a(p, q) becomes 0, and the rows of `axes` with them.
void turn(Square& a, Square& axes, size_t p, size_t q) {
  const double theta = (a.at(q, q) - a.at(p, p)) / (2 * a.at(p, q));
  const double t = (theta < 0 ? -1 : 1) / (std::abs(theta) + std::sqrt(theta * theta + 1));
  const double c = 1 / std::sqrt(t * t + 1), s = t * c;
  auto mix = [c, s](double& x, double& y) {
    const double old = x;
    x = c * old - s * y;
    y = s * old + c * y;
  };
  for (size_t i = 0; i < a.n; ++i) mix(a.at(i, p), a.at(i, q));
  for (size_t i = 0; i < a.n; ++i) mix(a.at(p, i), a.at(q, i));
  for (size_t i = 0; i < a.n; ++i) mix(axes.at(p, i), axes.at(q, i));
}

double beside_the_diagonal(const Square& a) {
  double sum = 0;
  for (size_t i = 0; i < a.n; ++i)
    for (size_t j = 0; j < a.n; ++j) sum += i == j ? 0 : a.at(i, j) * a.at(i, j);
  return sum;
}

// Eigenvectors as rows, eigenvalues on the diagonal of `a`. Source: Jacobi, 1846.
Square diagonalize(Square& a) {
  Square axes{a.n, std::vector<double>(a.n * a.n)};
  for (size_t i = 0; i < a.n; ++i) axes.at(i, i) = 1;
  double all = 0;
  for (double value : a.values) all += value * value;
  for (int sweep = 0; sweep < 60 && beside_the_diagonal(a) > 1e-26 * all; ++sweep)
    for (size_t p = 0; p < a.n; ++p)
      for (size_t q = p + 1; q < a.n; ++q)
        if (a.at(p, q) != 0) turn(a, axes, p, q);
  return axes;
}

// Eigenvectors have two directions: the one whose largest number is above 0 is taken, the same on every machine.
double direction(const Square& axes, size_t row) {
  double largest = 0;
  for (size_t i = 0; i < axes.n; ++i)
    if (std::abs(axes.at(row, i)) > std::abs(largest)) largest = axes.at(row, i);
  return largest < 0 ? -1 : 1;
}

// The sums of patches of n numbers, and of the products of each two of these.
struct Moments {
  explicit Moments(size_t n) : sums(n), products(n * n) {}

  void add_pictures(const Tensor& pictures, int64_t size, int64_t begin, int64_t end) {
    const int64_t height = pictures.dim(1), width = pictures.dim(2), channels = pictures.dim(3), row = size * channels;
    std::vector<double> patch(sums.size());
    for (int64_t picture = begin; picture < end; ++picture)
      for (int64_t y = 0; y + size <= height; ++y)
        for (int64_t x = 0; x + size <= width; ++x) {
          for (int64_t i = 0; i < size; ++i)
            std::copy_n(pictures.data<double>() + (((picture * height + y + i) * width) + x) * channels, row,
                        patch.begin() + i * row);
          add_patch(patch.data());
        }
  }
  void add_patch(const double* patch) {
    const size_t n = sums.size();
    for (size_t i = 0; i < n; ++i) {
      sums[i] += patch[i];
      // Both halves of what is symmetric: a loop of one length is done in vectors.
      double* to = products.data() + i * n;
      for (size_t j = 0; j < n; ++j) to[j] += patch[i] * patch[j];
    }
    ++count;
  }
  void add(const Moments& other) {
    for (size_t i = 0; i < sums.size(); ++i) sums[i] += other.sums[i];
    for (size_t i = 0; i < products.size(); ++i) products[i] += other.products[i];
    count += other.count;
  }

  std::vector<double> sums, products;
  double count = 0;
};

}  // namespace

Whitening::Whitening(Options given) : options(std::move(given)) {
  const Tensor& covariance = options.covariance;
  if (!covariance.defined() || covariance.rank() != 2 || covariance.dim(0) != covariance.dim(1))
    fail("Whitening needs the covariance of patches, a square matrix, and was given " +
             (covariance.defined() ? covariance.shape().text() : std::string("none")),
         "patch_covariance(pictures, 2)");
  if (!(options.epsilon > 0))
    fail("Whitening needs an epsilon above 0 and was given " + std::to_string(options.epsilon));
}

Tensor Whitening::draw(const Shape& shape, DType type, uint64_t) const {
  const size_t n = size_t(options.covariance.dim(0));
  const int64_t inputs = shape.rank() < 2 ? 0 : shape.slice(0, shape.rank() - 1).size().value();
  if (inputs != int64_t(n))
    fail("Whitening was given the covariance of patches of " + std::to_string(n) +
             " numbers and a kernel of the shape " + shape.text() + ", whose filters see " + std::to_string(inputs),
         "patch_covariance with the kernel's own size");
  const size_t filters = size_t(shape[-1].value());
  if (filters > 2 * n)
    fail("Whitening has " + std::to_string(2 * n) + " filters at most for patches of " + std::to_string(n) +
         " numbers and was asked for " + std::to_string(filters));
  Square a{n, options.covariance.values<double>()};
  const Square axes = diagonalize(a);
  std::vector<size_t> order(n);
  std::iota(order.begin(), order.end(), size_t(0));
  std::stable_sort(order.begin(), order.end(), [&](size_t i, size_t j) { return a.at(i, i) > a.at(j, j); });
  Tensor out(shape, DType::float64);
  for (size_t filter = 0; filter < filters; ++filter) {
    const size_t row = order[filter % n];
    const double length = direction(axes, row) / std::sqrt(std::max(0.0, a.at(row, row)) + options.epsilon);
    for (size_t i = 0; i < n; ++i)
      out.data<double>()[i * filters + filter] = (filter < n ? length : -length) * axes.at(row, i);
  }
  return out.cast(type);
}

Tensor patch_covariance(const Tensor& pictures, int64_t size) {
  if (pictures.rank() != 4 || size < 1 || pictures.dim(0) < 1 || pictures.dim(1) < size || pictures.dim(2) < size)
    fail("patch_covariance expects pictures [pictures, height, width, channels] of at least " + std::to_string(size) +
         " x " + std::to_string(size) + " places and was given " + pictures.shape().text());
  const Tensor values = pictures.cast(DType::float64);
  const size_t n = size_t(size * size * values.dim(3));
  std::vector<Moments> parts(8, Moments(n));  // as many on any number of threads, so that the bits are the same
  const int64_t count = int64_t(parts.size());
  parallel_for(count, 1, [&](int64_t begin, int64_t end) {
    for (int64_t part = begin; part < end; ++part)
      parts[size_t(part)].add_pictures(values, size, values.dim(0) * part / count, values.dim(0) * (part + 1) / count);
  });
  Moments& all = parts[0];
  for (size_t part = 1; part < parts.size(); ++part) all.add(parts[part]);
  Tensor out({int64_t(n), int64_t(n)}, DType::float64);
  for (size_t i = 0; i < n; ++i)
    for (size_t j = 0; j <= i; ++j) {
      const double together = all.products[i * n + j] / all.count - all.sums[i] / all.count * (all.sums[j] / all.count);
      out.data<double>()[i * n + j] = out.data<double>()[j * n + i] = together;
    }
  return out;
}

CAJAL_PART(Initializer, initializer, whitening, Whitening, "whitening")

}  // namespace cajal
