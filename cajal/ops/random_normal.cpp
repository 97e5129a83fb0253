#include "cajal/ops/internal/draw.h"
#include "cajal/ops/random.h"

namespace cajal {
namespace {

struct RandomNormal : Draw<NormalAttributes> {
  static constexpr std::string_view name = "random_normal", summary = "Normal (Gaussian) random numbers.";
  template <class T>
  void reference(const Call& call) const {
    using D = Drawn<T>;
    for_random(call, [&](int64_t i, const random::Counter& block, int lane) {
      const size_t even = size_t(lane & 2);
      const auto [first, second] = normals_from(block[even], block[even + 1]);
      call.out[0].as<T>()[i] = T(D(mean) + D(stddev) * D(lane & 1 ? second : first));
    });
  }
  static std::vector<Sample> samples() { return draw_samples(NormalAttributes({}, 1, 2)); }
};

}  // namespace

CAJAL_OP(random_normal, RandomNormal)

Var random_normal(const Shape& shape, double mean, double stddev, DType dtype) {
  return record(random_normal_op(), Attributes(NormalAttributes(shape, mean, stddev, dtype)), {});
}

Var random_normal_like(const Var& x, double mean, double stddev) {
  return record(random_normal_op(), Attributes(NormalAttributes({}, mean, stddev, drawn_type(x))), {x});
}

}  // namespace cajal
