#include "cajal/nn/losses.h"
#include "cajal/nn/metrics.h"
#include "cajal/nn/part_table.h"
#include "cajal/ops/elementwise.h"

namespace cajal::metrics {

Var CosineSimilarity::values(const Var& y_true, const Var& y_pred) const {
  return -cajal::cosine_similarity(y_true, y_pred, options.axis);
}

CAJAL_PART(Metric, metric, cosine_similarity, CosineSimilarity, "cosine_similarity")

}  // namespace cajal::metrics
