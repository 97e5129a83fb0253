// cajal bench WORKLOAD, and cajal bench speedrun RECIPE
#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <iostream>

#include "apps/cli/arguments.h"
#include "apps/cli/speedrun.h"
#include "apps/cli/training_options.h"
#include "cajal/backends/cpu/peaks.h"
#include "cajal/backends/tuned_kernels.h"
#include "cajal/base/parallel.h"
#include "cajal/base/text.h"
#include "cajal/base/version.h"
#include "cajal/program/tuning.h"
#include "cajal/zoo/measurement.h"

namespace cajal::cli {
namespace {

struct Options {
  std::string workload;
  int threads = 0;
  double seconds = 4;
  std::string precision = "float32";
  bool profile = false, json = false, tune = false;

  template <class V>
  void fields(V& v) {
    v("threads", threads, "N", "0: one for each core");
    v("seconds", seconds, "S", "how long to measure");
    v("precision", precision, "TYPE", "float32, or bfloat16: of what is multiplied and handed on");
    v("profile", profile, "", "time, bytes and rate of each kernel");
    v("json", json, "", "one line for programs");
    v("tune", tune, "", "first finds the fastest kernel for each call, and keeps that for this machine");
  }
};

int64_t peak_megabytes() {
  struct rusage usage = {};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss / 1024;
}

void print_json(const Workload& workload, const std::string& precision, double step, double loss) {
  std::cout << fmt::format(
      R"({{"workload": "{}", "system": "cajal {}", "mode": "{}", "threads": {}, "batch": {}, "items_per_s": {:.2f}, )"
      R"("step_ms_median": {:.6f}, "peak_rss_mb": {}, "loss": {:.4f}}})"
      "\n",
      workload.name, version, precision, threads(), workload.batch, double(workload.items) / step, step * 1e3,
      peak_megabytes(), loss);
}

void print_table(const Workload& workload, const std::string& precision, double step, double loss) {
  std::cout << fmt::format("{}: {}; batch {}, {} thread{}, {}\n", workload.name, workload.summary, workload.batch,
                           threads(), threads() == 1 ? "" : "s", precision);
  std::cout << fmt::format(
      "  step    {:.4f} ms (median)\n  items   {} a second\n  memory  {} MB at most\n  loss    {:.4f}\n", step * 1e3,
      human_count(int64_t(double(workload.items) / step)), peak_megabytes(), loss);
}

// Each call of the workload with each kernel that can carry it out; the fastest are written down.
void tune_kernels(const Workload& workload) {
  const auto plan = Measurement(workload).plan();
  KernelTable best;
  for (const TunedCall& call : tune(*plan, {}, 0.2)) {
    std::cerr << call.call << "\n";
    for (const auto& [kernel, seconds] : call.seconds)
      std::cerr << fmt::format("  {} {:<24} {:.4f} ms\n", kernel == call.best ? '*' : ' ', kernel, seconds * 1e3);
    best[call.call] = call.best;
  }
  if (best.empty()) {
    std::cerr << "there is one kernel for each call: nothing to choose\n";
    return;
  }
  save_tuned_kernels(best);
  std::cerr << "wrote " << tuned_kernels_file().string() << "; without that file the shipped choice holds\n";
}

int bench(const Options& options) {
  const Workload& chosen = workload(options.workload);
  if (options.tune) tune_kernels(chosen);
  Measurement measurement(chosen);
  const double step = measurement.median_step(options.seconds);
  const double loss = measurement.loss();
  if (options.json) print_json(chosen, options.precision, step, loss);
  else print_table(chosen, options.precision, step, loss);
  if (options.profile) {
    const Peaks peaks = measure_peaks(threads());
    (options.json ? std::cerr : std::cout)
        << text(measurement.profile(), peaks.flops_float32, peaks.bytes_per_second_l3);
  }
  return 0;
}

// An unknown workload is wrong use: the names are known.
std::vector<std::string> workload_names() {
  std::vector<std::string> names;
  for (const Workload* entry : all_workloads()) names.emplace_back(entry->name);
  return names;
}

int run(const Verb& verb, std::span<const std::string> given) {
  if (!given.empty() && given[0] == "speedrun") return speedrun_verb().run(speedrun_verb(), given.subspan(1));
  Options options;
  std::vector<std::string> names = workload_names();
  Arguments arguments(verb);
  arguments.word("WORKLOAD", options.workload, join(names, ", ") + "; or speedrun RECIPE");
  options.fields(arguments);
  if (!arguments.read(given)) return 0;
  if (std::find(names.begin(), names.end(), options.workload) == names.end()) {
    names.emplace_back("speedrun");
    const std::string near = did_you_mean(options.workload, names);
    throw UsageError(fmt::format("unknown workload '{}'{}", options.workload,
                                 near.empty() ? "; there are " + join(names, ", ") : near));
  }
  require_at_least("--threads", options.threads, 0);
  if (options.seconds <= 0) throw UsageError("--seconds must be more than 0");
  set_precision(options.precision);
  if (options.threads > 0) set_threads(options.threads);
  return bench(options);
}

}  // namespace

const Verb& bench_verb() {
  static const Verb verb{"bench", "WORKLOAD", "measures training steps and inferences on this machine",
                         8,       run,        speedrun_verb};
  return verb;
}

}  // namespace cajal::cli
