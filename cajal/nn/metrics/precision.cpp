#include "cajal/nn/metrics.h"
#include "cajal/nn/part_table.h"

namespace cajal::metrics {

CAJAL_PART(Metric, metric, precision, Precision, "precision")

}  // namespace cajal::metrics
