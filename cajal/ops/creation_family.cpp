// Ops of creation.h: tensors made from nothing.
#include <cmath>

#include "cajal/graph/graph.h"
#include "cajal/ops/creation.h"
#include "cajal/ops/shape.h"
#include "cajal/tensor/convert.h"

namespace cajal {
namespace {

// A tensor of one axis (or two) filled by `value(i)`, calculated in double.
template <class F>
Tensor filled(const Shape& shape, DType dtype, F&& value) {
  Tensor out(shape, dtype);
  visit(dtype, [&](auto zero) {
    using T = decltype(zero);
    for (int64_t i = 0; i < out.size(); ++i) out.data<T>()[i] = convert<T>(double(value(i)));
  });
  return out;
}

template <class F>
Tensor matrix(int64_t rows, int64_t columns, DType dtype, F&& value) {
  const int64_t width = columns < 0 ? rows : columns;
  return filled({rows, width}, dtype, [&](int64_t i) { return value(i / width, i % width); });
}

bool whole(double value) { return value == std::floor(value) && std::abs(value) < 0x1p31; }

Var full_like(const Var& x, double value, DType dtype) {
  const Tensor one = Tensor::full({}, value, dtype);
  return x.rank() == 0 ? constant(one) : broadcast_like(constant(one), x);
}

}  // namespace

Tensor zeros(const Shape& shape, DType dtype) { return Tensor(shape, dtype); }
Tensor ones(const Shape& shape, DType dtype) { return Tensor::full(shape, 1, dtype); }
Tensor full(const Shape& shape, double value, DType dtype) { return Tensor::full(shape, value, dtype); }

Tensor arange(double start, double stop, double step, DType dtype) {
  if (step == 0 || !std::isfinite((stop - start) / step)) fail("arange with a step of " + FieldText::text(step));
  const int64_t count = std::max<int64_t>(0, int64_t(std::ceil((stop - start) / step)));
  return filled({count}, dtype, [&](int64_t i) { return start + double(i) * step; });
}

Tensor arange(double start, double stop, double step) {
  const bool integers = whole(start) && whole(stop) && whole(step);
  return arange(start, stop, step, integers ? DType::int32 : DType::float32);
}

Tensor arange(double stop) { return arange(0, stop, 1); }

Tensor linspace(double start, double stop, int64_t count, bool endpoint, DType dtype) {
  const double steps = double(std::max<int64_t>(1, count - (endpoint ? 1 : 0)));
  return filled({count}, dtype, [&](int64_t i) {
    return endpoint && count > 1 && i == count - 1 ? stop : start + (stop - start) * (double(i) / steps);
  });
}

Tensor logspace(double start, double stop, int64_t count, bool endpoint, double base, DType dtype) {
  const Tensor powers = linspace(start, stop, count, endpoint, DType::float64);
  return filled({count}, dtype, [&](int64_t i) { return std::pow(base, powers.data<double>()[i]); });
}

Tensor eye(int64_t rows, int64_t columns, int k, DType dtype) {
  return matrix(rows, columns, dtype, [&](int64_t row, int64_t column) { return column == row + k; });
}

Tensor tri(int64_t rows, int64_t columns, int k, DType dtype) {
  return matrix(rows, columns, dtype, [&](int64_t row, int64_t column) { return column <= row + k; });
}

Var zeros_like(const Var& x) { return full_like(x, 0, x.dtype()); }
Var ones_like(const Var& x) { return full_like(x, 1, x.dtype()); }
Var full_like(const Var& x, double value) { return full_like(x, value, x.dtype()); }

}  // namespace cajal
