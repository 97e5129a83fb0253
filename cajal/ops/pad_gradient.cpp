#include <algorithm>

#include "cajal/ops/internal/pad.h"
#include "cajal/ops/internal/slice.h"
#include "cajal/ops/shape.h"

namespace cajal {
namespace {

struct PadGradient : PadAttributes {
  static constexpr std::string_view name = "pad_gradient", summary = "A padded gradient summed where it came from.";
  static constexpr int value_inputs = 1;
  Specs infer(std::span<const Spec> in) const {
    const Shape padded = padded_shape(*this, in[1].shape);
    if (!(padded == in[0].shape)) fail("a gradient of " + in[0].text() + " for a padded shape of " + padded.text());
    return {Spec{in[1].shape, in[0].dtype}};
  }
  Vars gradient(const Derivative& d) const {
    static const std::string modes[] = {"constant", "reflect", "symmetric", "edge"};
    return {pad(d.dy(), low, high, modes[int(mode)]), Var()};
  }
  template <class T>
  void reference(const Call& call) const {
    const T* dy = call.in[0].as<T>();
    T* dx = call.out[0].as<T>();
    std::fill_n(dx, call.out[0].size, T());
    for_padded(*this, call.out[0], call.in[0], [&](int64_t i, int64_t source) {
      if (source >= 0) dx[source] = plus(dx[source], dy[i]);
    });
  }
  static std::vector<Sample> samples() {
    std::vector<Sample> out = pad_samples();
    for (Sample& sample : out) {
      const Shape padded = padded_shape(sample.attributes.as<PadAttributes>(), sample.inputs[0].shape);
      sample.inputs.insert(sample.inputs.begin(), Spec{padded});
    }
    return out;
  }
};

}  // namespace

CAJAL_OP(pad_gradient, PadGradient)

// A tensor that was padded with a value is a slice of the result: no sums.
Var record_pad_gradient(const Var& dy, const Var& like, const PadAttributes& attributes) {
  if (attributes.mode != PadMode::constant) return record(pad_gradient_op(), Attributes(attributes), {dy, like});
  std::vector<int64_t> stops;
  for (size_t i = 0; i < attributes.low.size(); ++i) {
    const bool whole = attributes.low[i] + attributes.high[i] == 0;
    stops.push_back(whole ? to_end : attributes.low[i] + like.dim(int(i)).value());
  }
  return slice(dy, attributes.low, stops);
}

}  // namespace cajal
