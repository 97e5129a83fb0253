#include "cajal/ops/internal/pad.h"

#include "cajal/base/text.h"
#include "cajal/ops/shape.h"
#include "cajal/tensor/convert.h"

namespace cajal {
namespace {

struct Pad : PadAttributes {
  static constexpr std::string_view name = "pad", summary = "Elements added at both ends of the axes.";
  Specs infer(std::span<const Spec> in) const { return {Spec{padded_shape(*this, in[0].shape), in[0].dtype}}; }
  Vars gradient(const Derivative& d) const { return {record_pad_gradient(d.dy(), d.x(), *this)}; }
  template <class T>
  void reference(const Call& call) const {
    const T *x = call.in[0].as<T>(), outside = convert<T>(value);
    T* y = call.out[0].as<T>();
    for_padded(*this, call.in[0], call.out[0],
               [&](int64_t i, int64_t source) { y[i] = source < 0 ? outside : x[source]; });
  }
  static std::vector<Sample> samples() { return pad_samples(); }
};

int pad_mode(const std::string& mode) {
  const std::vector<std::string> names{"constant", "reflect", "symmetric", "edge"};
  const auto found = std::find(names.begin(), names.end(), mode);
  if (found == names.end()) fail("there is no way of padding called '" + mode + "'", choices(mode, names));
  return int(found - names.begin());
}

std::vector<int64_t> pad_widths(const std::vector<int64_t>& widths, int rank) {
  if (widths.size() == 1) return std::vector<int64_t>(size_t(rank), widths[0]);
  if (int(widths.size()) != rank)
    fail("a padding of " + std::to_string(widths.size()) + " axes for a tensor of " + std::to_string(rank));
  return widths;
}

}  // namespace

CAJAL_OP(pad, Pad)

Shape padded_shape(const PadAttributes& attributes, const Shape& from) {
  check_rank(from);
  Shape out = from;
  for (int axis = 0; axis < from.rank(); ++axis) {
    const int64_t low = attributes.low[size_t(axis)], high = attributes.high[size_t(axis)];
    if (low < 0 || high < 0)
      fail("a negative padding of axis " + std::to_string(axis), "slice() makes tensors smaller");
    if (low + high == 0) continue;
    if (from[axis] == 0 && attributes.mode != PadMode::constant)
      fail("axis " + std::to_string(axis) + " of the shape " + from.text() + " is empty and cannot be repeated");
    out[axis] = from[axis].value() + low + high;
  }
  return out;
}

std::vector<Sample> pad_samples() {
  auto sample = [](Shape shape, std::vector<int64_t> low, std::vector<int64_t> high, int mode, double value = 0) {
    return Sample{Attributes(PadAttributes{low, high, mode, value}), {{shape}}};
  };
  return {sample({3}, {2}, {1}, PadMode::constant, 1.5),     sample({2, 3, 1}, {0, 1, 2}, {1, 0, 3}, PadMode::constant),
          sample({0, 2}, {1, 0}, {0, 2}, PadMode::constant), sample({4, 5}, {2, 3}, {1, 4}, PadMode::reflect),
          sample({2, 1}, {5, 2}, {3, 1}, PadMode::reflect),  sample({3, 4}, {7, 0}, {1, 4}, PadMode::symmetric),
          sample({3, 2}, {2, 1}, {3, 0}, PadMode::edge)};
}

Var pad(const Var& x, const std::vector<int64_t>& low, const std::vector<int64_t>& high, const std::string& mode,
        double value) {
  PadAttributes attributes{pad_widths(low, x.rank()), pad_widths(high, x.rank()), pad_mode(mode), value};
  return record(pad_op(), Attributes(attributes), {x});
}

}  // namespace cajal
