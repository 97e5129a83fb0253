// Where the time of a workload's step goes, in float32 and in mixed bfloat16, and that of a recipe's run, from Enter to
// the accuracy: tables and stacked bars, SVG and PNG.
//
//   where_time_goes [WORKLOAD...]
//   where_time_goes --run RECIPE
//
// Without words: mnist_mlp, mnist_cnn, cifar_cnn, resnet9, mobilenetv2_infer. Writes docs/pictures/where_time_goes.svg
// and .png, of a run from_enter_RECIPE. bfloat16 is left out where the machine has none.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <memory>

#include "cajal/backends/machine.h"
#include "cajal/base/clock.h"
#include "cajal/base/error.h"
#include "cajal/base/files.h"
#include "cajal/data/datasets.h"
#include "cajal/nn/layer.h"
#include "cajal/ops/linear_algebra_attributes.h"
#include "cajal/plot/figure.h"
#include "cajal/program/fused.h"
#include "cajal/zoo/measurement.h"
#include "cajal/zoo/recipes.h"

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

// Milliseconds of each kind in one run of a plan.
Shares shares_of(const Plan& plan, const std::vector<StepProfile>& steps) {
  Shares out{};
  for (size_t i = 0; i < steps.size(); ++i) {
    const Step& step = plan.steps[plan.steps.size() - steps.size() + i];  // those that stand are not measured
    out[kind_of(plan.graph.nodes[size_t(step.node)])] += 1e3 * steps[i].seconds;
  }
  return out;
}

Shares measured(const Workload& workload) {
  Measurement measurement(workload);
  measurement.median_step(1);
  return shares_of(*measurement.plan(), measurement.profile());
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

void save(const plot::Figure& figure, const std::string& name) {
  std::filesystem::create_directories("docs/pictures");
  for (const char* ending : {".svg", ".png"}) figure.save(Path("docs/pictures") / (name + ending));
  fmt::print("wrote docs/pictures/{}.svg and .png\n", name);
}

// ------------------------------------------------------------------------------------------------ a recipe's run

// What LookAtSteps finds.
struct Seen {
  Shares step{};       // milliseconds
  double looking = 0;  // seconds that this took
};

// Measures some steps of the plan with which the training ended, and puts the weights back.
class LookAtSteps : public Callback {
 public:
  LookAtSteps(Dataset batches, std::shared_ptr<Seen> seen) : batches_(std::move(batches)), seen_(std::move(seen)) {}

  void on_train_end(const Logs&) override {
    Stopwatch watch;
    Batch batch;
    batches_.begin_epoch(0).next(batch);
    std::vector<Shape> shapes;
    for (const auto* tensors : {&batch.x, &batch.y})
      for (const Tensor& tensor : *tensors) shapes.push_back(tensor.shape());
    Instance& instance = model()->training_program(batch).instance(shapes);
    const std::vector<Tensor> weights = model()->get_weights();
    std::vector<Shares> runs;
    for (int i = 0; i < 5; ++i) runs.push_back(shares_of(instance.plan(), instance.profile(uint64_t(i))));
    std::sort(runs.begin(), runs.end(), [](auto& a, auto& b) { return sum_of(a) < sum_of(b); });
    seen_->step = runs[runs.size() / 2];
    model()->set_weights(weights);
    seen_->looking = watch.seconds();
  }

 private:
  Dataset batches_;
  std::shared_ptr<Seen> seen_;
};

void show_run(const std::string& name) {
  if (why_no_bfloat16().empty()) set_dtype_policy("mixed_bfloat16");
  Recipe looked_at = recipe(name);
  const Dataset train = dataset_entry(looked_at.dataset).load("").first;
  const Dataset batches = (looked_at.prepared ? looked_at.prepared(train, 1) : train).batch(looked_at.batch, true);
  const auto seen = std::make_shared<Seen>();
  looked_at.callbacks = [=, own = looked_at.callbacks](int64_t steps) {
    std::vector<AnyCallback> out = own ? own(steps) : std::vector<AnyCallback>();
    out.push_back(LookAtSteps(batches, seen));
    return out;
  };
  const RecipeResult result = run_recipe(looked_at, {.seed = 1});
  std::vector<std::pair<std::string, double>> parts{{"reading", result.read}, {"planning", result.plan}};
  double between = result.train - seen->looking;
  for (size_t k = 0; k < kinds.size(); ++k) {
    const double seconds = 1e-3 * seen->step[k] * double(result.steps);
    parts.emplace_back(kinds[k], seconds);
    between -= seconds;
  }
  parts.emplace_back("between the steps", std::max(0., between));
  parts.emplace_back("evaluation", result.evaluate);
  const double whole = result.seconds() - seen->looking;
  plot::Figure figure({.width = 700,
                       .height = 460,
                       .theme = "auto",
                       .title = fmt::format("{}: {:.2f} % in {:.0f} s", name, 100 * result.accuracy(), whole),
                       .alt = "a stacked bar: the seconds of each kind of work in a run"});
  plot::Axes& axes = figure.axes(0);
  fmt::print("{}: {:.2f} % in {:.1f} s\n", name, 100 * result.accuracy(), whole);
  // In as many colours as there are, by short names.
  std::vector<std::pair<std::string, double>> drawn;
  for (const auto& [part, seconds] : parts) {
    fmt::print("  {:28} {:8.2f} s {:5.1f} %\n", part, seconds, 100 * seconds / whole);
    if (part == "planning" || part == kinds[pooling]) {
      drawn.back().first += ", " + part;
      drawn.back().second += seconds;
    } else if (part == kinds[rest]) {
      drawn.emplace_back("element-wise and the rest", seconds);
    } else if (part == kinds[optimizer] || part == "between the steps") {
      drawn.back().second += seconds;
    } else {
      drawn.emplace_back(part, seconds);
    }
  }
  double bottom = 0;
  for (const auto& [part, seconds] : drawn) {
    axes.bar({name}, {seconds}, {.label = part, .width = 0.7, .bottom = {bottom}});
    bottom += seconds;
  }
  axes.set_ylabel("seconds").legend({.loc = "outside"});
  save(figure, "from_enter_" + name);
}

// ------------------------------------------------------------------------------------------------ steps

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
  save(picture(bars), "where_time_goes");
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<std::string> names(argv + 1, argv + argc);
  const bool is_run = names.size() == 2 && names[0] == "--run";
  if (names.empty()) names = {"mnist_mlp", "mnist_cnn", "cifar_cnn", "resnet9", "mobilenetv2_infer"};
  try {
    is_run ? show_run(names[1]) : run(names);
  } catch (const cajal::Error& error) {
    fmt::print(stderr, "where_time_goes: {}\n", error.what());
    return 1;
  }
}
