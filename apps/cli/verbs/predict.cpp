// cajal predict MODEL DATA|x.npy
#include <fmt/format.h>

#include <iostream>

#include "apps/cli/arguments.h"
#include "apps/cli/confusion.h"
#include "apps/cli/data_source.h"
#include "apps/cli/run_folder.h"
#include "cajal/base/parallel.h"
#include "cajal/base/text.h"
#include "cajal/tensor/files/npy.h"

namespace cajal::cli {
namespace {

struct Options {
  std::string model, data, output;
  int64_t batch_size = 1000, show = 10;
  int threads = 0;

  template <class V>
  void fields(V& v) {
    v("output", output, "FILE.npy", "for the probabilities of all classes, a row per sample");
    v("show", show, "N", "lines that are printed");
    v("batch_size", batch_size, "N", "samples at a time");
    v("threads", threads, "N", "0: one for each core");
  }
};

// What is to be predicted, and the right answers where they are known.
struct Question {
  Dataset data;
  std::vector<int64_t> labels;
  std::vector<std::string> classes;
};

Question open_question(const std::string& what) {
  if (what.ends_with(".npy")) return {Dataset(load_npy(what)), {}, {}};
  DataSource data = open_data(what);
  return {data.test, labels_of(data.test), data.classes};
}

std::string percent(float probability) { return fmt::format("{:.1f} %", 100 * double(probability)); }

// "   3   7  99.8 %" and the truth where it is known.
void print_classes(const Tensor& scores, const Question& question, const std::vector<std::string>& names,
                   int64_t lines) {
  const std::vector<int64_t> taken = best_classes(scores);
  for (int64_t i = 0; i < std::min(lines, int64_t(taken.size())) && std::cout; ++i) {
    const int64_t best = taken[size_t(i)];
    std::cout << fmt::format("sample {:<6} {:<12} {:>7}", i, class_name(names, best),
                             percent(float(scores.at({i, best}))));
    if (!question.labels.empty()) {
      const int64_t truth = question.labels[size_t(i)];
      std::cout << (truth == best ? "  right" : "  wrong, it is " + class_name(names, truth));
    }
    std::cout << "\n";
  }
}

void print_values(const Tensor& values, int64_t lines) {
  const int64_t rows = std::min(lines, values.dim(0));
  if (rows > 0) std::cout << values.slice(0, {0, rows}) << "\n";
}

void write(const Options& options, const Tensor& values) {
  if (options.output.empty()) return;
  save_npy(options.output, values);
  std::cout << fmt::format("wrote {}  {}\n", options.output, values.shape().text());
}

int predict(const Options& options) {
  const SavedModel saved = open_model(options.model);
  const Question question = open_question(options.data);
  Tensor values = saved.model->predict(question.data, {.batch_size = options.batch_size});
  const bool classes = values.rank() == 2 && values.dim(1) > 1;
  if (classes && gives_logits(*saved.model)) softmax_rows(values);
  if (classes) print_classes(values, question, saved.classes.empty() ? question.classes : saved.classes, options.show);
  else print_values(values, options.show);
  if (const int64_t left = values.dim(0) - options.show; left > 0)
    std::cout << fmt::format("and {} more\n", human_count(left));
  write(options, values);
  return 0;
}

int run(const Verb& verb, std::span<const std::string> given) {
  Options options;
  Arguments arguments(verb);
  arguments.word("MODEL", options.model, "model.safetensors, or the folder of a run");
  arguments.word("DATA", options.data, "a NumPy file of samples (x.npy), or data as for train: its held-out part");
  options.fields(arguments);
  if (!arguments.read(given)) return 0;
  require_at_least("--batch-size", double(options.batch_size), 1);
  require_at_least("--show", double(options.show), 0);
  require_at_least("--threads", options.threads, 0);
  if (options.threads > 0) set_threads(options.threads);
  return predict(options);
}

}  // namespace

const Verb& predict_verb() {
  static const Verb verb{"predict", "MODEL DATA", "says what a saved model takes each sample for", 3, run};
  return verb;
}

}  // namespace cajal::cli
