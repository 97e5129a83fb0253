#include "cajal/backends/cpu/internal/targets.h"
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "cajal/backends/cpu/internal/peaks.cpp"
#include "hwy/foreach_target.h"
// After foreach_target.h.
#include <algorithm>

#include "cajal/backends/cpu/internal/parts.h"
#include "cajal/backends/cpu/internal/vector-inl.h"
#include "cajal/backends/cpu/peaks.h"
#include "cajal/base/clock.h"
#include "cajal/tensor/tensor.h"

HWY_BEFORE_NAMESPACE();
namespace cajal::cpu {
namespace HWY_NAMESPACE {
namespace {

// Independent chains of multiply-adds, enough of them to hide their latency. Gives a number that depends on all. Each
// begins elsewhere: chains that are alike would be computed once, and their number counted as speed.
float multiply_add(int64_t rounds) {
  V a = set(1), b = set(2), c = set(3), d = set(4), e = set(5), f = set(6), g = set(7), h = set(8), i = set(9),
    j = set(10);
  const V x = set(0.999f), y = set(1e-3f);
  for (int64_t round = 0; round < rounds; ++round) {
    a = hn::MulAdd(a, x, y), b = hn::MulAdd(b, x, y), c = hn::MulAdd(c, x, y), d = hn::MulAdd(d, x, y);
    e = hn::MulAdd(e, x, y), f = hn::MulAdd(f, x, y), g = hn::MulAdd(g, x, y), h = hn::MulAdd(h, x, y);
    i = hn::MulAdd(i, x, y), j = hn::MulAdd(j, x, y);
  }
  const V sum =
      hn::Add(hn::Add(hn::Add(a, b), hn::Add(c, d)), hn::Add(hn::Add(e, f), hn::Add(g, hn::Add(h, hn::Add(i, j)))));
  return hn::GetLane(hn::SumOfLanes(kF, sum));
}

float read(const float* from, int64_t count) {
  V a = zero(), b = a, c = a, d = a;
  for (int64_t i = 0; i + 4 * kLanes <= count; i += 4 * kLanes) {
    a = hn::Add(a, hn::LoadU(kF, from + i)), b = hn::Add(b, hn::LoadU(kF, from + i + kLanes));
    c = hn::Add(c, hn::LoadU(kF, from + i + 2 * kLanes)), d = hn::Add(d, hn::LoadU(kF, from + i + 3 * kLanes));
  }
  return hn::GetLane(hn::SumOfLanes(kF, hn::Add(hn::Add(a, b), hn::Add(c, d))));
}

double flops_of(int64_t rounds) { return double(rounds) * 10 * 2 * double(kLanes); }

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace cajal::cpu
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace cajal {
namespace cpu {
namespace {

HWY_EXPORT(multiply_add);
HWY_EXPORT(read);
HWY_EXPORT(flops_of);

// Results go here, so that nothing is left out as useless.
volatile float sink;

// Work per second, the best of several runs of `body(part)` on all threads: machines are disturbed, never sped up.
template <class Body>
double best_rate(double work, int threads, double seconds, const Body& body) {
  double best = 0;
  const Stopwatch total;
  do {
    const Stopwatch watch;
    for_parts(threads, body);
    best = std::max(best, work / watch.seconds());
  } while (total.seconds() < seconds);
  return best;
}

double read_rate(const Tensor& memory, int64_t count, int threads) {
  const float* from = memory.data<float>();
  return best_rate(double(count) * sizeof(float), threads, 0.08, [&](int64_t part) {
    const Range range = piece(count, part, threads);
    sink = HWY_DYNAMIC_DISPATCH(read)(from + range.begin, range.size());
  });
}

}  // namespace
}  // namespace cpu

Peaks measure_peaks(int threads) {
  constexpr int64_t rounds = 400 * 1000, small = 3 << 20, large = 96 << 20;  // floats: 12 MiB, 384 MiB
  const int before = cajal::threads();
  set_threads(std::max(threads, 1));
  threads = cajal::threads();
  Tensor memory(Shape{large});
  std::fill_n(memory.data<float>(), large, 1.0f);
  Peaks out;
  const double flops = double(threads) * HWY_DYNAMIC_DISPATCH(cpu::flops_of)(rounds);
  out.flops_float32 = cpu::best_rate(flops, threads, 0.08,
                                     [&](int64_t) { cpu::sink = HWY_DYNAMIC_DISPATCH(cpu::multiply_add)(rounds); });
  out.bytes_per_second_l3 = cpu::read_rate(memory, small, threads);
  out.bytes_per_second_memory = cpu::read_rate(memory, large, threads);
  set_threads(before);
  return out;
}

}  // namespace cajal
#endif
