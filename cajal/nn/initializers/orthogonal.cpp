#include <algorithm>
#include <cmath>

#include "cajal/nn/initializers.h"
#include "cajal/nn/internal/drawing.h"
#include "cajal/nn/part_table.h"

namespace cajal {
namespace {

using Vector = std::vector<double>;

double dot_product(const Vector& a, const Vector& b) {
  double sum = 0;
  for (size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

// Takes away what `vector` has in common with those before it. Done twice, the rest is orthogonal to the last digit.
void remove_shared(Vector& vector, const std::vector<Vector>& before) {
  for (int pass = 0; pass < 2; ++pass)
    for (const Vector& other : before) {
      const double share = dot_product(vector, other);
      for (size_t i = 0; i < vector.size(); ++i) vector[i] -= share * other[i];
    }
}

// `count` random orthogonal vectors of length 1. Each is turned as it was drawn, so that all rotations are as likely:
// the same as a QR decomposition whose R has a positive diagonal.
std::vector<Vector> orthogonal_vectors(size_t count, size_t size, random::Stream& stream) {
  std::vector<Vector> out;
  while (out.size() < count) {
    Vector vector(size);
    for (double& value : vector) value = stream.normal();
    remove_shared(vector, out);
    const double length = std::sqrt(dot_product(vector, vector));
    if (length < 1e-6) continue;  // drawn (nearly) within the space of the others
    for (double& value : vector) value /= length;
    out.push_back(std::move(vector));
  }
  return out;
}

}  // namespace

Tensor Orthogonal::draw(const Shape& shape, DType type, uint64_t seed) const {
  if (shape.rank() < 2) fail("Orthogonal fills weights of two or more axes and was given the shape " + shape.text());
  random::Stream stream = internal::stream_of(options.seed, seed);
  const size_t columns = size_t(shape.back().value());
  const size_t rows = size_t(shape.slice(0, shape.rank() - 1).size().value());
  const auto vectors = orthogonal_vectors(std::min(rows, columns), std::max(rows, columns), stream);
  size_t i = 0;
  return internal::filled(shape, type, [&] {
    const size_t row = i / columns, column = i % columns;
    ++i;
    return options.gain * (rows >= columns ? vectors[column][row] : vectors[row][column]);
  });
}

CAJAL_PART(Initializer, initializer, orthogonal, Orthogonal, "orthogonal", "OrthogonalInitializer")

}  // namespace cajal
