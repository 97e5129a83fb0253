// Convolutions by each kernel that can carry them out: the figures behind the tables of the backends.
//
//   conv_backends [threads] [name]     default: 2 threads, all shapes; prints GFLOP/s of the plain algorithm (medians,
//   the
//                                      kernels in turn) for forward, gradient of the image, gradient of the kernel;
//                                      * the fastest, > what the shipped tables take

#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "cajal/backends/all.h"
#include "cajal/base/parallel.h"
#include "cajal/ops/convolution.h"
#include "cajal/program/tuning.h"

namespace {

using namespace cajal;

struct Layer {
  const char* name;
  int64_t batch, size, channels, filters, kernel, stride, zeros, groups;
  int64_t result() const { return (size + 2 * zeros - kernel) / stride + 1; }
  double flops() const {
    return 2.0 * double(batch * result() * result() * kernel * kernel * channels / groups * filters);
  }
};

// A few of each class in backends/onednn/internal/choice.h.
constexpr Layer kLayers[] = {
    {"first, cifar", 32, 32, 3, 32, 3, 1, 1, 1},         {"first, mnist", 64, 28, 1, 32, 3, 1, 0, 1},
    {"first, stride 2", 4, 160, 3, 32, 3, 2, 0, 1},      {"first, 7x7", 2, 112, 3, 64, 7, 2, 3, 1},
    {"3x3 at 32", 8, 32, 64, 128, 3, 1, 1, 1},           {"3x3 at 16", 16, 16, 128, 128, 3, 1, 1, 1},
    {"3x3 at 8", 16, 8, 256, 256, 3, 1, 1, 1},           {"3x3 at 4", 32, 4, 512, 512, 3, 1, 1, 1},
    {"3x3 of 16 at 32", 16, 32, 16, 16, 3, 1, 1, 1},     {"3x3 of 32 at 15", 32, 15, 32, 64, 3, 1, 0, 1},
    {"3x3 of 64 at 6", 32, 6, 64, 64, 3, 1, 0, 1},       {"stride 2 of 64", 16, 32, 64, 128, 3, 2, 1, 1},
    {"stride 2 of 16", 16, 32, 16, 32, 3, 2, 1, 1},      {"5x5 stride 2", 8, 32, 64, 128, 5, 2, 2, 1},
    {"1x1 16 to 96", 4, 80, 16, 96, 1, 1, 0, 1},         {"1x1 96 to 24", 8, 40, 96, 24, 1, 1, 0, 1},
    {"1x1 384 to 64", 16, 10, 384, 64, 1, 1, 0, 1},      {"1x1 320 to 1280", 16, 5, 320, 1280, 1, 1, 0, 1},
    {"1x1, one image", 1, 14, 384, 96, 1, 1, 0, 1},      {"1x1 stride 2", 8, 32, 64, 128, 1, 2, 0, 1},
    {"depthwise at 80", 4, 80, 32, 32, 3, 1, 1, 32},     {"depthwise stride 2", 4, 80, 96, 96, 3, 2, 0, 96},
    {"depthwise at 10", 16, 10, 384, 384, 3, 1, 1, 384}, {"4 groups", 8, 28, 128, 128, 3, 1, 1, 4},
    {"3x3, one image", 1, 56, 64, 64, 3, 1, 1, 1},
};

// The three ops, of which each plan has one.
Graph graph_of(const Layer& l, int which) {
  const Var x = placeholder({l.batch, l.size, l.size, l.channels});
  const Var w = placeholder({l.kernel, l.kernel, l.channels / l.groups, l.filters});
  const Var dy = placeholder({l.batch, l.result(), l.result(), l.filters});
  const std::vector<int64_t> strides(2, l.stride), zeros(2, l.zeros), one(2, 1);
  if (which == 0) return Graph::of({x, w}, {conv_padded(x, w, strides, zeros, zeros, one, l.groups)});
  if (which == 1)
    return Graph::of({dy, w}, {conv_input_gradient(dy, w, {l.size, l.size}, strides, zeros, zeros, one, l.groups)});
  return Graph::of({x, dy}, {conv_kernel_gradient(x, dy, {l.kernel, l.kernel}, strides, zeros, zeros, one, l.groups)});
}

void measure(const Layer& layer, int which) {
  constexpr const char* kNames[] = {"forward", "image", "kernel"};
  const auto plan = compile(graph_of(layer, which), Bindings());
  for (const TunedCall& call : tune(*plan, {}, 0.3)) {
    std::printf("%-20s %-8s", layer.name, kNames[which]);
    for (const auto& [kernel, seconds] : call.seconds)
      std::printf("  %s%s %s %.0f", kernel == call.best ? "*" : "", kernel == call.given ? ">" : "", kernel.c_str(),
                  layer.flops() / seconds * 1e-9);
    std::printf("\n");
    std::fflush(stdout);
  }
}

}  // namespace

int main(int count, char** arguments) {
  set_threads(count > 1 ? std::atoi(arguments[1]) : 2);
  const std::string wanted = count > 2 ? arguments[2] : "";
  for (const Layer& layer : kLayers)
    for (int which = 0; which < 3; ++which)
      if (std::string_view(layer.name).find(wanted) != std::string_view::npos) measure(layer, which);
}
