#include "cajal/ops/internal/softmax.h"

namespace cajal {
namespace {

struct LogSoftmax : RowWise<LogSoftmax> {
  static constexpr std::string_view name = "log_softmax", summary = "The logarithm of softmax.";
  template <class T>
  void row(const T* x, T* y, int64_t size, int64_t stride, Computed<T>*) const {
    using C = Computed<T>;
    const C largest = largest_of(x, size, stride), log_total = std::log(sum_of_exponentials(x, size, stride, largest));
    for (int64_t i = 0; i < size; ++i) y[i * stride] = T(C(C(x[i * stride]) - largest - log_total));
  }
  Vars gradient(const Derivative& d) const { return {d.dy() - exp(d.y()) * sum(d.dy(), {axis}, true)}; }
  static std::vector<Sample> samples() { return row_samples(); }
};

}  // namespace

CAJAL_OP(log_softmax, LogSoftmax)

Var log_softmax(const Var& x, int axis) {
  return record_float_unary(log_softmax_op(), x, SoftmaxAttributes{normal_axis(axis, x.rank())});
}

}  // namespace cajal
