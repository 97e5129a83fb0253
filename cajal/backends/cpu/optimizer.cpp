// Optimizer updates: parameters, gradients and states go through the registers once.
#include "cajal/backends/cpu/internal/targets.h"
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "cajal/backends/cpu/optimizer.cpp"
#include "hwy/foreach_target.h"
// After foreach_target.h.
#include <cmath>

#include "cajal/backends/cpu/internal/math-inl.h"
#include "cajal/backends/cpu/internal/parts.h"
#include "cajal/ops/optimizer.h"
#include "cajal/program/kernel.h"

#ifndef CAJAL_BACKENDS_CPU_OPTIMIZER_PLAN_
#define CAJAL_BACKENDS_CPU_OPTIMIZER_PLAN_
namespace cajal::cpu {
namespace {
struct UpdatePlan {
  KernelFunction run = nullptr;  // with the rule that the options ask for
  std::vector<int64_t> ends;     // of the segments, all parameters taken as one row
  int parts = 1;
};
}  // namespace
}  // namespace cajal::cpu
#endif

HWY_BEFORE_NAMESPACE();
namespace cajal::cpu {
namespace HWY_NAMESPACE {
namespace {

constexpr int64_t kParametersPerThread = 12 * 1024;

// A rule is made from its options; `states` per parameter and `scalars` (1: rate, 2: step too) are known when
// compiling.
struct Sgd {
  using Options = SgdUpdate;
  static constexpr int states = 0, scalars = 1;
  explicit Sgd(const Options&) {}
  static double rate(const Options&, double learning_rate, double) { return learning_rate; }
  HWY_INLINE V operator()(V p, V g, V*, V rate) const { return hn::NegMulAdd(rate, g, p); }
};

template <bool nesterov>
struct SgdWithMomentum {
  using Options = SgdUpdate;
  static constexpr int states = 1, scalars = 1;
  V momentum;
  explicit SgdWithMomentum(const Options& options) : momentum(set(float(options.momentum))) {}
  static double rate(const Options&, double learning_rate, double) { return learning_rate; }
  HWY_INLINE V operator()(V p, V g, V* s, V rate) const {
    const V step = hn::Mul(rate, g);
    s[0] = hn::MulSub(momentum, s[0], step);
    return hn::Add(p, nesterov ? hn::MulSub(momentum, s[0], step) : s[0]);
  }
};

// An estimate made exact to the last two bits or so by a step of Newton's method: half the time of a root.
#if HWY_TARGET == HWY_AVX2 || HWY_TARGET == HWY_AVX3
HWY_INLINE V root(V x) {
  const V r = hn::ApproximateReciprocalSqrt(x), half = hn::Mul(set(0.5f), hn::Mul(x, r));
  const V better = hn::Mul(r, hn::NegMulAdd(half, r, set(1.5f)));
  return hn::IfThenElseZero(hn::Gt(x, set(1e-37f)), hn::Mul(x, better));
}
#else
HWY_INLINE V root(V x) { return hn::Sqrt(x); }
#endif

// beta^t, by squaring where t is a whole number; nothing left of it is 0.
double power(double beta, double t) {
  if (!(t < 1e9) || t != std::floor(t)) return std::pow(beta, t);
  double result = 1;
  for (int64_t n = int64_t(t); n > 0; n >>= 1, beta *= beta) {
    if (n & 1) result *= beta;
    if (result < 1e-30 || beta < 1e-30) return n > 1 || result < 1e-30 ? 0 : result;
  }
  return result;
}

template <bool amsgrad>
struct Adam {
  using Options = AdamUpdate;
  static constexpr int states = amsgrad ? 3 : 2, scalars = 2;
  V first, second, epsilon;
  explicit Adam(const Options& options)
      : first(set(float(1 - options.beta_1))),
        second(set(float(1 - options.beta_2))),
        epsilon(set(float(options.epsilon))) {}
  static double rate(const Options& options, double learning_rate, double step) {
    const double t = step + 1;
    return learning_rate * std::sqrt(1 - power(options.beta_2, t)) / (1 - power(options.beta_1, t));
  }
  HWY_INLINE V operator()(V p, V g, V* s, V rate) const {
    s[0] = hn::MulAdd(first, hn::Sub(g, s[0]), s[0]);
    s[1] = hn::MulAdd(second, hn::MulSub(g, g, s[1]), s[1]);
    if constexpr (amsgrad) s[2] = hn::IfThenElse(hn::Gt(s[1], s[2]), s[1], s[2]);
    const V size = hn::Add(root(s[amsgrad ? 2 : 1]), epsilon);
    return hn::Sub(p, quotient(hn::Mul(rate, s[0]), size));
  }
};

template <bool centered, bool has_momentum>
struct Rmsprop {
  using Options = RmspropUpdate;
  static constexpr int states = 1 + centered + has_momentum, scalars = 1;
  V rho, rest, momentum, epsilon;
  explicit Rmsprop(const Options& options)
      : rho(set(float(options.rho))),
        rest(set(float(1 - options.rho))),
        momentum(set(float(options.momentum))),
        epsilon(set(float(options.epsilon))) {}
  static double rate(const Options&, double learning_rate, double) { return learning_rate; }
  HWY_INLINE V operator()(V p, V g, V* s, V rate) const {
    s[0] = hn::MulAdd(rho, s[0], hn::Mul(hn::Mul(rest, g), g));
    V square = hn::Add(s[0], epsilon);
    if constexpr (centered) {
      s[1] = hn::MulAdd(rho, s[1], hn::Mul(rest, g));
      square = hn::Add(hn::NegMulAdd(s[1], s[1], s[0]), epsilon);
    }
    V change = hn::Div(hn::Mul(rate, g), hn::Sqrt(square));
    if constexpr (has_momentum) change = s[1 + centered] = hn::MulAdd(momentum, s[1 + centered], change);
    return hn::Sub(p, change);
  }
};

struct Adagrad {
  using Options = AdagradUpdate;
  static constexpr int states = 1, scalars = 1;
  V epsilon;
  explicit Adagrad(const Options& options) : epsilon(set(float(options.epsilon))) {}
  static double rate(const Options&, double learning_rate, double) { return learning_rate; }
  HWY_INLINE V operator()(V p, V g, V* s, V rate) const {
    s[0] = hn::MulAdd(g, g, s[0]);
    return hn::Sub(p, hn::Div(hn::Mul(rate, g), hn::Sqrt(hn::Add(s[0], epsilon))));
  }
};

struct Adadelta {
  using Options = AdadeltaUpdate;
  static constexpr int states = 2, scalars = 1;
  V rho, rest, epsilon;
  explicit Adadelta(const Options& options)
      : rho(set(float(options.rho))), rest(set(float(1 - options.rho))), epsilon(set(float(options.epsilon))) {}
  static double rate(const Options&, double learning_rate, double) { return learning_rate; }
  HWY_INLINE V operator()(V p, V g, V* s, V rate) const {
    s[0] = hn::MulAdd(rho, s[0], hn::Mul(hn::Mul(rest, g), g));
    const V wanted = hn::Sqrt(hn::Add(s[1], epsilon)), size = hn::Sqrt(hn::Add(s[0], epsilon));
    const V change = hn::Div(hn::Mul(g, wanted), size);
    s[1] = hn::MulAdd(rho, s[1], hn::Mul(hn::Mul(rest, change), change));
    return hn::NegMulAdd(rate, change, p);
  }
};

// ------------------------------------------------------------------------------------------------ one pass

// Where the parameters, gradients and states of one or more neighbouring segments lie.
template <int states>
struct Segment {
  const float *p, *g, *s[states + 1];
  float *new_p, *new_s[states + 1];
  bfloat16* rounded = nullptr;  // the new parameters once more; null: they are not wanted so

