#include "cajal/ops/internal/elementwise.h"

namespace cajal {
namespace {

struct Clip : ClipAttributes, Unary<Clip> {
  static constexpr std::string_view name = "clip",
                                    summary = "x where it lies between the bounds, else the nearer bound.";
  Specs infer(std::span<const Spec> in) const {
    if (!(low <= high))
      fail("the lower bound " + FieldText::text(low) + " is not below the upper bound " + FieldText::text(high));
    return Unary<Clip>::infer(in);
  }
  template <class T>
  T apply(T x) const {
    const T lowest = convert<T>(low), highest = convert<T>(high);
    return x < lowest ? lowest : (x > highest ? highest : x);
  }
  Vars gradient(const Derivative& d) const { return {where(d.x() >= low && d.x() <= high, d.dy(), 0)}; }
  static Clip between(double low, double high) {
    Clip out;
    out.low = low;
    out.high = high;
    return out;
  }
  static std::vector<Sample> samples() {
    const Clip unit = between(-1, 1);
    auto out = joined(samples_around<Clip>(1, unit, 1.5), samples_around<Clip>(-1, unit, 1.5));
    return joined(out, {edge_sample<Clip>(between(-2.5, 2)),
                        {Attributes(between(-3.5, 10)), {{{30}, DType::int32}}, -50, 50, {}, false}});
  }
};

}  // namespace

CAJAL_OP(clip, Clip)

Var clip(const Var& x, double low, double high) { return record_unary(clip_op(), x, ClipAttributes{low, high}); }

}  // namespace cajal
