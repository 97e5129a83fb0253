#include "cajal/nn/internal/norms.h"
#include "cajal/nn/internal/targets.h"
#include "cajal/nn/losses.h"
#include "cajal/nn/part_table.h"

namespace cajal {

Var cosine_similarity(const Var& y_true, const Var& y_pred, int axis) {
  const auto [truth, prediction] = internal::targets(y_true, y_pred);
  return -sum(internal::normalized(truth, axis) * internal::normalized(prediction, axis), {axis});
}

Var CosineSimilarity::call(const Var& y_true, const Var& y_pred) const {
  return cosine_similarity(y_true, y_pred, options.axis);
}

CAJAL_PART(Loss, loss, cosine_similarity, CosineSimilarity, "cosine_similarity")

}  // namespace cajal
