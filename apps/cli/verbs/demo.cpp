// cajal demo: the first minute. Trains on digits that it draws itself, and shows what came of it.
#include <fmt/format.h>

#include <iostream>

#include "apps/cli/training_run.h"

namespace cajal::cli {
namespace {

// Two pixels to a character, one above the other; the darker the more ink.
std::string drawn(const Tensor& images, int64_t first, int64_t count) {
  static constexpr const char* shades[] = {" ", "\u2591", "\u2592", "\u2593", "\u2588"};
  const int64_t rows = images.dim(1), columns = images.dim(2);
  std::string out;
  for (int64_t row = 0; row + 1 < rows; row += 2) {
    for (int64_t i = first; i < first + count; ++i) {
      for (int64_t column = 0; column < columns; column += 2) {
        double ink = 0;
        for (int64_t dy : {0, 1})
          for (int64_t dx : {0, 1}) ink += images.at({i, row + dy, std::min(column + dx, columns - 1)});
        out += shades[std::min(4, int(ink / (4 * 256.) * 5))];
      }
      out += " ";
    }
    out += "\n";
  }
  return out;
}

// The first digits that were held out, and what the network takes them for.
void show(TrainingRun& run) {
  constexpr int64_t shown = 5;
  const Batch batch = *run.data().test.batch(shown).begin();
  std::cout << "\nFive of the digits that it had never seen, and what it takes them for:\n\n"
            << drawn(batch.x.at(0), 0, shown);
  std::string line;
  for (int64_t i = 0; i < shown; ++i) {
    const Tensor& scores = run.judgement().scores;
    int64_t best = 0;
    for (int64_t k = 1; k < scores.dim(1); ++k)
      if (scores.at({i, k}) > scores.at({i, best})) best = k;
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
