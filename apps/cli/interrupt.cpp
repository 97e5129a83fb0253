#include "apps/cli/interrupt.h"

#include <signal.h>

#include <ostream>

#include "cajal/base/clock.h"
#include "cajal/nn/model.h"

namespace cajal::cli {
namespace {

volatile sig_atomic_t noted = 0;

constexpr double seconds_between_checkpoints = 5;

class KeepCheckpoint : public Callback {
 public:
  KeepCheckpoint(std::string path, int steps) : path_(std::move(path)), every_(steps) {}

  void on_train_batch_end(int64_t) override {
    const bool due = every_ > 0 && ++steps_ % every_ == 0;
    if (noted || due) save();
    if (noted) model()->stop_training();
  }
  void on_epoch_end(int, const Logs&) override {
    if (every_ == 0 && !model()->within_epoch() && since_last_.seconds() > seconds_between_checkpoints) save();
  }
  bool comes_last() const override { return true; }

 private:
  void save() {
    if (path_.empty()) return;
    try {
      model()->save_checkpoint(path_);
      since_last_.restart();
    } catch (const Error& error) {
      if (!complained_) stream() << "\nno checkpoint: " << error.message() << std::endl;
      complained_ = true;
    }
  }

  std::string path_;
  int every_;
  int64_t steps_ = 0;
  bool complained_ = false;
  Stopwatch since_last_;
};

}  // namespace

void catch_interrupts() {
  struct sigaction action = {};
  action.sa_handler = [](int) { noted = 1; };
  action.sa_flags = int(SA_RESETHAND | SA_RESTART);  // the second one is not caught
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

bool interrupted() { return noted != 0; }

std::shared_ptr<Callback> keep_checkpoint(const std::string& path, int steps) {
  return std::make_shared<KeepCheckpoint>(path, steps);
}

std::shared_ptr<Callback> stop_when_interrupted() { return keep_checkpoint("", 0); }

}  // namespace cajal::cli
