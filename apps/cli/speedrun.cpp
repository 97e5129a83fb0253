#include "apps/cli/speedrun.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <iostream>

#include "apps/cli/arguments.h"
#include "apps/cli/training_options.h"
#include "cajal/backends/machine.h"
#include "cajal/base/clock.h"
#include "cajal/base/config.h"
#include "cajal/base/parallel.h"
#include "cajal/base/text.h"
#include "cajal/base/version.h"
#include "cajal/zoo/recipes.h"

namespace cajal::cli {
namespace {

struct Options {
  std::string recipe;
  int seeds = 1;
  uint64_t seed = 1;
  double epochs = 0;
  int64_t samples = 0;
  int threads = 0;
  std::string precision = why_no_bfloat16().empty() ? "bfloat16" : "float32";
  bool json = false;

  template <class V>
  void fields(V& v) {
    v("seeds", seeds, "N", "runs, each with a seed of its own");
    v("seed", seed, "N", "of the first run; the next has the next");
    v("epochs", epochs, "X", "passes over the data; 0: as many as the recipe says");
    v("samples", samples, "N", "learn from so many only, and test with so many; 0: all");
    v("threads", threads, "N", "0: one for each core");
    v("precision", precision, "TYPE", "float32, or bfloat16: which is taken where the CPU gains by it");
    v("json", json, "", "one line for programs");
  }
};

// A run, and the seconds before it: of the first one since the process was started.
struct Timed {
  RecipeResult result;
  double start = 0;
  double seconds() const { return start + result.seconds(); }
};

struct Phase {
  const char* name;
  double seconds;
};
std::vector<Phase> phases_of(const std::vector<Timed>& runs) {
  std::vector<Phase> out = {{"start", 0}, {"read", 0}, {"plan", 0}, {"train", 0}, {"evaluate", 0}};
  for (const Timed& run : runs) {
    const double spent[] = {run.start, run.result.read, run.result.plan, run.result.train, run.result.evaluate};
    for (size_t i = 0; i < out.size(); ++i) out[i].seconds += spent[i] / double(runs.size());
  }
  return out;
}

template <class F>
double mean_of(const std::vector<Timed>& runs, F&& value) {
  double sum = 0;
  for (const Timed& run : runs) sum += value(run);
  return sum / double(runs.size());
}
double mean_accuracy(const std::vector<Timed>& runs) {
  return mean_of(runs, [](const Timed& run) { return run.result.accuracy(); });
}
double mean_seconds(const std::vector<Timed>& runs) {
  return mean_of(runs, [](const Timed& run) { return run.seconds(); });
}

void print_title(const Recipe& recipe, const Options& options) {
  std::cout << fmt::format("{}: {}; {} thread{}, {}, {}\n", recipe.name, recipe.summary, threads(),
                           threads() == 1 ? "" : "s", simd_name(), options.precision)
            << std::flush;
}

void print_run(uint64_t seed, const Timed& run) {
  std::cout << fmt::format("seed {:<4} {:6.2f} %  {:8.2f} s ", seed, 100 * run.result.accuracy(), run.seconds());
  for (const Phase& phase : phases_of({run}))
    if (phase.seconds > 0) std::cout << fmt::format("  {} {:.2f}", phase.name, phase.seconds);
  std::cout << std::endl;
}

void print_means(const Recipe& recipe, const std::vector<Timed>& runs) {
  const double accuracy = mean_accuracy(runs), seconds = mean_seconds(runs), missing = recipe.target - accuracy;
  std::cout << fmt::format("mean {:9.2f} %  {:8.2f} s   over {} seed{}: {:.4g} % {}\n", 100 * accuracy, seconds,
                           runs.size(), runs.size() == 1 ? "" : "s", 100 * recipe.target,
                           missing <= 0 ? "reached" : fmt::format("missed by {:.2f}", 100 * missing));
  std::cout << "time ";
  for (const Phase& phase : phases_of(runs))
    if (phase.seconds > 0) std::cout << fmt::format("  {} {:.1f} %", phase.name, 100 * phase.seconds / seconds);
  const double flops = mean_of(runs, [](const Timed& run) { return run.result.training_flops; });
  const double train = mean_of(runs, [](const Timed& run) { return run.result.train; });
  std::cout << fmt::format("\nwork   {:.0f} steps of training: {:.0f} GFLOP, {:.0f} GFLOP/s\n",
                           mean_of(runs, [](const Timed& run) { return double(run.result.steps); }), flops * 1e-9,
                           flops * 1e-9 / train);
}

void print_json(const Recipe& recipe, const Options& options, const std::vector<Timed>& runs) {
  Config::List accuracies, seconds;
  for (const Timed& run : runs) {
    accuracies.emplace_back(run.result.accuracy());
    seconds.emplace_back(run.seconds());
  }
  Config line;
  line.set("recipe", std::string(recipe.name));
  line.set("system", fmt::format("cajal {}", version));
  line.set("mode", options.precision);
  line.set("threads", threads());
  line.set("seed", int64_t(options.seed));
  line.set("steps", runs[0].result.steps);
  line.set("accuracy", accuracies);
  line.set("seconds", seconds);
  line.set("mean_accuracy", mean_accuracy(runs));
  line.set("mean_seconds", mean_seconds(runs));
  line.set("target", recipe.target);
  line.set("reached", mean_accuracy(runs) >= recipe.target);
  for (const Phase& phase : phases_of(runs)) line.set(fmt::format("{}_s", phase.name), phase.seconds);
  line.set("training_gflop", mean_of(runs, [](const Timed& run) { return run.result.training_flops; }) * 1e-9);
  std::cout << line.json() << "\n";
}

int speedrun(const Options& options) {
  const Recipe& chosen = recipe(options.recipe);
  if (!options.json) print_title(chosen, options);
  RecipeOptions how{.samples = options.samples, .epochs = options.epochs};
  if (isatty(STDERR_FILENO)) how.progress = &std::cerr;
  std::vector<Timed> runs;
  for (int i = 0; i < options.seeds; ++i) {
    how.seed = options.seed + uint64_t(i);
    Timed run;
    if (i == 0) run.start = process_seconds();
    run.result = run_recipe(chosen, how);
    runs.push_back(run);
    if (!options.json) print_run(how.seed, run);
  }
  if (options.json) print_json(chosen, options, runs);
  else print_means(chosen, runs);
  return 0;
}

int run(const Verb& verb, std::span<const std::string> given) {
  Options options;
  std::vector<std::string> names;
  for (const Recipe* entry : all_recipes()) names.emplace_back(entry->name);
  Arguments arguments(verb);
  arguments.word("RECIPE", options.recipe, join(names, ", "));
  options.fields(arguments);
  if (!arguments.read(given)) return 0;
  if (std::find(names.begin(), names.end(), options.recipe) == names.end()) {
    const std::string near = did_you_mean(options.recipe, names);
    throw UsageError(
        fmt::format("unknown recipe '{}'{}", options.recipe, near.empty() ? "; there are " + join(names, ", ") : near));
  }
  require_at_least("--seeds", options.seeds, 1);
  require_at_least("--epochs", options.epochs, 0);
  require_at_least("--samples", double(options.samples), 0);
  require_at_least("--threads", options.threads, 0);
  if (options.threads > 0) set_threads(options.threads);
  set_precision(options.precision);
  return speedrun(options);
}

}  // namespace

const Verb& speedrun_verb() {
  static const Verb verb{"bench speedrun", "RECIPE", "trains to an accuracy, everything from Enter on inside the clock",
                         0, run};
  return verb;
}

}  // namespace cajal::cli
