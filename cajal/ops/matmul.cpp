#include "cajal/ops/internal/promotion.h"
#include "cajal/ops/internal/walk.h"
#include "cajal/ops/linear_algebra.h"
#include "cajal/ops/linear_algebra_attributes.h"
#include "cajal/ops/shape.h"

namespace cajal {
namespace {

struct Matmul : MatmulAttributes {
  static constexpr std::string_view name = "matmul", summary = "The matrix product of the last two axes.";

  Specs infer(std::span<const Spec> in) const {
    const Shape &a = in[0].shape, &b = in[1].shape;
    if (in[0].dtype != in[1].dtype || in[0].dtype == DType::boolean)
      fail("a matrix product of " + in[0].text() + " and " + in[1].text(), "cast both to one type of numbers");
    if (a.rank() < 2 || b.rank() < 2)
      fail("a matrix product needs two axes and was given " + a.text() + " and " + b.text());
    const Dim &inner_a = a[transpose_a ? -2 : -1], &inner_b = b[transpose_b ? -1 : -2];
    if (!(inner_a == inner_b))
      fail("the inner sizes of a matrix product differ: " + inner_a.text() + " in " + a.text() +
               (transpose_a ? " (transposed)" : "") + ", " + inner_b.text() + " in " + b.text() +
               (transpose_b ? " (transposed)" : ""),
           "[n, k] times [k, m]; transpose_a and transpose_b exchange the last two axes");
    Shape out = broadcast(a.slice(0, a.rank() - 2), b.slice(0, b.rank() - 2));
    out.push_back(a[transpose_a ? -1 : -2]);
    out.push_back(b[transpose_b ? -2 : -1]);
    check_rank(out);
    return {Spec{out, in[0].dtype}};
  }

  Vars gradient(const Derivative& d) const {
    const Var &a = d.x(0), &b = d.x(1), &dy = d.dy();
    Vars out(2);
    if (d.needed[0]) out[0] = transpose_a ? matmul(b, dy, transpose_b, true) : matmul(dy, b, false, !transpose_b);
    if (!d.needed[1]) return out;
    // All rows of a against one matrix b: its gradient is one product too, not a sum of many.
    const bool rows = b.rank() == 2 && a.rank() > 2 && !transpose_a;
    const Var left = rows ? reshape(a, {-1, a.dim(-1)}) : a, right = rows ? reshape(dy, {-1, dy.dim(-1)}) : dy;
    out[1] = transpose_b ? matmul(right, left, true, transpose_a) : matmul(left, right, !transpose_a, false);
    return out;
  }

  // Offset of the matrix of `in` that belongs to the result's leading index number `batch`.
  static int64_t matrix_offset(const Operand& in, const Operand& out, int64_t batch) {
    int64_t offset = 0, stride = in.dim(-1) * in.dim(-2);
    for (int back = 3; back <= out.rank; ++back) {
      const int64_t index = batch % out.dim(-back);
      batch /= out.dim(-back);
      if (back > in.rank) break;
      if (in.dim(-back) > 1) offset += index * stride;
      stride *= in.dim(-back);
    }
    return offset;
  }

  template <class T>
  void reference(const Call& call) const {
    using Sum = std::conditional_t<std::is_integral_v<T>, uint64_t, double>;  // integers wrap round
    const Operand &a = call.in[0], &b = call.in[1], &y = call.out[0];
    const int64_t n = y.dim(-2), m = y.dim(-1), inner = a.dim(transpose_a ? -2 : -1);
    const int64_t a_row = transpose_a ? 1 : inner, a_inner = transpose_a ? n : 1;
    const int64_t b_inner = transpose_b ? 1 : m, b_column = transpose_b ? inner : 1;
    T* to = y.as<T>();
    const int64_t batches = y.product(0, y.rank - 2);
    for (int64_t batch = 0; batch < batches; ++batch) {
      const T* from_a = a.as<T>() + matrix_offset(a, y, batch);
      const T* from_b = b.as<T>() + matrix_offset(b, y, batch);
      for (int64_t i = 0; i < n; ++i)
        for (int64_t j = 0; j < m; ++j) {
          Sum sum = 0;
          for (int64_t k = 0; k < inner; ++k)
            sum += Sum(from_a[i * a_row + k * a_inner]) * Sum(from_b[k * b_inner + j * b_column]);
          *to++ = T(sum);
        }
    }
  }

  static std::vector<Sample> samples() {
    std::vector<Sample> out;
    auto add = [&](Shape a, Shape b, bool flip_a, bool flip_b) {
      out.push_back({Attributes(MatmulAttributes{flip_a, flip_b}), {{a}, {b}}});
    };
    for (bool flip_a : {false, true})
      for (bool flip_b : {false, true}) {
        add(flip_a ? Shape{5, 3} : Shape{3, 5}, flip_b ? Shape{7, 5} : Shape{5, 7}, flip_a, flip_b);
        add(flip_a ? Shape{2, 4, 3} : Shape{2, 3, 4}, flip_b ? Shape{5, 4} : Shape{4, 5}, flip_a, flip_b);
        add(flip_a ? Shape{2, 1, 3, 4} : Shape{2, 1, 4, 3}, flip_b ? Shape{3, 2, 3} : Shape{3, 3, 2}, flip_a, flip_b);
      }
    add({1, 1}, {1, 1}, false, false);
    add({3, 2}, {4, 2, 5}, false, false);
    add({2, 0}, {0, 3}, false, false);
    add({0, 3}, {3, 2}, false, false);
    add({17, 33}, {33, 19}, false, false);
    return out;
  }
};

}  // namespace

CAJAL_OP(matmul, Matmul)

Var matmul(const Var& a, const Var& b, bool transpose_a, bool transpose_b) {
  const Vars both = promoted({a, b});
  const bool row = a.rank() == 1, column = b.rank() == 1;
  const Var left = row ? expand_dims(both[0], 0) : both[0], right = column ? expand_dims(both[1], 1) : both[1];
  Var out =
      record(matmul_op(), Attributes(MatmulAttributes{transpose_a && !row, transpose_b && !column}), {left, right});
  if (column) out = squeeze(out, {-1});
  return row ? squeeze(out, {column ? -1 : -2}) : out;
}

}  // namespace cajal
