#include "cajal/ops/internal/draw.h"
#include "cajal/ops/random.h"

namespace cajal {
namespace {

struct RandomTruncatedNormal : Draw<NormalAttributes> {
  static constexpr std::string_view name = "random_truncated_normal";
  static constexpr std::string_view summary = "Normal random numbers within two standard deviations.";
  template <class T>
  void reference(const Call& call) const {
    using D = Drawn<T>;
    for_random(call, [&](int64_t i, const random::Counter& block, int lane) {
      call.out[0].as<T>()[i] = T(D(mean) + D(stddev) * D(truncated_normal_from(block[size_t(lane)])));
    });
  }
  static std::vector<Sample> samples() { return draw_samples(NormalAttributes({}, -1, 0.5)); }
};

}  // namespace

CAJAL_OP(random_truncated_normal, RandomTruncatedNormal)

Var random_truncated_normal(const Shape& shape, double mean, double stddev, DType dtype) {
  return record(random_truncated_normal_op(), Attributes(NormalAttributes(shape, mean, stddev, dtype)), {});
}

Var random_truncated_normal_like(const Var& x, double mean, double stddev) {
  return record(random_truncated_normal_op(), Attributes(NormalAttributes({}, mean, stddev, drawn_type(x))), {x});
}

}  // namespace cajal
