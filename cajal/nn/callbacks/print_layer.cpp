#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <ostream>

#include "cajal/nn/callbacks.h"
#include "cajal/nn/model.h"

namespace cajal {

void PrintLayer::on_train_batch_end(int64_t) {
  if (batches_++ % std::max<int64_t>(1, options_.every) != 0) return;
  const Tensor value = model()->layer_output(options_.layer, model()->current_batch().x).cast(DType::float64);
  double sum = 0, squares = 0, low = HUGE_VAL, high = -HUGE_VAL;
  int64_t zeros = 0;
  for (double element : value.values<double>()) {
    sum += element;
    squares += element * element;
    low = std::min(low, element);
    high = std::max(high, element);
    zeros += element == 0;
  }
  const double count = double(std::max<int64_t>(1, value.size())), mean = sum / count;
  stream() << fmt::format("\n{} {}: mean {:.4g}, deviation {:.4g}, {:.4g} to {:.4g}, {:.0f} % zeros; first",
                          options_.layer, value.shape().text(), mean,
                          std::sqrt(std::max(0.0, squares / count - mean * mean)), low, high,
                          100 * double(zeros) / count);
  const int64_t shown = std::min(options_.values, value.dim(0) > 0 ? value.size() / value.dim(0) : 0);
  for (int64_t i = 0; i < shown; ++i) stream() << fmt::format(" {:.4g}", value.flat(i));
  stream() << std::endl;
}

}  // namespace cajal
