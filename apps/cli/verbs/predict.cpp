// cajal predict MODEL DATA|x.npy
#include <fmt/format.h>

#include <cmath>
#include <iostream>

#include "apps/cli/arguments.h"
#include "apps/cli/confusion.h"
#include "apps/cli/data_source.h"
#include "apps/cli/run_folder.h"
#include "cajal/base/parallel.h"
#include "cajal/base/text.h"
#include "cajal/data/csv.h"
#include "cajal/eager/ops.h"
#include "cajal/tensor/files/npy.h"

namespace cajal::cli {
namespace {

struct Options {
  std::string model, data, output;
  TableForm table = {};
  int64_t batch_size = 1000, show = 10;
  int threads = 0;

  template <class V>
  void fields(V& v) {
    v("output", output, "FILE", "x.npy for the probabilities of all classes, a row per sample; x.csv for a table");
    v("show", show, "N", "lines that are printed");
    v("batch_size", batch_size, "N", "samples at a time");
    v("threads", threads, "N", "0: one for each core");
    table.fields(v);
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
  return {data.test, data.settings ? std::vector<int64_t>() : labels_of(data.test), data.classes};
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

// The probability of the answer in each row: the largest of the columns behind it.
Column surest(const Table& answers) {
  std::vector<double> out(size_t(answers.rows()), 0);
  for (size_t i = 1; i < answers.columns().size(); ++i)
    for (size_t row = 0; row < out.size(); ++row) out[row] = std::max(out[row], answers.columns()[i].numbers()[row]);
  for (double& share : out) share = std::round(share * 10000) / 10000;
  return Column("sure", std::move(out));
}

// The rows of a table with what is foretold of them.
int predict_table(const Options& options, const SavedModel& saved) {
  const DataSource data = open_data_for(options.data, saved.model->notes(), options.table);
  const Tensor outputs = saved.model->predict(data.test, {.batch_size = options.batch_size});
  const Table answers = data.reader->answers(outputs, gives_logits(*saved.model));
  const Table rows = data.table->take(data.test_rows);
  Table shown({answers.columns()[0].renamed(rows.has(data.target) ? data.target + " foretold" : data.target)});
  if (!data.regression()) shown = shown.with(surest(answers));
  for (const Column& column : rows.columns()) shown = shown.with(column);
  std::cout << shown.text(std::max<int64_t>(1, options.show));
  if (options.output.empty()) return 0;
  if (options.output.ends_with(".npy")) save_npy(options.output, outputs);
  else write_csv(options.output, shown);
  std::cout << fmt::format("wrote {}  {} rows\n", options.output, human_count(shown.rows()));
  return 0;
}

int predict(const Options& options) {
  const SavedModel saved = open_model(options.model);
  if (saved.model->notes()["kind"] == Config("table") && !options.data.ends_with(".npy"))
    return predict_table(options, saved);
  const Question question = open_question(options.data);
  Tensor values = saved.model->predict(question.data, {.batch_size = options.batch_size});
  const bool classes = values.rank() == 2 && values.dim(1) > 1;
  if (classes && gives_logits(*saved.model)) values = softmax(values);
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
