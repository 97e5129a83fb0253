#include "cajal/ops/internal/draw.h"
#include "cajal/ops/random.h"

namespace cajal {
namespace {

struct RandomBernoulli : Draw<BernoulliAttributes> {
  static constexpr std::string_view name = "random_bernoulli", summary = "A number with a probability, else 0.";
  template <class T>
  void reference(const Call& call) const {
    const uint32_t threshold = bernoulli_threshold(probability);
    const T event = T(scale);
    for_random(call, [&](int64_t i, const random::Counter& block, int lane) {
      call.out[0].as<T>()[i] = happens(block[size_t(lane)], threshold) ? event : T(0);
    });
  }
  static std::vector<Sample> samples() { return draw_samples(BernoulliAttributes({}, 0.7, 2)); }
};

Attributes bernoulli(const Shape& shape, double probability, double scale, DType dtype) {
  if (!(probability >= 0 && probability <= 1)) fail("a probability of " + FieldText::text(probability), "from 0 to 1");
  return Attributes(BernoulliAttributes(shape, probability, scale, dtype));
}

}  // namespace

CAJAL_OP(random_bernoulli, RandomBernoulli)

Var random_bernoulli(const Shape& shape, double probability, DType dtype) {
  return record(random_bernoulli_op(), bernoulli(shape, probability, 1, dtype), {});
}

Var random_bernoulli_like(const Var& x, double probability) {
  return record(random_bernoulli_op(), bernoulli({}, probability, 1, drawn_type(x)), {x});
}

Var dropout_mask(const Var& x, double rate) {
  if (!(rate >= 0 && rate < 1)) fail("a dropout rate of " + FieldText::text(rate), "from 0 to less than 1");
  return record(random_bernoulli_op(), bernoulli({}, 1 - rate, 1 / (1 - rate), drawn_type(x)), {x});
}

}  // namespace cajal
