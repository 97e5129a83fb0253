// cajal evaluate MODEL DATA
#include <fmt/format.h>

#include <iostream>

#include "apps/cli/arguments.h"
#include "apps/cli/judgement.h"
#include "apps/cli/run_folder.h"
#include "cajal/base/parallel.h"

namespace cajal::cli {
namespace {

struct Options {
  std::string model, data;
  TableForm table = {};
  int64_t batch_size = 1000;
  int threads = 0;
  bool training_data = false;

  template <class V>
  void fields(V& v) {
    v("training_data", training_data, "", "look at what it learned from, not at what was held out");
    v("batch_size", batch_size, "N", "samples at a time");
    v("threads", threads, "N", "0: one for each core");
    table.fields(v);
  }
};

std::string metrics_text(const Logs& logs) {
  std::string out;
  for (const auto& log : logs) out += fmt::format("{}{} {:.4f}", out.empty() ? "" : "  ", log.first, log.second);
  return out;
}

int evaluate(const Options& options) {
  const SavedModel saved = open_model(options.model);
  DataSource data = open_data_for(options.data, saved.model->notes(), options.table);
  const Dataset& part = options.training_data ? data.train : data.test;
  if (!part.defined()) throw UsageError("--training-data: a table that is tested with has no training part");
  if (!saved.classes.empty()) data.classes = saved.classes;
  if (saved.model->compiled() && !part.element_spec().y.empty())
    std::cout << metrics_text(saved.model->evaluate(part, {.batch_size = options.batch_size})) << "\n";
  std::cout << fmt::format("{} of {}: {}\n",
                           options.training_data                  ? "training data"
                           : data.kind == DataSource::Kind::table ? "all rows"
                                                                  : "held out",
                           data.name, judge(*saved.model, part, data).sentence);
  return 0;
}

int run(const Verb& verb, std::span<const std::string> given) {
  Options options;
  Arguments arguments(verb);
  arguments.word("MODEL", options.model, "model.safetensors, or the folder of a run");
  arguments.word("DATA", options.data, data_help());
  options.fields(arguments);
  if (!arguments.read(given)) return 0;
  require_at_least("--batch-size", double(options.batch_size), 1);
  require_at_least("--threads", options.threads, 0);
  if (options.threads > 0) set_threads(options.threads);
  return evaluate(options);
}

}  // namespace

const Verb& evaluate_verb() {
  static const Verb verb{"evaluate", "MODEL DATA", "says how well a saved model does on DATA", 2, run};
  return verb;
}

}  // namespace cajal::cli
