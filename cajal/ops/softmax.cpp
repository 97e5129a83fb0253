#include "cajal/ops/internal/softmax.h"

namespace cajal {
namespace {

struct Softmax : RowWise<Softmax> {
  static constexpr std::string_view name = "softmax", summary = "Positive shares that sum up to 1 along an axis.";
  template <class T>
  void row(const T* x, T* y, int64_t size, int64_t stride, Computed<T>*) const {
    softmax_row(x, y, size, stride);
  }
  Vars gradient(const Derivative& d) const { return {softmax_gradient(d.y(), d.dy(), axis)}; }
  static std::vector<Sample> samples() { return row_samples(); }
};

}  // namespace

CAJAL_OP(softmax, Softmax)

Var softmax(const Var& x, int axis) {
  return record_float_unary(softmax_op(), x, SoftmaxAttributes{normal_axis(axis, x.rank())});
}

}  // namespace cajal
