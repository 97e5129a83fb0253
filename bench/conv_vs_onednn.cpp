// Our float32 convolutions beside oneDNN's direct ones, channels last, on the layers of known networks.
//
//   conv_vs_onednn [threads] [network] [forward|input|kernel]     default: 2 threads, all networks, all directions
//
// Prints GFLOP/s of the plain algorithm (nearly the best of many runs in turn), the share of the measured peak, and our
// rate as a share of oneDNN's. Between turns both rest, until neither's threads spin.

#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <dnnl.hpp>
#include <functional>
#include <string>
#include <unordered_map>
#include <vector>

#ifdef _OPENMP
#include <omp.h>
#endif

#include "cajal/backends/cpu/internal/conv_choice.h"
#include "cajal/backends/cpu/peaks.h"
#include "cajal/base/parallel.h"

using cajal::cpu::ConvDirection;
using cajal::cpu::ConvOperands;
using cajal::cpu::ConvShape;

namespace {

// One thread is timed by its own clock, which other programs do not disturb; several by the wall clock.
double now(int threads) {
  timespec t;
  clock_gettime(threads == 1 ? CLOCK_THREAD_CPUTIME_ID : CLOCK_MONOTONIC, &t);
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

// The seconds of each: the best but for a tenth.
std::vector<double> best_times(int threads, const std::vector<std::function<void()>>& candidates) {
  std::vector<std::vector<double>> times(candidates.size());
  const double start = now(threads);
  for (int round = 0; round < 3 || now(threads) - start < 0.15; ++round) {
    for (size_t i = 0; i < candidates.size(); ++i) {
      usleep(5000);
      for (int repeat = 0; repeat < 4; ++repeat) {
        const double t = now(threads);
        candidates[i]();
        if (repeat > 0) times[i].push_back(now(threads) - t);
      }
    }
  }
  std::vector<double> best;
  for (auto& some : times) {
    std::sort(some.begin(), some.end());
    best.push_back(some[some.size() / 10]);
  }
  return best;
}

// ------------------------------------------------------------------------------------------------ oneDNN

using dnnl::memory;
using Convolution = dnnl::convolution_forward;
using InputGradient = dnnl::convolution_backward_data;
using KernelGradient = dnnl::convolution_backward_weights;

struct Dnnl {
  Dnnl(const ConvShape& s, ConvDirection direction, float* x, float* w, float* y)
      : engine(dnnl::engine::kind::cpu, 0), stream(engine) {
    const auto f32 = memory::data_type::f32;
    const memory::desc dx({s.batch, s.channels, s.height, s.width}, f32, memory::format_tag::nhwc);
    const memory::desc dy({s.batch, s.filters, s.out_height, s.out_width}, f32, memory::format_tag::nhwc);
    const memory::dims kernel = {s.kernel_height, s.kernel_width};
    const memory::desc dw(
        s.groups == 1 ? memory::dims{s.filters, s.channels, kernel[0], kernel[1]}
                      : memory::dims{s.groups, s.filters / s.groups, s.channels / s.groups, kernel[0], kernel[1]},
        f32, memory::format_tag::any);
    const memory::dims strides = {s.stride_height, s.stride_width}, low = {s.pad_top, s.pad_left};
    const auto after = [](int64_t out, int64_t stride, int64_t k, int64_t size, int64_t pad) {
      return (out - 1) * stride + k - size - pad;
    };
    const memory::dims high = {after(s.out_height, s.stride_height, s.kernel_height, s.height, s.pad_top),
                               after(s.out_width, s.stride_width, s.kernel_width, s.width, s.pad_left)};
    const auto algorithm = dnnl::algorithm::convolution_direct;
#if DNNL_VERSION_MAJOR >= 3
    const Convolution::primitive_desc forward(engine, dnnl::prop_kind::forward_training, algorithm, dx, dw, dy, strides,
                                              low, high);
    const auto of_input = [&] {
      return InputGradient::primitive_desc(engine, algorithm, dx, dw, dy, strides, low, high, forward);
    };
    const auto of_kernel = [&] {
      return KernelGradient::primitive_desc(engine, algorithm, dx, dw, dy, strides, low, high, forward);
    };
#else
    const Convolution::primitive_desc forward(
        {dnnl::prop_kind::forward_training, algorithm, dx, dw, dy, strides, low, high}, engine);
    const auto of_input = [&] {
      return InputGradient::primitive_desc({algorithm, dx, dw, dy, strides, low, high}, engine, forward);
    };
    const auto of_kernel = [&] {
      return KernelGradient::primitive_desc({algorithm, dx, dw, dy, strides, low, high}, engine, forward);
    };
#endif
    if (direction == ConvDirection::forward) {
      primitive = Convolution(forward);
      arguments = {{DNNL_ARG_SRC, memory(dx, engine, x)},
                   {DNNL_ARG_WEIGHTS, memory(forward.weights_desc(), engine, w)},
                   {DNNL_ARG_DST, memory(dy, engine, y)}};
    } else if (direction == ConvDirection::input_gradient) {
      const auto description = of_input();
      primitive = InputGradient(description);
      arguments = {{DNNL_ARG_DIFF_SRC, memory(dx, engine, x)},
                   {DNNL_ARG_WEIGHTS, memory(description.weights_desc(), engine, w)},
                   {DNNL_ARG_DIFF_DST, memory(dy, engine, y)}};
    } else {
      const auto description = of_kernel();
      primitive = KernelGradient(description);
      arguments = {{DNNL_ARG_SRC, memory(dx, engine, x)},
                   {DNNL_ARG_DIFF_WEIGHTS, memory(description.diff_weights_desc(), engine, w)},
                   {DNNL_ARG_DIFF_DST, memory(dy, engine, y)}};
    }
  }
  void operator()() {
    primitive.execute(stream, arguments);
    stream.wait();
  }
  dnnl::engine engine;
  dnnl::stream stream;
  dnnl::primitive primitive;
  std::unordered_map<int, memory> arguments;
};

// ------------------------------------------------------------------------------------------------ layers

struct Layer {
  std::string network;
  ConvShape shape;
};

ConvShape shape_of(int64_t batch, int64_t size, int64_t channels, int64_t filters, int64_t kernel, int64_t stride,
                   int64_t pad, int64_t groups = 1) {
  ConvShape s;
  s.batch = batch, s.height = s.width = size, s.channels = channels, s.filters = filters;
  s.kernel_height = s.kernel_width = kernel, s.stride_height = s.stride_width = stride, s.pad_top = s.pad_left = pad;
  s.out_height = s.out_width = (size + 2 * pad - kernel) / stride + 1;
  s.groups = groups;
  return s;
}

// The layers of MobileNetV2 that differ.
void add_mobilenet(std::vector<Layer>& out, const std::string& name, int64_t batch, int64_t size) {
  struct Row {
    int64_t expansion, channels, count, stride;
  };
  const Row rows[] = {{1, 16, 1, 1}, {6, 24, 2, 2},  {6, 32, 3, 2}, {6, 64, 4, 2},
                      {6, 96, 3, 1}, {6, 160, 3, 2}, {6, 320, 1, 1}};
  const auto add = [&](const ConvShape& s) {
    for (const Layer& l : out)
      if (l.network == name && std::memcmp(&l.shape, &s, sizeof s) == 0) return;
    out.push_back({name, s});
  };
  add(shape_of(batch, size, 3, 32, 3, 2, 1));
  size /= 2;
  int64_t in = 32;
  for (const Row& row : rows)
    for (int64_t i = 0; i < row.count; ++i) {
      const int64_t wide = in * row.expansion, stride = i == 0 ? row.stride : 1;
      if (row.expansion > 1) add(shape_of(batch, size, in, wide, 1, 1, 0));
      add(shape_of(batch, size, wide, wide, 3, stride, 1, wide));
      size = (size - 1) / stride + 1;
      add(shape_of(batch, size, wide, row.channels, 1, 1, 0));
      in = row.channels;
    }
  add(shape_of(batch, size, in, 1280, 1, 1, 0));
}

std::vector<Layer> layers() {
  std::vector<Layer> out;
  for (auto [size, in, filters] : std::vector<std::array<int64_t, 3>>{
           {32, 3, 64}, {32, 64, 128}, {16, 128, 128}, {16, 128, 256}, {8, 256, 256}, {4, 256, 256}})
    out.push_back({"resnet9", shape_of(128, size, in, filters, 3, 1, 1)});
  out.push_back({"first", shape_of(512, 32, 3, 64, 3, 1, 1)});
  out.push_back({"first", shape_of(128, 32, 3, 64, 3, 1, 1)});
  out.push_back({"first", shape_of(512, 32, 3, 24, 2, 1, 0)});
  out.push_back({"first", shape_of(128, 28, 1, 32, 3, 1, 0)});
  out.push_back({"first", shape_of(128, 32, 3, 16, 3, 1, 1)});
  out.push_back({"first", shape_of(128, 32, 3, 32, 3, 1, 1)});
  out.push_back({"first", shape_of(16, 224, 3, 32, 3, 2, 1)});
  out.push_back({"first", shape_of(8, 224, 3, 64, 7, 2, 3)});
  out.push_back({"mnist_cnn", shape_of(128, 28, 1, 32, 3, 1, 0)});
  out.push_back({"mnist_cnn", shape_of(128, 26, 32, 64, 3, 1, 0)});
  out.push_back({"cifar_cnn", shape_of(32, 32, 3, 32, 3, 1, 0)});
  out.push_back({"cifar_cnn", shape_of(32, 15, 32, 64, 3, 1, 0)});
  out.push_back({"cifar_cnn", shape_of(32, 6, 64, 64, 3, 1, 0)});
  add_mobilenet(out, "mobilenetv2_train", 16, 160);
  add_mobilenet(out, "mobilenetv2_infer", 1, 224);
  return out;
}

// ------------------------------------------------------------------------------------------------ comparison

struct Total {
  double ours = 0, theirs = 0, flops = 0;
};

Total compare(const ConvShape& s, ConvDirection direction, int threads, double peak) {
  Buffer x(size_t(s.batch * s.image_size())), y(size_t(s.batch * s.out_size()));
  Buffer w(size_t(s.kernel_size() + 256 * s.kernel_height * s.kernel_width * (s.channels + s.filters)));
  const auto plan = cajal::cpu::plan_conv(s, direction, threads);
  Buffer workspace(plan.workspace / 4 + 1);
  ConvOperands operands;
  operands.image = direction == ConvDirection::input_gradient ? y.data : x.data;
  operands.other = direction == ConvDirection::kernel_gradient ? y.data : w.data;
  operands.result = direction == ConvDirection::forward          ? y.data
                    : direction == ConvDirection::input_gradient ? x.data
                                                                 : w.data;
  operands.workspace = workspace.data;
  Dnnl theirs(s, direction, x.data, w.data, y.data);
  const auto times = best_times(threads, {[&] { plan.run(operands); }, [&] { theirs(); }});
  const double gigaflops = 1e-9 * s.flops();
  std::printf(
      "%4ld x%3ldx%-3ld %4ld -> %4ld  %ldx%ld/%ld%s  %-12s ours %6.1f (%3.0f %% of peak) %8.1f us  oneDNN %6.1f  "
      "ratio %.2f\n",
      long(s.batch), long(s.height), long(s.width), long(s.channels), long(s.filters), long(s.kernel_height),
      long(s.kernel_width), long(s.stride_height), s.groups > 1 ? "g" : " ", std::string(plan.name).c_str(),
      gigaflops / times[0], 1e11 * gigaflops / times[0] / peak, 1e6 * times[0], gigaflops / times[1],
      times[1] / times[0]);
  std::fflush(stdout);
  return {times[0], times[1], s.flops()};
}

}  // namespace

int main(int argc, char** argv) {
  const int threads = argc > 1 ? std::atoi(argv[1]) : 2;
  const std::string network = argc > 2 ? argv[2] : "", only = argc > 3 ? argv[3] : "";
  cajal::set_threads(threads);
#ifdef _OPENMP
  omp_set_num_threads(threads);  // oneDNN's team
#endif
  const double peak = cajal::measure_peaks(threads).flops_float32;
  std::printf(
      "GFLOP/s, %d thread(s), peak %.0f; batch x height x width, channels -> filters, kernel/stride, g: groups\n",
      threads, 1e-9 * peak);
  const std::pair<const char*, ConvDirection> directions[] = {{"forward", ConvDirection::forward},
                                                              {"input", ConvDirection::input_gradient},
                                                              {"kernel", ConvDirection::kernel_gradient}};
  for (const auto& [name, direction] : directions) {
    if (!only.empty() && only != name) continue;
    std::string last;
    Total sum;
    const auto total = [&] {
      if (sum.ours > 0) std::printf("  all: %.2f ms, oneDNN %.2f ms\n", 1e3 * sum.ours, 1e3 * sum.theirs);
      sum = {};
    };
    for (const Layer& layer : layers()) {
      if (!network.empty() && layer.network != network) continue;
      if (layer.network == "mobilenetv2_infer" && direction != ConvDirection::forward) continue;
      if (layer.network != last) total(), std::printf("%s, %s\n", layer.network.c_str(), name);
      last = layer.network;
      const Total one = compare(layer.shape, direction, threads, peak);
      sum.ours += one.ours, sum.theirs += one.theirs, sum.flops += one.flops;
    }
    total();
  }
}
