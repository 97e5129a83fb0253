#include "cajal/base/text.h"
#include "cajal/nn/internal/norms.h"
#include "cajal/nn/part_table.h"
#include "cajal/nn/regularizers.h"
#include "cajal/ops/linear_algebra.h"

namespace cajal {

OrthogonalRegularizer::OrthogonalRegularizer(Options given) : options(std::move(given)) {
  internal::expect_factor("OrthogonalRegularizer", "factor", options.factor);
  if (options.mode != "rows" && options.mode != "columns")
    fail("OrthogonalRegularizer has no mode '" + options.mode + "'", choices(options.mode, {"rows", "columns"}));
}

Var OrthogonalRegularizer::penalty(const Var& weight) const {
  if (weight.rank() != 2) fail("OrthogonalRegularizer expects a matrix and was given " + weight.shape().text());
  const bool rows = options.mode == "rows";
  const Var unit = internal::normalized(weight, rows ? 1 : 0);
  const Var cosines = matmul(unit, unit, !rows, rows);
  const int64_t size = cosines.dim(0).value();
  Tensor others = Tensor::full({size, size}, 1, weight.dtype());
  for (int64_t i = 0; i < size; ++i) others.set({i, i}, 0);
  const double pairs = double(size) * double(size - 1) / 2;
  return options.factor * 0.5 * sum(abs(cosines * constant(others))) / pairs;
}

CAJAL_PART(Regularizer, regularizer, orthogonal_regularizer, OrthogonalRegularizer, "orthogonal_regularizer")

}  // namespace cajal