  Segment(const Call& call, size_t n, size_t i)
      : p(call.in[i].as<float>()), g(call.in[n + i].as<float>()), new_p(call.out[i].as<float>()) {
    for (size_t k = 0; k < size_t(states); ++k) {
      s[k] = call.in[(2 + k) * n + i].as<float>();
      new_s[k] = call.out[(1 + k) * n + i].as<float>();
    }
    const size_t copies = (1 + size_t(states)) * n;
    if (call.out.size() > copies && call.out[copies + i].size > 0) rounded = call.out[copies + i].as<bfloat16>();
  }
  void advance(int64_t by) {
    p += by, g += by, new_p += by;
    if (rounded) rounded += by;
    for (int k = 0; k < states; ++k) s[k] += by, new_s[k] += by;
  }
  // Does everything of `next` lie `size` elements behind this?
  bool is_followed_by(const Segment& next, int64_t size) const {
    bool yes = next.p == p + size && next.g == g + size && next.new_p == new_p + size;
    yes = yes && next.rounded == (rounded ? rounded + size : nullptr);
    for (int k = 0; k < states; ++k) yes = yes && next.s[k] == s[k] + size && next.new_s[k] == new_s[k] + size;
    return yes;
  }
};

template <bool rounds, class Rule>
HWY_INLINE void update(const Rule& rule, const Segment<Rule::states>& at, V rate, V decay, int64_t count) {
  for_vectors(count, [&](auto part, int64_t i, int64_t left) HWY_ATTR {
    using Size = decltype(part);
    V s[Rule::states + 1];
    ask_ahead(at.p + i, kLanes), ask_ahead(at.g + i, kLanes);
    for (int k = 0; k < Rule::states; ++k) {
      ask_ahead(at.s[k] + i, kLanes);
      s[k] = Size::load(kF, at.s[k] + i, left);
    }
    const V p = Size::load(kF, at.p + i, left);
    const V changed = rule(hn::NegMulAdd(p, decay, p), Size::load(kF, at.g + i, left), s, rate);
    Size::store(changed, kF, at.new_p + i, left);
    if constexpr (rounds) Size::store(changed, at.rounded + i, left);
    for (int k = 0; k < Rule::states; ++k) Size::store(s[k], kF, at.new_s[k] + i, left);
  });
}

double number(const Operand& operand) {
  switch (operand.dtype) {
    case DType::float32: return double(*operand.as<float>());
    case DType::float64: return *operand.as<double>();
    case DType::int32: return double(*operand.as<int32_t>());
    default: return double(*operand.as<int64_t>());
  }
}

// The elements [range.begin, range.end) of all parameters taken as one row.
template <class Rule>
void update_range(const Call& call, const UpdatePlan& plan, const Rule& rule, V rate, V decay, Range range) {
  const size_t n = plan.ends.size();
  size_t i = 0;
  while (i < n && plan.ends[i] <= range.begin) ++i;
  int64_t at = range.begin;
  while (at < range.end && i < n) {
    const int64_t start = i == 0 ? 0 : plan.ends[i - 1];
    Segment<Rule::states> segment(call, n, i);
    size_t last = i;
    while (last + 1 < n && plan.ends[last] < range.end &&
           segment.is_followed_by({call, n, last + 1}, plan.ends[last] - start))
      ++last;
    const int64_t end = std::min(plan.ends[last], range.end);
    segment.advance(at - start);
    segment.rounded ? update<true>(rule, segment, rate, decay, end - at)
                    : update<false>(rule, segment, rate, decay, end - at);
    at = end;
    i = last + 1;
  }
}

template <class Rule>
void run_rule(const Call& call) noexcept {
  const auto& plan = *static_cast<const UpdatePlan*>(call.prepared);
  const auto& options = call.options<typename Rule::Options>();
  const size_t first = call.in.size() - Rule::scalars;
  const double learning_rate = number(call.in[first]), step = Rule::scalars > 1 ? number(call.in[first + 1]) : 0;
  const V rate = set(float(Rule::rate(options, learning_rate, step)));
  const V decay = set(float(options.weight_decay * learning_rate));
  const Rule rule(options);
  const int64_t total = plan.ends.empty() ? 0 : plan.ends.back();
  for_parts(plan.parts, [&](int64_t part)
                            HWY_ATTR { update_range(call, plan, rule, rate, decay, piece(total, part, plan.parts)); });
}

void run(const Call& call) noexcept { static_cast<const UpdatePlan*>(call.prepared)->run(call); }

// ------------------------------------------------------------------------------------------------ choice

bool is_number(DType type) {
  return type == DType::float32 || type == DType::float64 || type == DType::int32 || type == DType::int64;
}

// All of float32, and behind the results perhaps the parameters once more, rounded.
template <int scalars>
bool all_float(const KernelQuery& query) {
  const auto tensors = query.inputs.end() - scalars;
  const auto& outputs = query.outputs();
  const auto copies =
      std::find_if(outputs.begin(), outputs.end(), [](const Spec& s) { return s.dtype != DType::float32; });
  const auto parameters = (tensors - query.inputs.begin()) - (copies - outputs.begin());
  if (copies != outputs.end() && outputs.end() - copies != parameters) return false;
  return std::all_of(copies, outputs.end(), [](const Spec& s) { return s.dtype == DType::bfloat16; }) &&
         std::all_of(query.inputs.begin(), tensors, [](const Spec& s) { return s.dtype == DType::float32; }) &&
         std::all_of(tensors, query.inputs.end(), [](const Spec& s) { return is_number(s.dtype); });
}

template <class Rule>
std::shared_ptr<const void> prepare(const KernelQuery& query) {
  auto plan = std::make_shared<UpdatePlan>();
  plan->run = run_rule<Rule>;
  const size_t n = (query.inputs.size() - Rule::scalars) / (2 + Rule::states);
  int64_t total = 0;
  for (size_t i = 0; i < n; ++i) plan->ends.push_back(total += query.inputs[i].shape.size().value());
  plan->parts = parts_for(total, kParametersPerThread, query.threads);
  return plan;
}

std::shared_ptr<const void> prepare_sgd(const KernelQuery& query) {
  const auto& options = query.options<SgdUpdate>();
  if (options.momentum == 0) return prepare<Sgd>(query);
  return options.nesterov ? prepare<SgdWithMomentum<true>>(query) : prepare<SgdWithMomentum<false>>(query);
}

std::shared_ptr<const void> prepare_adam(const KernelQuery& query) {
  return query.options<AdamUpdate>().amsgrad ? prepare<Adam<true>>(query) : prepare<Adam<false>>(query);
}

std::shared_ptr<const void> prepare_rmsprop(const KernelQuery& query) {
  const auto& options = query.options<RmspropUpdate>();
  if (options.momentum > 0)
    return options.centered ? prepare<Rmsprop<true, true>>(query) : prepare<Rmsprop<false, true>>(query);
  return options.centered ? prepare<Rmsprop<true, false>>(query) : prepare<Rmsprop<false, false>>(query);
}

std::vector<Kernel> kernels() {
  auto kernel = [](std::string_view op, auto supports, auto prepares) {
    return Kernel{.op = op, .name = "one pass", .run = run, .supports = supports, .prepare = prepares, .mixed = true};
  };
  return {kernel("sgd_update", all_float<1>, prepare_sgd), kernel("adam_update", all_float<2>, prepare_adam),
          kernel("rmsprop_update", all_float<1>, prepare_rmsprop),
          kernel("adagrad_update", all_float<1>, prepare<Adagrad>),
          kernel("adadelta_update", all_float<1>, prepare<Adadelta>)};
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace cajal::cpu
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace cajal::cpu {
namespace {
HWY_EXPORT(kernels);
}
std::vector<Kernel> optimizer_kernels() { return HWY_DYNAMIC_DISPATCH(kernels)(); }
}  // namespace cajal::cpu
#endif
