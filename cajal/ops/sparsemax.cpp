#include <algorithm>

#include "cajal/ops/internal/softmax.h"

namespace cajal {
namespace {

struct Sparsemax : RowWise<Sparsemax> {
  static constexpr std::string_view name = "sparsemax", summary = "Shares that sum up to 1, most of them 0.";
  // max(x - t, 0) with the t for which the sum is 1: found from the sorted row, in the numbers above t.
  template <class T>
  void row(const T* x, T* y, int64_t size, int64_t stride, Computed<T>* sorted) const {
    using C = Computed<T>;
    for (int64_t i = 0; i < size; ++i) sorted[i] = x[i * stride];
    std::sort(sorted, sorted + size, std::greater<>());
    double total = 0, threshold = 0;
    for (int64_t i = 0; i < size; ++i) {
      total += double(sorted[i]);
      if (1 + double(i + 1) * double(sorted[i]) > total) threshold = (total - 1) / double(i + 1);
    }
    for (int64_t i = 0; i < size; ++i) y[i * stride] = T(std::max(C(x[i * stride]) - C(threshold), C(0)));
  }
  size_t workspace(std::span<const Spec> in) const { return size_t(in[0].shape[axis].value()) * sizeof(double); }
  Vars gradient(const Derivative& d) const {
    const Var inside = d.y() > 0, kept = where(inside, d.dy(), 0);
    const Var average = sum(kept, {axis}, true) / sum(cast(inside, d.y().dtype()), {axis}, true);
    return {where(inside, d.dy() - average, 0)};
  }
  static std::vector<Sample> samples() { return row_samples(); }
};

}  // namespace

CAJAL_OP(sparsemax, Sparsemax)

Var sparsemax(const Var& x, int axis) {
  return record_float_unary(sparsemax_op(), x, SoftmaxAttributes{normal_axis(axis, x.rank())});
}

}  // namespace cajal
