#include <cmath>

#include "cajal/nn/callbacks.h"
#include "cajal/nn/model.h"

namespace cajal {

TerminateOnNaN::TerminateOnNaN(Options options) : options_(options) {
  if (options_.every < 1) fail("TerminateOnNaN needs `every` to be 1 or more steps");
}

void TerminateOnNaN::on_train_begin() { model()->keep_copies(options_.every); }

void TerminateOnNaN::on_train_batch_end(int64_t) {
  if (std::isfinite(model()->loss_now())) return;
  const std::string what = model()->explain_not_finite();
  model()->keep_copies(0);
  model()->stop_training();
  if (options_.raise)
    throw Error(Code::bad_data, what, {}, "a smaller learning rate, clipnorm = 1, or a look at the data of that step");
}

// Later trainings of the model copy nothing.
void TerminateOnNaN::on_train_end(const Logs&) { model()->keep_copies(0); }

}  // namespace cajal
