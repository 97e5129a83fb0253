#include "cajal/ops/internal/draw.h"
#include "cajal/ops/random.h"

namespace cajal {
namespace {

struct RandomCategorical : CategoricalAttributes {
  static constexpr std::string_view name = "random_categorical", summary = "Classes drawn by their probabilities.";
  static constexpr bool random = true;
  Specs infer(std::span<const Spec> in) const {
    if (in[0].shape.empty() || in[0].shape.back() == 0 || !is_float(in[0].dtype) || !is_integer(dtype) || draws < 0)
      fail(std::to_string(draws) + " draws of type " + std::string(cajal::name(dtype)) + " from logits of " +
           in[0].text());
    Shape out = in[0].shape;
    out[-1] = draws;
    return {Spec{out, dtype}};
  }
  // The first class at which the sum of the probabilities so far passes a uniform number.
  template <class L>
  static int64_t draw(const L* logits, int64_t classes, double uniform) {
    double largest = double(logits[0]), sum = 0, passed = 0;
    for (int64_t c = 1; c < classes; ++c) largest = std::max(largest, double(logits[c]));
    for (int64_t c = 0; c < classes; ++c) sum += std::exp(double(logits[c]) - largest);
    int64_t last = 0;
    for (int64_t c = 0; c < classes; ++c) {
      const double share = std::exp(double(logits[c]) - largest);
      if (share > 0) last = c;
      passed += share;
      if (passed > uniform * sum) return c;
    }
    return last;
  }
  template <class T>
  void reference(const Call& call) const {
    const int64_t classes = call.in[0].dim(-1);
    for_type(call.in[0].dtype, [&](auto zero) {
      const auto* logits = call.in[0].as<decltype(zero)>();
      for_random(call, [&](int64_t i, const cajal::random::Counter& block, int lane) {
        const double uniform = double(block[size_t(lane)]) * 0x1p-32;
        call.out[0].as<T>()[i] = T(draw(logits + i / draws * classes, classes, uniform));
      });
    });
  }
  static std::vector<Sample> samples() {
    std::vector<Sample> out;
    for (auto [shape, count] : std::vector<std::pair<Shape, int64_t>>{{{5}, 7}, {{3, 4}, 1}, {{2, 1}, 3}, {{0, 3}, 2}})
      out.push_back(
          {.attributes = Attributes(CategoricalAttributes{count}), .inputs = {{shape}}, .differentiable = false});
    return out;
  }
};

}  // namespace

CAJAL_OP(random_categorical, RandomCategorical)

Var random_categorical(const Var& logits, int64_t num_samples, DType dtype) {
  return record(random_categorical_op(), Attributes(CategoricalAttributes{num_samples, dtype}), {logits});
}

}  // namespace cajal
