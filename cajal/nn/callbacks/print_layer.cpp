#include <fmt/format.h>

#include <algorithm>
#include <ostream>

#include "cajal/eager/statistics.h"
#include "cajal/nn/callbacks.h"
#include "cajal/nn/model.h"

namespace cajal {

void PrintLayer::on_train_batch_end(int64_t) {
  if (batches_++ % std::max<int64_t>(1, options_.every) != 0) return;
  const Tensor value = model()->layer_output(options_.layer, model()->current_batch().x);
  const TensorStatistics found = statistics_of(value);
  stream() << fmt::format("\n{} {}: mean {:.4g}, deviation {:.4g}, {:.4g} to {:.4g}, {:.0f} % zeros; first",
                          options_.layer, value.shape().text(), found.mean, found.deviation, found.least,
                          found.greatest, 100 * double(found.zeros) / double(std::max<int64_t>(1, found.count)));
  const int64_t shown = std::min(options_.values, value.dim(0) > 0 ? value.size() / value.dim(0) : 0);
  for (int64_t i = 0; i < shown; ++i) stream() << fmt::format(" {:.4g}", value.flat(i));
  stream() << std::endl;
}

}  // namespace cajal
