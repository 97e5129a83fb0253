// Products and convolutions of bfloat16 operands, by oneDNN and by tiles of our own, beside the float32 kernels that
// programs use: the figures behind what backends/amx and backends/onednn/internal/choice.cpp take.
//
//   bfloat16 [threads] [name] [batch]     default: 2 threads, all shapes, batch 512 (of large images less);
//                                         prints GFLOP/s of the plain algorithm (all in turn, medians): float32, and
//                                         with a float32 and a bfloat16 output oneDNN's and the tiles'; > what a
//                                         program takes of them

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "cajal/backends/all.h"
#include "cajal/backends/amx/internal/kernels.h"
#include "cajal/backends/machine.h"
#include "cajal/backends/onednn/internal/kernels.h"
#include "cajal/base/clock.h"
#include "cajal/base/parallel.h"
#include "cajal/ops/convolution.h"
#include "cajal/ops/convolution_attributes.h"
#include "cajal/ops/linear_algebra_attributes.h"
#include "cajal/ops/table.h"
#include "cajal/program/plan.h"

namespace {

using namespace cajal;

struct Layer {
  const char* name;
  int64_t size, channels, filters, kernel, stride;
  int64_t share = 1;  // of the batch: one in so many
};

constexpr Layer kLayers[] = {
    {"resnet9 3 to 64 at 32", 32, 3, 64, 3, 1},
    {"resnet9 64 to 128 at 32", 32, 64, 128, 3, 1},
    {"resnet9 128 to 128 at 16", 16, 128, 128, 3, 1},
    {"resnet9 128 to 256 at 16", 16, 128, 256, 3, 1},
    {"resnet9 256 to 512 at 8", 8, 256, 512, 3, 1},
    {"resnet9 512 to 512 at 4", 4, 512, 512, 3, 1},
    {"3x3 stride 2, 64 to 128", 32, 64, 128, 3, 2, 4},
    {"5x5, 32 to 64", 32, 32, 64, 5, 1, 8},
    {"7x7 stride 2, 3 to 64", 112, 3, 64, 7, 2, 8},
    {"mobilenetv2 16 to 96 at 80", 80, 16, 96, 1, 1, 32},
    {"mobilenetv2 96 to 24 at 40", 40, 96, 24, 1, 1, 32},
    {"mobilenetv2 24 to 144 at 40", 40, 24, 144, 1, 1, 32},
    {"mobilenetv2 192 to 32 at 20", 20, 192, 32, 1, 1, 32},
    {"mobilenetv2 64 to 384 at 10", 10, 64, 384, 1, 1, 32},
    {"mobilenetv2 384 to 64 at 10", 10, 384, 64, 1, 1, 32},
    {"mobilenetv2 320 to 1280 at 5", 5, 320, 1280, 1, 1, 32},
};

struct Product {
  const char* name;
  int64_t m, k, n;
  bool transpose_a = false, transpose_b = false;
};

constexpr Product kProducts[] = {
    {"forward 784 to 512", 128, 784, 512},
    {"forward 512 to 512", 128, 512, 512},
    {"forward 512 to 10", 128, 512, 10},
    {"weights of 784 to 512", 784, 128, 512, true},
    {"weights of 512 to 512", 512, 128, 512, true},
    {"weights of 512 to 10", 512, 128, 10, true},
    {"data of 512 to 512", 128, 512, 512, false, true},
    {"data of 512 to 10", 128, 10, 512, false, true},
    {"square 512", 512, 512, 512},
    {"square 1024", 1024, 1024, 1024},
    {"square 2048", 2048, 2048, 2048},
};

// One op on operands of a type, with an output of a type.
Graph graph_of(const Op& op, const Attributes& attributes, const Shape& a, const Shape& b, DType in, DType out) {
  const Var x = placeholder(a, in), y = placeholder(b, in);
  Graph graph = Graph::of({x, y}, {record(op, attributes, {x, y})});
  graph.nodes[size_t(graph.outputs[0].node)].outputs[0].dtype = out;
  return graph;
}

const Backend& all_of_onednn() {
  static const std::vector<Kernel> kernels = onednn::all_kernels(onednn::Choice::everything);
  static const Backend backend{.name = "onednn", .kernels = kernels};
  return backend;
}
const Backend& all_of_amx() {
  static const std::vector<Kernel> kernels = amx::all_kernels(amx::Choice::everything);
  static const Backend backend{.name = "amx", .kernels = kernels};
  return backend;
}

// Whether the graph's only step has a kernel of the backend: where it has none, the reference would be at a loss.
bool takes(const Graph& graph, const Backend& backend) {
  const GraphNode& node = graph.nodes[size_t(graph.outputs[0].node)];
  KernelQuery query{node, {}, threads()};
  for (Value input : node.inputs) query.inputs.push_back(graph.spec(input));
  return std::any_of(backend.kernels.begin(), backend.kernels.end(),
                     [&](const Kernel& kernel) { return kernel.op == node.op->name && kernel.supports(query); });
}

Tensor filled(const Shape& shape, DType type) {
  Tensor out(shape, DType::float32);
  for (int64_t i = 0; i < out.size(); ++i) out.data<float>()[i] = float(i * 7919 % 2003) * 1e-3f - 1;
  return out.cast(type);
}

struct Contender {
  std::unique_ptr<Instance> instance;
  std::string kernel;
  std::vector<double> seconds;
  void run() {
    const Stopwatch watch;
    instance->run();
    seconds.push_back(watch.seconds());
  }
  double median() {
    const auto middle = seconds.begin() + std::ptrdiff_t(seconds.size() / 2);
    std::nth_element(seconds.begin(), middle, seconds.end());
    return *middle;
  }
};

Contender contender(const Graph& graph, const std::vector<const Backend*>& backends,
                    const std::vector<Tensor>& inputs) {
  CompileOptions options;
  options.backends = backends;
  const auto plan = compile(graph, Bindings(), options);
  Contender out{std::make_unique<Instance>(plan), plan->steps[0].name, {}};
  for (size_t i = 0; i < inputs.size(); ++i)
    out.instance->feed(int(i), inputs[i].cast(graph.spec({graph.inputs[i], 0}).dtype));
  out.run();
  out.seconds.clear();
  return out;
}

void measure(const std::string& name, const Op& op, const Attributes& attributes, const Shape& a, const Shape& b,
             double flops) {
  const std::vector<Tensor> inputs = {filled(a, DType::float32), filled(b, DType::float32)};
  const Graph plain = graph_of(op, attributes, a, b, DType::float32, DType::float32);
  std::vector<const Backend*> defaults(default_backends().begin(), default_backends().end());
  std::vector<Contender> all;
  all.push_back(contender(plain, defaults, inputs));
  std::vector<int> column;  // of each contender but the first
  std::string taken = "-";
  for (const DType output : {DType::float32, DType::bfloat16}) {
    const Graph graph = graph_of(op, attributes, a, b, DType::bfloat16, output);
    const bool narrow = output == DType::bfloat16;
    for (const Backend* backend : {&all_of_onednn(), &all_of_amx()}) {
      if (!takes(graph, *backend)) continue;
      all.push_back(contender(graph, {backend, &reference_backend()}, inputs));
      column.push_back(2 * narrow + (backend == &all_of_amx()));
    }
    for (const Backend* backend : {&onednn_backend(), &amx_backend()})
      if (takes(graph, *backend)) taken = backend->name;
  }
  for (const Stopwatch watch; all[0].seconds.size() < 5 || (watch.seconds() < 0.3 && all[0].seconds.size() < 1000);)
    for (Contender& one : all) one.run();
  std::printf("%-38s %-24s %7.0f", name.c_str(), all[0].kernel.c_str(), flops / all[0].median() * 1e-9);
  for (int i = 0; i < 4; ++i) {
    const auto at = std::find(column.begin(), column.end(), i);
    if (at == column.end()) std::printf(" %7s", "");
    else std::printf(" %7.0f", flops / all[size_t(at - column.begin()) + 1].median() * 1e-9);
  }
  std::printf("  > %s\n", taken.c_str());
  std::fflush(stdout);
}

void measure(const Layer& l, int64_t batch) {
  batch = std::max<int64_t>(batch / l.share, 1);
  const int64_t zeros = l.kernel / 2, result = (l.size + 2 * zeros - l.kernel) / l.stride + 1;
  const Shape x{batch, l.size, l.size, l.channels}, w{l.kernel, l.kernel, l.channels, l.filters};
  const Shape y{batch, result, result, l.filters};
  const ConvAttributes plain{{l.stride, l.stride}, {zeros, zeros}, {zeros, zeros}, {1, 1}};
  const ConvGradientAttributes image{plain, {l.size, l.size}}, kernel{plain, {l.kernel, l.kernel}};
  const double flops = 2.0 * double(batch * result * result * l.kernel * l.kernel * l.channels * l.filters);
  const std::string name = l.name;
  measure(name + ", forward", *find_op("conv"), Attributes(plain), x, w, flops);
  measure(name + ", image", *find_op("conv_input_gradient"), Attributes(image), y, w, flops);
  measure(name + ", kernel", *find_op("conv_kernel_gradient"), Attributes(kernel), x, y, flops);
}

void measure(const Product& p) {
  const Shape a = p.transpose_a ? Shape{p.k, p.m} : Shape{p.m, p.k},
              b = p.transpose_b ? Shape{p.n, p.k} : Shape{p.k, p.n};
  measure(p.name, *find_op("matmul"), Attributes(MatmulAttributes{p.transpose_a, p.transpose_b}), a, b,
          2.0 * double(p.m) * double(p.n) * double(p.k));
}

}  // namespace

int main(int count, char** arguments) {
  set_threads(count > 1 ? std::atoi(arguments[1]) : 2);
  const std::string wanted = count > 2 ? arguments[2] : "";
  const int64_t batch = count > 3 ? std::atoi(arguments[3]) : 512;
  if (const std::string reason = why_no_bfloat16(); !reason.empty()) std::printf("float32 only: %s\n", reason.c_str());
  std::printf("%-38s %-24s float32   bf>f32: oneDNN, tiles   bf>bf16: oneDNN, tiles   GFLOP/s, %d threads\n", "",
              "float32 kernel", threads());
  for (const Product& product : kProducts)
    if (std::string(product.name).find(wanted) != std::string::npos) measure(product);
  for (const Layer& layer : kLayers)
    if (std::string(layer.name).find(wanted) != std::string::npos) measure(layer, batch);
}
