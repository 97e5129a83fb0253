#include "cajal/eager/statistics.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace cajal {
namespace {

template <class T>
void add_all(const T* values, int64_t count, TensorStatistics& out) {
  const double infinity = std::numeric_limits<double>::infinity();
  double squares = 0;
  int64_t finite = 0;
  out.least = infinity, out.greatest = -infinity;
  for (int64_t i = 0; i < count; ++i) {
    const double value = double(values[i]);
    out.nans += std::isnan(value);
    out.infinities += std::isinf(value);
    if (!std::isfinite(value)) continue;
    out.zeros += value == 0;
    out.least = std::min(out.least, value);
    out.greatest = std::max(out.greatest, value);
    const double before = value - out.mean;
    out.mean += before / double(++finite);
    squares += before * (value - out.mean);
  }
  out.deviation = std::sqrt(squares / double(finite));
  if (finite == 0) out.mean = out.deviation = out.least = out.greatest = std::nan("");
}

}  // namespace

TensorStatistics statistics_of(const Tensor& tensor) {
  TensorStatistics out{.count = tensor.size()};
  const Tensor values = tensor.contiguous();
  visit(values.dtype(), [&](auto zero) { add_all(values.data<decltype(zero)>(), values.size(), out); });
  return out;
}

}  // namespace cajal
