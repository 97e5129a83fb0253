// cajal evaluate MODEL DATA
#include <fmt/format.h>

#include <iostream>

#include "apps/cli/arguments.h"
#include "apps/cli/confusion.h"
#include "apps/cli/data_source.h"
#include "apps/cli/run_folder.h"
#include "cajal/base/parallel.h"

namespace cajal::cli {
namespace {

struct Options {
  std::string model, data;
  int64_t batch_size = 1000;
  int threads = 0;
  bool training_data = false;

  template <class V>
  void fields(V& v) {
    v("training_data", training_data, "", "look at what it learned from, not at what was held out");
    v("batch_size", batch_size, "N", "samples at a time");
    v("threads", threads, "N", "0: one for each core");
  }
};

std::string metrics_text(const Logs& logs) {
  std::string out;
  for (const auto& log : logs) out += fmt::format("{}{} {:.4f}", out.empty() ? "" : "  ", log.first, log.second);
  return out;
}

int evaluate(const Options& options) {
  const SavedModel saved = open_model(options.model);
  const DataSource data = open_data(options.data);
  const Dataset& part = options.training_data ? data.train : data.test;
  if (saved.model->compiled())
    std::cout << metrics_text(saved.model->evaluate(part, {.batch_size = options.batch_size})) << "\n";
  const Tensor scores = saved.model->predict(part, {.batch_size = options.batch_size});
  const std::vector<std::string>& names = saved.classes.empty() ? data.classes : saved.classes;
  std::cout << fmt::format("{} of {}: {}\n", options.training_data ? "training data" : "held out", data.name,
                           text(confusion_of(scores, labels_of(part)), names));
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
