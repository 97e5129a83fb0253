#include "cajal/nn/losses.h"
#include "cajal/nn/metrics.h"
#include "cajal/nn/part_table.h"

namespace cajal::metrics {

Var KLDivergence::values(const Var& y_true, const Var& y_pred) const { return cajal::kl_divergence(y_true, y_pred); }

CAJAL_PART(Metric, metric, kl_divergence, KLDivergence, "kl_divergence", "kld", "KLD")

}  // namespace cajal::metrics
