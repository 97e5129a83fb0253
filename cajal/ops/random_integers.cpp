#include "cajal/ops/internal/draw.h"
#include "cajal/ops/random.h"
#include "cajal/ops/sorting.h"

namespace cajal {
namespace {

struct RandomIntegers : IntegersAttributes {
  static constexpr std::string_view name = "random_integers", summary = "Uniform random integers.";
  static constexpr bool random = true;
  static constexpr int value_inputs = 0;
  Specs infer(std::span<const Spec> in) const {
    if (low >= high || uint64_t(high) - uint64_t(low) > uint64_t(1) << 32)
      fail("random integers from " + std::to_string(low) + " to less than " + std::to_string(high));
    return {Spec{in.empty() ? shape : in[0].shape, dtype}};
  }
  template <class T>
  void reference(const Call& call) const {
    const uint64_t count = uint64_t(high) - uint64_t(low);
    for_random(call, [&](int64_t i, const cajal::random::Counter& block, int lane) {
      call.out[0].as<T>()[i] = T(low + int64_t(uint64_t(block[size_t(lane)]) * count >> 32));
    });
  }
  static std::vector<Sample> samples() { return draw_samples(IntegersAttributes({}, -3, 9)); }
};

}  // namespace

CAJAL_OP(random_integers, RandomIntegers)

Var random_integers(const Shape& shape, int64_t low, int64_t high, DType dtype) {
  return record(random_integers_op(), Attributes(IntegersAttributes(shape, low, high, dtype)), {});
}

Var random_integers_like(const Var& x, int64_t low, int64_t high, DType dtype) {
  return record(random_integers_op(), Attributes(IntegersAttributes({}, low, high, dtype)), {x});
}

Var random_permutation(int64_t size) { return argsort(random_integers({size}, INT32_MIN, int64_t(INT32_MAX) + 1)); }

}  // namespace cajal
