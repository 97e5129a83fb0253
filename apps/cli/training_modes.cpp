// What `cajal train` does besides training: a dry run, one batch by heart, the search for a learning rate.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <iostream>

#include "apps/cli/interrupt.h"
#include "apps/cli/training_run.h"
#include "cajal/base/text.h"
#include "cajal/nn/callbacks.h"

namespace cajal::cli {
namespace {

// Sets the rate before each step, and remembers the loss after it.
class RateSweep : public Callback {
 public:
  static constexpr double lowest = 1e-6, highest = 10;
  struct Seen {
    std::vector<double> rates, losses;
  };
  RateSweep(int64_t steps, std::shared_ptr<Seen> seen) : steps_(steps), seen_(std::move(seen)) {}

  void on_train_batch_begin(int64_t) override {
    const double share = double(seen_->rates.size()) / double(steps_ - 1);
    seen_->rates.push_back(lowest * std::pow(highest / lowest, share));
    model()->optimizer()->set_learning_rate(seen_->rates.back());
    model()->reset_metrics();
  }
  void on_train_batch_end(int64_t) override {
    seen_->losses.push_back(model()->loss_now());
    best_ = std::min(best_, seen_->losses.back());
    const bool lost = !std::isfinite(seen_->losses.back()) || seen_->losses.back() > 10 * std::abs(best_) + 1;
    if (lost || interrupted() || int64_t(seen_->rates.size()) >= steps_) model()->stop_training();
  }

 private:
  int64_t steps_;
  std::shared_ptr<Seen> seen_;
  double best_ = HUGE_VAL;
};

// A running mean over about ten steps, without its bias towards the first value.
std::vector<double> smoothed(const std::vector<double>& values) {
  std::vector<double> out;
  double mean = 0, weight = 0;
  for (double value : values) {
    mean = 0.9 * mean + 0.1 * value;
    weight = 0.9 * weight + 0.1;
    out.push_back(mean / weight);
  }
  return out;
}

// The rate at which the loss falls fastest, over the steps before it is at its least.
size_t steepest(const std::vector<double>& losses) {
  const size_t end = size_t(std::min_element(losses.begin(), losses.end()) - losses.begin());
  size_t best = 0;
  double most = 0;
  for (size_t i = 5; i + 5 < losses.size() && i <= end; ++i) {
    const double fall = losses[i - 5] - losses[i + 5];
    if (fall > most) most = fall, best = i;
  }
  return best;
}

std::string bar_of(double share) { return std::string(size_t(std::clamp(share, 0.0, 1.0) * 40 + 0.5), '#'); }

}  // namespace

int TrainingRun::dry_run() {
  const int64_t size = *options_.batch_size;
  const Dataset batch = data_.train.take(size);
  const Dataset held_out = data_.test.defined() ? data_.test.take(size) : batch;
  model_->fit(batch, {.epochs = 1, .batch_size = size, .verbose = 0});
  const Logs logs = model_->evaluate(held_out);
  const Path folder = std::filesystem::temp_directory_path() / fmt::format("cajal-dry-run-{}", ::getpid());
  const Path file = folder / "model.safetensors";
  model_->save(file.string());
  const bool same = identical(load_model(file.string())->predict(held_out), model_->predict(held_out));
  std::filesystem::remove_all(folder);
  if (!same) throw Error(Code::bad_data, "the saved model does not predict what the model in memory predicts");
  say(fmt::format(
      "dry run: one batch was trained on, evaluated (loss {:.3f}), saved, loaded and predicted; nothing was "
      "kept",
      logs["loss"]));
  return 0;
}

int TrainingRun::overfit_batch() {
  const int64_t size = *options_.batch_size;
  const Dataset batch = data_.train.take(size);
  constexpr int most = 1000;
  const double before = model_->evaluate(batch, {.batch_size = size})["loss"];
  auto enough = [&](double loss) { return data_.regression() || data_.settings ? loss < 0.02 * before : loss < 0.02; };
  const auto stop = LambdaCallback({.on_epoch_end = [&](int, const Logs& logs) {
    if (enough(logs["loss"]) || interrupted()) model_->stop_training();
  }});
  const History history =
      model_->fit(batch, {.epochs = most, .batch_size = size, .verbose = 0, .callbacks = {stop}, .shuffle = false});
  const double after = model_->evaluate(batch, {.batch_size = size})["loss"];
  const bool learned = enough(after) || enough(history["loss"].back());
  say(fmt::format("one batch of {}: loss {:.4g} before, {:.4g} after {} steps", human_count(batch.size()), before,
                  after, history.epoch.size()));
  say(learned
          ? "it can be learned by heart: data, loss and network fit together"
          : "it could not be learned by heart: look at labels and inputs, try another --learning-rate, more --layers, "
            "no --dropout");
  return learned ? 0 : 1;
}

int TrainingRun::find_learning_rate() {
  constexpr int64_t steps = 200;
  const auto seen = std::make_shared<RateSweep::Seen>();
  model_->fit(data_.train.repeat(-1), {.epochs = 1,
                                       .batch_size = *options_.batch_size,
                                       .verbose = 0,
                                       .callbacks = {RateSweep(steps, seen)},
                                       .steps_per_epoch = steps});
  std::vector<double> losses = seen->losses;
  while (!losses.empty() && !std::isfinite(losses.back())) losses.pop_back();
  losses = smoothed(losses);
  if (losses.size() < 20)
    throw Error(Code::bad_data, "the loss ran away at once: no learning rate was found", {}, "look at the data");
  const double most = *std::max_element(losses.begin(), losses.end());
  const size_t stride = std::max<size_t>(1, losses.size() / 24);
  for (size_t i = 0; i < losses.size(); i += stride)
    say(fmt::format("{:9.2e}  {:9.4g}  {}", seen->rates[i], losses[i], bar_of(losses[i] / most)));
  const size_t best = steepest(losses);
  if (best == 0) {
    say("the loss did not fall at any rate: look at the data, the labels, the network");
    return 1;
  }
  const double found = seen->rates[best];
  const double digit = std::pow(10, std::floor(std::log10(found)));
  say(fmt::format("the loss falls fastest at a rate of {:.1e}: try --learning-rate {:g}", found,
                  std::round(found / digit) * digit));
  return 0;
}

}  // namespace cajal::cli
