#include "apps/cli/interrupt.h"

#include <signal.h>

#include "cajal/nn/model.h"

namespace cajal::cli {
namespace {

volatile sig_atomic_t noted = 0;

struct StopWhenInterrupted : Callback {
  void on_train_batch_end(int64_t) override {
    if (noted) model()->stop_training();
  }
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

std::shared_ptr<Callback> stop_when_interrupted() { return std::make_shared<StopWhenInterrupted>(); }

}  // namespace cajal::cli
