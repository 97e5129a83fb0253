// Where the time of a workload's step goes, in float32 and in mixed bfloat16: a table and stacked bars, SVG and PNG.
//
//   where_time_goes [WORKLOAD...]
//
// Without words: mnist_mlp, mnist_cnn, cifar_cnn, resnet9, mobilenetv2_infer. Writes docs/pictures/where_time_goes.svg
// and .png. bfloat16 is left out where the machine has none.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdio>

#include "cajal/backends/machine.h"
#include "cajal/base/error.h"
#include "cajal/base/files.h"
#include "cajal/nn/layer.h"
#include "cajal/ops/linear_algebra_attributes.h"
#include "cajal/plot/figure.h"
#include "cajal/program/fused.h"
#include "cajal/zoo/measurement.h"

namespace {

using namespace cajal;

constexpr std::array<const char*, 7> kinds = {"convolutions and products",
                                              "their inputs' gradients",
                                              "their weights' gradients",
                                              "normalization",
                                              "pooling",
                                              "element-wise, casts, sums",
                                              "optimizer"};

enum Kind : size_t { forward, of_inputs, of_weights, normalization, pooling, rest, optimizer };

// A product that reads its first operand transposed sums over a batch; its second, and it is for the layer below.
template <class Product>
Kind kind_of_product(const GraphNode& node) {
  const auto& flags = node.attributes.as<Product>();
  return flags.transpose_a ? of_weights : flags.transpose_b ? of_inputs : forward;
}

Kind kind_of(const GraphNode& node) {
  const std::string op = description(node);
  if (node.op == &fused_matmul_op()) return kind_of_product<FusedMatmul>(node);
  if (op == "matmul") return kind_of_product<MatmulAttributes>(node);
  if (op.starts_with("conv_kernel_gradient")) return of_weights;
  if (op.starts_with("conv_input_gradient")) return of_inputs;
  if (op.starts_with("conv")) return forward;
  if (op.starts_with("batch_norm")) return normalization;
  if (op.find("pool") != std::string::npos) return pooling;
  return op.ends_with("_update") ? optimizer : rest;
}

using Shares = std::array<double, kinds.size()>;

// Milliseconds of each kind.
Shares measured(const Workload& workload) {
  Measurement measurement(workload);
  measurement.median_step(1);
  const auto plan = measurement.plan();
  const std::vector<StepProfile> steps = measurement.profile();
  Shares out{};
  for (size_t i = 0; i < steps.size(); ++i) {
    const Step& step = plan->steps[plan->steps.size() - steps.size() + i];  // those that stand are not measured
    out[kind_of(plan->graph.nodes[size_t(step.node)])] += 1e3 * steps[i].seconds;
  }
  return out;
}

struct Bar {
  std::string name;
  Shares milliseconds;
  double whole = 0;  // of the workload in float32: what the bar is a share of
};

double sum_of(const Shares& shares) {
  double sum = 0;
  for (const double share : shares) sum += share;
  return sum;
}

void print(const Bar& bar) {
  fmt::print("{}: {:.3f} ms\n", bar.name, sum_of(bar.milliseconds));
  for (size_t k = 0; k < kinds.size(); ++k)
    if (bar.milliseconds[k] > 0)
      fmt::print("  {:28} {:10.3f} ms {:5.1f} %\n", kinds[k], bar.milliseconds[k],
                 100 * bar.milliseconds[k] / sum_of(bar.milliseconds));
  std::fflush(stdout);
}

plot::Figure picture(const std::vector<Bar>& bars) {
  plot::Figure figure({.width = 760,
                       .height = 480,
                       .theme = "auto",
                       .title = "Where the time of a step goes: " + this_machine().cpu + ", " + simd_name(),
                       .alt = "stacked bars: the share of each kind of work in a step"});
  plot::Axes& axes = figure.axes(0);
  std::vector<std::string> names;
  for (const Bar& bar : bars) names.push_back(bar.name);
  std::vector<double> bottom(bars.size());
  for (size_t k = 0; k < kinds.size(); ++k) {
    std::vector<double> heights;
    for (const Bar& bar : bars) heights.push_back(100 * bar.milliseconds[k] / bar.whole);
    axes.bar(names, heights, {.label = kinds[k], .width = 0.7, .bottom = bottom});
    for (size_t i = 0; i < bars.size(); ++i) bottom[i] += heights[i];
  }
  axes.set_ylabel("% of the step in float32").legend({.loc = "outside"});
  return figure;
}

void run(const std::vector<std::string>& names) {
  std::vector<Bar> bars;
  std::vector<std::string> policies{"float32"};
  if (why_no_bfloat16().empty()) policies.push_back("mixed_bfloat16");
  for (const std::string& name : names) {
    double whole = 0;
    for (const std::string& policy : policies) {
      set_dtype_policy(policy);
      const Shares shares = measured(workload(name));
      if (whole == 0) whole = sum_of(shares);
      const std::string type = policy == "float32" ? policy : "bfloat16";
      bars.push_back({policies.size() == 1 ? name : name + " " + type, shares, whole});
      print(bars.back());
    }
  }
  std::filesystem::create_directories("docs/pictures");
  const plot::Figure figure = picture(bars);
  for (const char* ending : {".svg", ".png"})
    figure.save(Path("docs/pictures") / (std::string("where_time_goes") + ending));
  fmt::print("wrote docs/pictures/where_time_goes.svg and .png\n");
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<std::string> names(argv + 1, argv + argc);
  if (names.empty()) names = {"mnist_mlp", "mnist_cnn", "cifar_cnn", "resnet9", "mobilenetv2_infer"};
  try {
    run(names);
  } catch (const cajal::Error& error) {
    fmt::print(stderr, "where_time_goes: {}\n", error.what());
    return 1;
  }
}
