#include "cajal/nn/metrics.h"
#include "cajal/nn/part_table.h"

namespace cajal::metrics {

CAJAL_PART(Metric, metric, recall, Recall, "recall")

}  // namespace cajal::metrics
