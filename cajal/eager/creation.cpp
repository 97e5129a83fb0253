#include "cajal/eager/creation.h"

#include "cajal/eager/eager.h"
#include "cajal/ops/indexing.h"
#include "cajal/ops/random.h"

namespace cajal::random {
namespace {

Tensor drawn(FunctionRef<Var()> record) {
  return eager::run([&](const Vars&) -> Vars { return {record()}; }, {})[0];
}

}  // namespace

Tensor uniform(const Shape& shape, double low, double high, DType dtype) {
  return drawn([&] { return random_uniform(shape, low, high, dtype); });
}

Tensor normal(const Shape& shape, double mean, double stddev, DType dtype) {
  return drawn([&] { return random_normal(shape, mean, stddev, dtype); });
}

Tensor truncated_normal(const Shape& shape, double mean, double stddev, DType dtype) {
  return drawn([&] { return random_truncated_normal(shape, mean, stddev, dtype); });
}

Tensor bernoulli(const Shape& shape, double probability, DType dtype) {
  return drawn([&] { return random_bernoulli(shape, probability, dtype); });
}

Tensor integers(const Shape& shape, int64_t low, int64_t high, DType dtype) {
  return drawn([&] { return random_integers(shape, low, high, dtype); });
}

Tensor permutation(int64_t size) {
  return drawn([&] { return random_permutation(size); });
}

Tensor shuffle(const Tensor& x) {
  if (x.rank() == 0) fail("shuffle of a scalar");
  const Tensor order = permutation(x.dim(0));
  return eager::run([](const Vars& in) -> Vars { return {take(in[0], in[1], 0)}; }, {x, order})[0];
}

}  // namespace cajal::random
