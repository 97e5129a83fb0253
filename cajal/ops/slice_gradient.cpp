#include <cstring>

#include "cajal/ops/internal/slice.h"
#include "cajal/ops/shape.h"

namespace cajal {
namespace {

struct SliceGradient : SliceAttributes {
  static constexpr std::string_view name = "slice_gradient",
                                    summary = "Values at the places of a slice, zeros elsewhere.";
  static constexpr int value_inputs = 1;
  Specs infer(std::span<const Spec> in) const {
    const Shape part = sliced_shape(*this, in[1].shape);
    if (!(part == in[0].shape))
      fail("a slice of shape " + part.text() + " was given values of shape " + in[0].shape.text());
    return {Spec{in[1].shape, in[0].dtype}};
  }
  Vars gradient(const Derivative& d) const { return {slice(d.dy(), starts, stops, steps), Var()}; }
  void reference(const Call& call) const {
    const Operand &in = call.in[0], &out = call.out[0];
    const SliceWalk walk(*this, out);
    for_bytes(out.dtype, [&](auto zero) {
      using T = decltype(zero);
      std::fill_n(out.as<T>(), out.size, T());
      for_strided(in.shape(), walk.strides, walk.start,
                  [&](int64_t i, int64_t offset) { out.as<T>()[offset] = in.as<T>()[i]; });
    });
  }
  static std::vector<Sample> samples() {
    std::vector<Sample> out = slice_samples();
    for (Sample& sample : out) {
      const Shape part = sliced_shape(sample.attributes.as<SliceAttributes>(), sample.inputs[0].shape);
      sample.inputs.insert(sample.inputs.begin(), Spec{part});
    }
    return out;
  }
};

}  // namespace

CAJAL_OP(slice_gradient, SliceGradient)

Var record_slice_gradient(const Var& dy, const Var& like, const SliceAttributes& attributes) {
  return record(slice_gradient_op(), Attributes(attributes), {dy, like});
}

}  // namespace cajal
