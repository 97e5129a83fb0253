// cajal train [DATA]
#include "apps/cli/training_run.h"

namespace cajal::cli {
namespace {

struct Given {
  std::string what = "digits";
  TrainingOptions options;
  RunOptions run;

  bool read(const Verb& verb, std::span<const std::string> words) {
    Arguments arguments(verb);
    arguments.word("DATA", what, data_help());
    options.fields(arguments);
    run.fields(arguments);
    return arguments.read(words);
  }
};

int run(const Verb& verb, std::span<const std::string> words) {
  Given first;
  if (!first.read(verb, words)) return 0;
  Given given;
  const RunOptions& asked = first.run;
  if (!asked.config.empty() && !asked.resume.empty())
    throw UsageError("--config and --resume both say which options to take: give one of them");
  // What a file says comes first, what the words say stands above it.
  if (!asked.config.empty()) read_configuration(asked.config, given.what, given.options);
  if (!asked.resume.empty()) read_configuration(Path(asked.resume) / "config.json", given.what, given.options);
  given.read(verb, words);
  if (given.run.verbose < 0 || given.run.verbose > 2)
    throw UsageError("--verbose is 0, 1 or 2; " + std::to_string(given.run.verbose) + " was given");
  given.options.check();
  set_precision(given.options.precision);
  return TrainingRun(given.what, given.options, given.run).execute();
}

}  // namespace

const Verb& train_verb() {
  static const Verb verb{"train", "[DATA]", "trains a network on DATA and saves it", 1, run};
  return verb;
}

}  // namespace cajal::cli
