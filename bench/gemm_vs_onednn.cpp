// Our float32 matrix product beside oneDNN's, on squares and on the shapes of training a dense network.
//
//   gemm_vs_onednn [threads]     default 1; prints GFLOP/s (nearly the best of many alternating runs) and our share of
//   the better
//                                of dnnl_sgemm and the matmul primitive, then the times of tiny products

#include <time.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <dnnl.hpp>
#include <functional>
#include <unordered_map>
#include <vector>

#ifdef _OPENMP
#include <omp.h>
#endif

#include "cajal/backends/cpu/internal/gemm.h"
#include "cajal/base/parallel.h"

using cajal::cpu::Gemm;
using cajal::cpu::GemmOperands;
using cajal::cpu::GemmPlan;

namespace {

// One thread is timed by its own clock, which other programs do not disturb; several by the wall clock.
double now(int threads) {
  timespec t;
  clock_gettime(threads == 1 ? CLOCK_THREAD_CPUTIME_ID : CLOCK_MONOTONIC, &t);
  return double(t.tv_sec) + 1e-9 * double(t.tv_nsec);
}

struct Buffer {
  explicit Buffer(size_t count) : data(static_cast<float*>(std::aligned_alloc(64, (count * 4 + 127) / 64 * 64))) {
    for (size_t i = 0; i < count; ++i) data[i] = float(std::rand()) / float(RAND_MAX) - 0.5f;
  }
  ~Buffer() { std::free(data); }
  Buffer(const Buffer&) = delete;
  Buffer& operator=(const Buffer&) = delete;
  float* data;
};

// The seconds of each: the best but for a twentieth, because the clock of a virtual machine now and then skips. Run in
// turns, so that a change of clock rate meets all.
std::vector<double> best_times(int threads, const std::vector<std::function<void()>>& candidates) {
  std::vector<std::vector<double>> times(candidates.size());
  const double start = now(threads);
  for (int round = 0; round < 5 || now(threads) - start < 0.4; ++round) {
    for (size_t i = 0; i < candidates.size(); ++i) {
      for (int repeat = 0; repeat < 3; ++repeat) {
        const double t = now(threads);
        candidates[i]();
        if (repeat > 0) times[i].push_back(now(threads) - t);
      }
    }
  }
  std::vector<double> best;
  for (auto& some : times) {
    std::sort(some.begin(), some.end());
    best.push_back(some[some.size() / 20]);
  }
  return best;
}

Gemm shape(int64_t m, int64_t n, int64_t k, bool transpose_a, bool transpose_b) {
  Gemm gemm;
  gemm.m = m, gemm.n = n, gemm.k = k;
  gemm.transpose_a = transpose_a, gemm.transpose_b = transpose_b;
  gemm.lda = transpose_a ? m : k, gemm.ldb = transpose_b ? k : n, gemm.ldc = n;
  return gemm;
}

struct Matmul {
  Matmul(const Gemm& g, float* a, float* b, float* c) : engine(dnnl::engine::kind::cpu, 0), stream(engine) {
    using dnnl::memory;
    const auto f32 = memory::data_type::f32;
    const memory::desc da({g.m, g.k}, f32, g.transpose_a ? memory::dims{1, g.lda} : memory::dims{g.lda, 1});
    const memory::desc db({g.k, g.n}, f32, g.transpose_b ? memory::dims{1, g.ldb} : memory::dims{g.ldb, 1});
    const memory::desc dc({g.m, g.n}, f32, memory::dims{g.ldc, 1});
#if DNNL_VERSION_MAJOR >= 3
    primitive = dnnl::matmul(dnnl::matmul::primitive_desc(engine, da, db, dc));
#else
    primitive = dnnl::matmul(dnnl::matmul::primitive_desc(dnnl::matmul::desc(da, db, dc), engine));
#endif
    arguments = {{DNNL_ARG_SRC, memory(da, engine, a)},
                 {DNNL_ARG_WEIGHTS, memory(db, engine, b)},
                 {DNNL_ARG_DST, memory(dc, engine, c)}};
  }
  void operator()() {
    primitive.execute(stream, arguments);
    stream.wait();
  }
  dnnl::engine engine;
  dnnl::stream stream;
  dnnl::matmul primitive;
  std::unordered_map<int, dnnl::memory> arguments;
};

double lowest_share = 1e9;

void compare(int threads, const Gemm& gemm, const char* name) {
  Buffer a(size_t(gemm.m * gemm.k)), b(size_t(gemm.k * gemm.n)), c(size_t(gemm.m * gemm.n));
  const GemmPlan plan = cajal::cpu::plan_gemm(gemm, threads);
  Buffer workspace(plan.workspace / 4 + 1);
  const GemmOperands operands = {.a = a.data, .b = b.data, .c = c.data, .workspace = workspace.data};
  Matmul matmul(gemm, a.data, b.data, c.data);
  const auto times =
      best_times(threads, {[&] { cajal::cpu::run_gemm(plan, operands); },
                           [&] {
                             dnnl_sgemm(gemm.transpose_a ? 'T' : 'N', gemm.transpose_b ? 'T' : 'N', gemm.m, gemm.n,
                                        gemm.k, 1.0f, a.data, gemm.lda, b.data, gemm.ldb, 0.0f, c.data, gemm.ldc);
                           },
                           [&] { matmul(); }});
  const double gigaflops = 2e-9 * double(gemm.m) * double(gemm.n) * double(gemm.k);
  const double share = std::min(times[1], times[2]) / times[0];
  lowest_share = std::min(lowest_share, share);
  std::printf("%-9s %4ld x %4ld x %4ld %c%c  ours %6.1f  sgemm %6.1f  matmul %6.1f  share %4.0f %%\n", name,
              long(gemm.m), long(gemm.k), long(gemm.n), gemm.transpose_a ? 'T' : '-', gemm.transpose_b ? 'T' : '-',
              gigaflops / times[0], gigaflops / times[1], gigaflops / times[2], 100 * share);
  std::fflush(stdout);
}

void time_tiny(const Gemm& gemm, const char* name) {
  Buffer a(size_t(gemm.m * gemm.k)), b(size_t(gemm.k * gemm.n)), c(size_t(gemm.m * gemm.n));
  Buffer bias(size_t(gemm.n)), mask(size_t(gemm.m * gemm.n)), sums(size_t(gemm.n));
  const GemmPlan plan = cajal::cpu::plan_gemm(gemm, 1);
  Buffer workspace(plan.workspace / 4 + 1);
  const GemmOperands operands = {a.data, b.data, c.data, bias.data, mask.data, sums.data, workspace.data};
  constexpr int kRepeats = 1000;
  const auto times = best_times(1, {[&] {
                                  for (int i = 0; i < kRepeats; ++i) cajal::cpu::run_gemm(plan, operands);
                                }});
  std::printf("%-22s %4ld x %4ld x %4ld %c%c  %6.1f ns\n", name, long(gemm.m), long(gemm.k), long(gemm.n),
              gemm.transpose_a ? 'T' : '-', gemm.transpose_b ? 'T' : '-', times[0] / kRepeats * 1e9);
}

void time_tiny_network() {
  const int64_t batch = 32;
  const int64_t widths[] = {4, 16, 16, 3};
  for (int layer = 0; layer < 3; ++layer) {
    const int64_t in = widths[layer], out = widths[layer + 1];
    Gemm forward = shape(batch, out, in, false, false);
    forward.has_bias = true;
    forward.activation = layer < 2 ? Gemm::Activation::relu : Gemm::Activation::none;
    time_tiny(forward, "forward");
    Gemm weights = shape(in, out, batch, true, false);
    weights.has_column_sums = true;
    time_tiny(weights, "dW, column sums");
    if (layer == 0) continue;
    Gemm data = shape(batch, in, out, false, true);
    data.has_relu_mask = true;
    time_tiny(data, "dX, relu mask");
  }
}

}  // namespace

int main(int argc, char** argv) {
  const int threads = argc > 1 ? std::atoi(argv[1]) : 1;
  cajal::set_threads(threads);
#ifdef _OPENMP
  omp_set_num_threads(threads);  // oneDNN's team
#endif
  std::printf("GFLOP/s, %d thread(s), m x k x n; T: A, B stored transposed\n", threads);
  for (int64_t size : {512, 1024, 2048}) compare(threads, shape(size, size, size, false, false), "square");
  for (int64_t batch : {32, 64, 128, 256}) {
    compare(threads, shape(batch, 512, 784, false, false), "forward 1");
    compare(threads, shape(batch, 512, 512, false, false), "forward 2");
    compare(threads, shape(batch, 10, 512, false, false), "forward 3");
    compare(threads, shape(784, 512, batch, true, false), "dW 1");
    compare(threads, shape(512, 512, batch, true, false), "dW 2");
    compare(threads, shape(512, 10, batch, true, false), "dW 3");
    compare(threads, shape(batch, 512, 512, false, true), "dX 2");
    compare(threads, shape(batch, 512, 10, false, true), "dX 3");
  }
  std::printf("lowest share %.0f %%\n", 100 * lowest_share);
  if (threads == 1) time_tiny_network();
}
