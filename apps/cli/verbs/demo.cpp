// cajal demo: the first minute. Trains on digits that it draws itself, and shows what came of it.
#include <fmt/format.h>

#include <iostream>

#include "apps/cli/drawing.h"
#include "apps/cli/training_run.h"
#include "cajal/base/text.h"

namespace cajal::cli {
namespace {

// Pictures [n, rows, columns] beside each other.
std::string side_by_side(const Tensor& images) {
  std::vector<std::string> lines;
  for (int64_t i = 0; i < images.dim(0); ++i) {
    const std::vector<std::string> own = drawn(images[i], 2);
    lines.resize(own.size());
    for (size_t line = 0; line < own.size(); ++line) lines[line] += own[line] + " ";
  }
  return join(lines, "\n") + "\n";
}

// The first digits that were held out, and what the network takes them for.
void show(TrainingRun& run) {
  constexpr int64_t shown = 5;
  const Batch batch = *run.data().test.batch(shown).begin();
  std::cout << "\nFive of the digits that it had never seen, and what it takes them for:\n\n"
            << side_by_side(batch.x.at(0));
  std::string line;
  for (int64_t i = 0; i < shown; ++i) {
    const Tensor& scores = run.judgement().scores;
    const int64_t best = best_classes(scores.slice(0, {i, i + 1})).at(0);
    line += fmt::format("{:^14} ",
                        fmt::format("{} ({:.0f} %)", class_name(run.data().classes, best), 100 * scores.at({i, best})));
  }
  std::cout << line << "\n\n";
}

int run(const Verb& verb, std::span<const std::string> words) {
  TrainingOptions options;
  options.layers = std::vector<int64_t>{256};
  options.epochs = 5;
  RunOptions run;
  Arguments arguments(verb);
  arguments("epochs", options.epochs, "N", "passes over the data");
  arguments("seed", options.seed, "N", "of all that is random");
  arguments("threads", options.threads, "N", "0: one for each core");
  arguments("output", run.output, "FOLDER", "for the run; runs/digits-1 and so on unless given");
  if (!arguments.read(words)) return 0;
  options.check();
  TrainingRun training("digits", options, run);
  training.after_judging([&] { show(training); });
  return training.execute();
}

}  // namespace

const Verb& demo_verb() {
  static const Verb verb{"demo", "", "the first minute: learns to read digits, and shows it all", 0, run};
  return verb;
}

}  // namespace cajal::cli
