// Our float32 convolutions by Winograd's algorithm beside our direct ones, on the 3x3 stages of known networks.
//
//   winograd [threads] [forward|input|kernel]     default: 2 threads, all directions
//
// Prints GFLOP/s of the plain algorithm, the middle of many runs in turn, their ratio, and what the table chooses.

#include "cajal/backends/cpu/internal/winograd.h"

#include <time.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>
#include <vector>

#include "cajal/backends/cpu/internal/direct_conv.h"
#include "cajal/backends/cpu/peaks.h"
#include "cajal/base/parallel.h"

using cajal::cpu::ConvDirection;
using cajal::cpu::ConvOperands;
using cajal::cpu::ConvShape;

namespace {

// One thread is timed by its own clock, which other programs disturb less; several by the wall clock.
double now() {
  timespec t;
  clock_gettime(cajal::threads() == 1 ? CLOCK_THREAD_CPUTIME_ID : CLOCK_MONOTONIC, &t);
  return double(t.tv_sec) + 1e-9 * double(t.tv_nsec);
}

struct Buffer {
  explicit Buffer(size_t count) : data(static_cast<float*>(std::aligned_alloc(64, (count * 4 + 127) / 64 * 64))) {
    for (size_t i = 0; i < count; ++i) data[i] = float(i * 2654435761u % 1000) / 1000 - 0.5f;
  }
  ~Buffer() { std::free(data); }
  Buffer(const Buffer&) = delete;
  Buffer& operator=(const Buffer&) = delete;
  float* data;
};

// The seconds of each in the middle of its runs, which take turns.
std::array<double, 2> middle_times(const std::array<std::function<void()>, 2>& candidates) {
  std::array<std::vector<double>, 2> times;
  const double start = now();
  for (int round = 0; round < 4 || now() - start < 0.3; ++round) {
    for (size_t i = 0; i < 2; ++i) {
      candidates[i]();
      const double t = now();
      candidates[i]();
      times[i].push_back(now() - t);
    }
  }
  std::array<double, 2> out;
  for (size_t i = 0; i < 2; ++i) {
    std::sort(times[i].begin(), times[i].end());
    out[i] = times[i][times[i].size() / 2];
  }
  return out;
}

ConvShape shape_of(int64_t batch, int64_t size, int64_t channels, int64_t filters, int64_t pad) {
  ConvShape s;
  s.batch = batch, s.height = s.width = size, s.channels = channels, s.filters = filters;
  s.kernel_height = s.kernel_width = 3, s.pad_top = s.pad_left = pad;
  s.out_height = s.out_width = size + 2 * pad - 2;
  return s;
}

std::vector<ConvShape> stages() {
  std::vector<ConvShape> out;
  for (auto [batch, size, in, filters, pad] : std::vector<std::array<int64_t, 5>>{
           {128, 32, 3, 64, 1},   {128, 32, 64, 128, 1}, {128, 16, 128, 128, 1}, {128, 16, 128, 256, 1},  // resnet9
           {128, 8, 256, 256, 1}, {128, 4, 256, 256, 1}, {128, 4, 512, 512, 1},  {128, 2, 512, 512, 1},
           {128, 26, 32, 64, 0},  {32, 15, 32, 64, 0},   {32, 6, 64, 64, 0},     {128, 32, 16, 16, 1},     // courses
           {128, 32, 32, 32, 1},  {8, 56, 64, 64, 1},    {8, 28, 128, 128, 1},   {8, 14, 256, 256, 1},     // resnet
           {8, 7, 512, 512, 1},   {2, 224, 64, 64, 1},   {2, 56, 256, 256, 1},   {1, 14, 512, 512, 1}}) {  // vgg
    out.push_back(shape_of(batch, size, in, filters, pad));
  }
  return out;
}

void compare(const ConvShape& s, ConvDirection direction, int threads) {
  const Buffer x(size_t(s.batch * s.image_size())), y(size_t(s.batch * s.out_size())), w(size_t(s.kernel_size()));
  ConvOperands operands;
  operands.image = direction == ConvDirection::input_gradient ? y.data : x.data;
  operands.other = direction == ConvDirection::kernel_gradient ? y.data : w.data;
  operands.result = direction == ConvDirection::forward          ? y.data
                    : direction == ConvDirection::input_gradient ? x.data
                                                                 : w.data;
  const auto winograd = cajal::cpu::plan_winograd(s, direction, threads);
  const bool of_kernel = direction == ConvDirection::kernel_gradient;
  const auto direct = cajal::cpu::plan_direct_conv(s, of_kernel ? ConvDirection::forward : direction, threads);
  const auto direct_gradient = cajal::cpu::plan_direct_kernel_gradient(s, threads);
  const Buffer workspace(std::max({winograd.workspace, direct.workspace, direct_gradient.workspace}) / 4 + 1);
  operands.workspace = workspace.data;
  const auto times = middle_times(
      {[&] { run_winograd(winograd, operands); },
       [&] { of_kernel ? run_direct_kernel_gradient(direct_gradient, operands) : run_direct_conv(direct, operands); }});
  std::printf("%4ld x%3ldx%-3ld %4ld -> %4ld  winograd %6.1f  %7.2f ms  direct %6.1f  ratio %.2f  %s\n", long(s.batch),
              long(s.height), long(s.width), long(s.channels), long(s.filters), 1e-9 * s.flops() / times[0],
              1e3 * times[0], 1e-9 * s.flops() / times[1], times[1] / times[0],
              winograd_wins(s, direction) ? "winograd" : "direct");
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  const int threads = argc > 1 ? std::atoi(argv[1]) : 2;
  const std::string only = argc > 2 ? argv[2] : "";
  cajal::set_threads(threads);
  const cajal::FlushDenormals flush;
  std::printf("GFLOP/s of the plain algorithm, %d thread(s), peak %.0f; batch x height x width, channels -> filters\n",
              threads, 1e-9 * cajal::measure_peaks(threads).flops_float32);
  const std::pair<const char*, ConvDirection> directions[] = {{"forward", ConvDirection::forward},
                                                              {"input", ConvDirection::input_gradient},
                                                              {"kernel", ConvDirection::kernel_gradient}};
  for (const auto& [name, direction] : directions) {
    if (!only.empty() && only != name) continue;
    std::printf("%s\n", name);
    for (const ConvShape& s : stages()) compare(s, direction, threads);
  }
}
