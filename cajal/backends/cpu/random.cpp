// Random numbers: the reference's own bits, many Philox blocks at a time.
#include "cajal/backends/cpu/internal/targets.h"
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "cajal/backends/cpu/random.cpp"
#include "hwy/foreach_target.h"
// After foreach_target.h.
#include "cajal/backends/cpu/internal/parts.h"
#include "cajal/backends/cpu/internal/vector-inl.h"
#include "cajal/ops/random_attributes.h"
#include "cajal/ops/random_numbers.h"
#include "cajal/program/kernel.h"

HWY_BEFORE_NAMESPACE();
namespace cajal::cpu {
namespace HWY_NAMESPACE {
namespace {

constexpr int64_t kDrawsPerThread = 16 * 1024;

using Words = hn::RebindToUnsigned<Ints>;
using VW = hn::Vec<Words>;
constexpr Words kW;

#if HWY_TARGET != HWY_SCALAR
using Wide = hn::Repartition<uint64_t, Words>;
using VL = hn::Vec<Wide>;
constexpr Wide kL;

// A round of kLanes / 2 blocks, each word in the lower half of a lane: what stands above it plays no part. The upper
// half of a product is brought down by a shuffle, for shifts and products are done by the same part of the processor.
HWY_INLINE void philox_round(VL* c, VL a, VL b, VL first_key, VL second_key) {
  const auto product = [](VL x, VL y) HWY_ATTR { return hn::MulEven(hn::BitCast(kW, x), hn::BitCast(kW, y)); };
  const auto upper = [](VL x) HWY_ATTR { return hn::BitCast(kL, hn::Shuffle2301(hn::BitCast(kW, x))); };
  const VL p = product(c[0], a), q = product(c[2], b);
  const VL c0 = hn::Xor3(upper(q), c[1], first_key), c2 = hn::Xor3(upper(p), c[3], second_key);
  c[0] = c0, c[1] = q, c[2] = c2, c[3] = p;
}

// The four words of kLanes blocks: lane i is that of block first + i. As random::philox.
HWY_INLINE void philox(VW* c, random::Key key) {
  VL even[4], odd[4];
  for (int i = 0; i < 4; ++i) even[i] = hn::BitCast(kL, c[i]), odd[i] = hn::BitCast(kL, hn::Shuffle2301(c[i]));
  const VL a = hn::Set(kL, 0xD2511F53u), b = hn::Set(kL, 0xCD9E8D57u);
  for (int round = 0; round < 10; ++round) {
    const VL first_key = hn::Set(kL, key[0]), second_key = hn::Set(kL, key[1]);
    philox_round(even, a, b, first_key, second_key);
    philox_round(odd, a, b, first_key, second_key);
    key = {key[0] + 0x9E3779B9u, key[1] + 0xBB67AE85u};
  }
  for (int i = 0; i < 4; ++i) c[i] = hn::OddEven(hn::Shuffle2301(hn::BitCast(kW, odd[i])), hn::BitCast(kW, even[i]));
}
#endif

// Key, counter and place of a call's numbers: what RandomWords keeps to itself.
struct Numbers {
  random::Key key;
  uint32_t step, iteration;
  uint64_t first;
  explicit Numbers(const Call& call) : step(uint32_t(call.run->step)), iteration(uint32_t(call.run->iteration)) {
    const uint64_t mixed = random::mix(call.run->seed ^ call.random_id);
    const Operand& out = call.out[0];
    key = {uint32_t(mixed), uint32_t(mixed >> 32)};
    first = uint64_t(call.run->sample_offset) * uint64_t(out.rank ? out.product(1, out.rank) : 1);
  }
};

HWY_INLINE V unit(VW words) {
  return hn::Mul(hn::ConvertTo(kF, hn::BitCast(kI, hn::ShiftRight<8>(words))), set(0x1p-24f));
}

struct Uniform {
  float low, high, below;
  explicit Uniform(const Call& call)
      : low(float(call.options<UniformAttributes>().low)),
        high(float(call.options<UniformAttributes>().high)),
        below(std::nextafter(high, low)) {}
  float operator()(uint32_t word) const { return uniform_from<float>(word, low, high, below); }
  HWY_INLINE V many(VW words) const {
    return hn::Min(hn::Add(set(low), hn::Mul(set(high - low), unit(words))), set(below));
  }
};

struct Bernoulli {
  uint32_t threshold;
  float scale;
  explicit Bernoulli(const Call& call)
      : threshold(bernoulli_threshold(call.options<BernoulliAttributes>().probability)),
        scale(float(call.options<BernoulliAttributes>().scale)) {}
  float operator()(uint32_t word) const { return happens(word, threshold) ? scale : 0.0f; }
  HWY_INLINE V many(VW words) const {
    const VI upper = hn::BitCast(kI, hn::ShiftRight<8>(words));  // 24 bits: the sign does not matter
    return hn::IfThenElseZero(hn::RebindMask(kF, hn::Lt(upper, hn::Set(kI, int32_t(threshold)))), set(scale));
  }
};

template <class Rule>
void draw_one_by_one(const Rule& rule, const RandomWords& words, float* y, int64_t begin, int64_t end) {
  random::Counter block{};
  for (int64_t i = begin; i < end; ++i) {
    const uint64_t g = words.global(i);
    if (i == begin || g % 4 == 0) block = words.block(g / 4);
    y[i] = rule(block[size_t(g % 4)]);
  }
}

template <class Rule>
void draw_range(const Call& call, const Rule& rule, int64_t begin, int64_t end) {
  const RandomWords words(call);
  float* y = call.out[0].as<float>();
#if HWY_TARGET != HWY_SCALAR
  const Numbers numbers(call);
  const int64_t whole = std::min(end, begin + int64_t((4 - (numbers.first + uint64_t(begin)) % 4) % 4));
  draw_one_by_one(rule, words, y, begin, whole);
  begin = whole;
  for (; begin + 4 * kLanes <= end; begin += 4 * kLanes) {
    const uint64_t block = (numbers.first + uint64_t(begin)) / 4;
    const VW low = hn::Add(hn::Iota(kW, 0), hn::Set(kW, uint32_t(block)));
    // A lane whose lower word has run over has one more in the upper one.
    const VW over = hn::VecFromMask(kW, hn::Lt(low, hn::Set(kW, uint32_t(block))));
    VW c[4] = {low, hn::Sub(hn::Set(kW, uint32_t(block >> 32)), over), hn::Set(kW, numbers.step),
               hn::Set(kW, numbers.iteration)};
    philox(c, numbers.key);
    hn::StoreInterleaved4(rule.many(c[0]), rule.many(c[1]), rule.many(c[2]), rule.many(c[3]), kF, y + begin);
  }
#endif
  draw_one_by_one(rule, words, y, begin, end);
}

template <class Rule>
void run(const Call& call) noexcept {
  const Rule rule(call);
  for_ranges(call.out[0].size, kDrawsPerThread,
             [&](int64_t begin, int64_t end) { draw_range(call, rule, begin, end); });
}

// Two words make two numbers, in double.
void normal(const Call& call) noexcept {
  const auto& options = call.options<NormalAttributes>();
  const float mean = float(options.mean), stddev = float(options.stddev);
  float* y = call.out[0].as<float>();
  for_ranges(call.out[0].size, kDrawsPerThread / 8, [&](int64_t begin, int64_t end) {
    const RandomWords words(call);
    random::Counter block{};
    std::pair<double, double> pair{};
    for (int64_t i = begin; i < end; ++i) {
      const uint64_t g = words.global(i);
      if (i == begin || g % 4 == 0) block = words.block(g / 4);
      if (i == begin || g % 2 == 0) pair = normals_from(block[size_t(g & 2)], block[size_t(g & 2) + 1]);
      y[i] = mean + stddev * float(g & 1 ? pair.second : pair.first);
    }
  });
}

bool is_float32(const KernelQuery& query) { return query.outputs()[0].dtype == DType::float32; }

std::vector<Kernel> kernels() {
  return {{"random_uniform", "philox", run<Uniform>, is_float32},
          {"random_bernoulli", "philox", run<Bernoulli>, is_float32},
          {"random_normal", "philox", normal, is_float32}};
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
std::vector<Kernel> random_kernels() { return HWY_DYNAMIC_DISPATCH(kernels)(); }
}  // namespace cajal::cpu
#endif
