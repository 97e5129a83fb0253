// cajal train [DATA]
#include <fmt/format.h>
#include <unistd.h>

#include <iostream>

#include "apps/cli/confusion.h"
#include "apps/cli/interrupt.h"
#include "apps/cli/run_folder.h"
#include "apps/cli/training_options.h"
#include "cajal/backends/machine.h"
#include "cajal/base/clock.h"
#include "cajal/base/parallel.h"
#include "cajal/base/text.h"
#include "cajal/base/version.h"
#include "cajal/nn/losses.h"

namespace cajal::cli {
namespace {

// One training from the words of the command line to the folder that it leaves.
class TrainingRun {
 public:
  TrainingRun(std::string what, TrainingOptions options) : what_(std::move(what)), options_(std::move(options)) {}

  int run() {
    catch_interrupts();
    if (options_.threads > 0) set_threads(options_.threads);
    set_random_seed(options_.seed);
    const AnyOptimizer optimizer = make_optimizer(options_);
    data_ = open_data(what_);
    say("{}", data_.description);
    prepare(optimizer);
    if (options_.dry_run) return dry_run();
    if (!options_.no_save) folder_ = make_run_folder(options_.output, data_.name);
    fit();
    test();
    if (!options_.no_save) save();
    return interrupted() ? report_interrupt() : suggest();
  }

 private:
  template <class... A>
  void say(fmt::format_string<A...> text, A&&... values) const {
    if (options_.verbose > 0) std::cout << fmt::format(text, std::forward<A>(values)...) << std::endl;
  }

  void prepare(const AnyOptimizer& optimizer) {
    model_ = make_classifier(options_, data_);
    model_.compile({.optimizer = optimizer,
                    .loss = SparseCategoricalCrossentropy({.from_logits = true}),
                    .metrics = {"accuracy"}});
    const int64_t count = model_.count_params();
    say("model: {}, {} parameters, {}; {} {:g}, batch {}; {}, {}",
        layers_text(options_, data_.train.element_spec().x.at(0).shape, data_.classes.size()), human_count(count),
        human_bytes(uint64_t(count) * 4), lower(options_.optimizer), optimizer->learning_rate(), options_.batch_size,
        threads() == 1 ? "1 thread" : fmt::format("{} threads", threads()), simd_name());
  }

  // After the last epoch the held-out data is looked at anyway, with more to say: a single epoch does not look twice.
  void fit() {
    FitArguments arguments{.epochs = options_.epochs, .batch_size = options_.batch_size, .verbose = options_.verbose};
    arguments.validation_split = options_.validation_split;
    if (options_.validation_split == 0 && options_.epochs > 1) arguments.validation_data = data_.test;
    arguments.validation_batch_size = 1000;
    arguments.callbacks = {stop_when_interrupted()};
    Stopwatch watch;
    history_ = model_.fit(data_.train, arguments);
    seconds_ = watch.seconds();
  }

  void test() {
    const Tensor scores = model_.predict(data_.test, {.batch_size = 1000});
    confusion_ = confusion_of(scores, labels_of(data_.test));
    say("held out: {}", text(confusion_, data_.classes));
  }

  int dry_run() {
    const Dataset batch = data_.train.take(options_.batch_size), held_out = data_.test.take(options_.batch_size);
    model_.fit(batch, {.epochs = 1, .batch_size = options_.batch_size, .verbose = 0});
    const Logs logs = model_.evaluate(held_out);
    const Path folder = std::filesystem::temp_directory_path() / fmt::format("cajal-dry-run-{}", ::getpid());
    const Path file = folder / "model.safetensors";
    model_.save(file.string());
    const bool same = identical(load_model(file.string())->predict(held_out), model_.predict(held_out));
    std::filesystem::remove_all(folder);
    if (!same) throw Error(Code::bad_data, "the saved model does not predict what the model in memory predicts");
    say("dry run: one batch was trained on, evaluated (loss {:.3f}), saved, loaded and predicted; nothing was kept",
        logs["loss"]);
    return 0;
  }

  void save() const {
    model_.save((folder_ / "model.safetensors").string());
    write_file_atomically(folder_ / "config.json", configuration().json(2) + "\n");
    say("wrote {}/  model.safetensors  config.json", folder_.string());
  }

  // All that is needed to do it again, and what came of it.
  Config configuration() const {
    ResolvedOptions resolved;
    const_cast<TrainingOptions&>(options_).fields(resolved);  // one visitor reads and writes
    Config::List names(data_.classes.begin(), data_.classes.end());
    Config out;
    out.set("cajal", std::string(version));
    out.set("data", what_);
    out.set("options", resolved.config());
    out.set("classes", names);
    out.set("results", results());
    return out;
  }

  Config results() const {
    Config out;
    for (const auto& metric : history_.history)
      out.set(metric.first, Config::List(metric.second.begin(), metric.second.end()));
    out.set("held_out_accuracy", confusion_.accuracy());
    out.set("held_out_wrong", confusion_.wrong);
    out.set("held_out_samples", confusion_.total);
    out.set("training_seconds", seconds_);
    out.set("interrupted", interrupted());
    return out;
  }

  int report_interrupt() const {
    say("interrupted in epoch {} of {}: what was learned so far {}", history_.epoch.size(), options_.epochs,
        options_.no_save ? "was not saved (--no-save)" : "was saved");
    return 130;
  }

  int suggest() const {
    const std::string name = called_as();
    if (options_.no_save) return 0;
    say("next: {0} predict {1} {2} · {0} train {2} --layers 256 --dropout 0.2 · {0} train FOLDER for idx files of your "
        "own",
        name, folder_.string(), what_);
    return 0;
  }

  std::string what_;
  TrainingOptions options_;
  DataSource data_;
  Sequential model_;
  Path folder_;
  History history_;
  Confusion confusion_;
  double seconds_ = 0;
};

int run(const Verb& verb, std::span<const std::string> given) {
  std::string what = "digits";
  TrainingOptions options;
  Arguments arguments(verb);
  arguments.word("DATA", what, data_help());
  options.fields(arguments);
  if (!arguments.read(given)) return 0;
  options.check();
  return TrainingRun(what, options).run();
}

}  // namespace

const Verb& train_verb() {
  static const Verb verb{"train", "[DATA]", "trains a network on DATA and saves it", 1, run};
  return verb;
}

}  // namespace cajal::cli
