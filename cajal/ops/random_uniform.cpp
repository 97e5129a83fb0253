#include "cajal/ops/internal/draw.h"
#include "cajal/ops/random.h"

namespace cajal {
namespace {

struct RandomUniform : Draw<UniformAttributes> {
  static constexpr std::string_view name = "random_uniform", summary = "Uniform random numbers.";
  template <class T>
  void reference(const Call& call) const {
    using D = Drawn<T>;
    const D from = D(low), to = D(high), below = std::nextafter(to, from);
    for_random(call, [&](int64_t i, const random::Counter& block, int lane) {
      call.out[0].as<T>()[i] = T(uniform_from<D>(block[size_t(lane)], from, to, below));
    });
  }
  static std::vector<Sample> samples() { return draw_samples(UniformAttributes({}, -1, 2)); }
};

}  // namespace

CAJAL_OP(random_uniform, RandomUniform)

Var random_uniform(const Shape& shape, double low, double high, DType dtype) {
  if (!(low <= high)) fail("random_uniform from " + FieldText::text(low) + " to " + FieldText::text(high));
  return record(random_uniform_op(), Attributes(UniformAttributes(shape, low, high, dtype)), {});
}

Var random_uniform_like(const Var& x, double low, double high) {
  if (!(low <= high)) fail("random_uniform from " + FieldText::text(low) + " to " + FieldText::text(high));
  return record(random_uniform_op(), Attributes(UniformAttributes({}, low, high, drawn_type(x))), {x});
}

}  // namespace cajal
