// How long a step of a workload takes on this machine.
#pragma once

#include <cstdint>
#include <memory>

#include "cajal/program/program.h"
#include "cajal/zoo/workloads.h"

namespace cajal {

/// Another size of a workload's step. 0: its own.
struct WorkloadSize {
  int64_t batch = 0;
  int64_t width = 0;  ///< of the layers; for a workload that has `model_of_width`
};

/// A workload ready to run: inputs lie where the plan reads them, so that a step is the plan and nothing else.
///
/// It runs on as many threads as `threads()` says when it is made. Errors: a width for a workload that has none; sizes
/// below 1.
class Measurement {
 public:
  explicit Measurement(const Workload& workload, const WorkloadSize& size = {});
  Measurement(const Measurement&) = delete;
  Measurement& operator=(const Measurement&) = delete;

  /// Median seconds of a step, measured for about so long. Steps are timed in groups of at least 10 ms, so that the
  /// clock costs nothing.
  double median_step(double seconds);
  /// What each kernel costs: the medians of nine runs, for the first may have pages to fetch and threads to wake.
  std::vector<StepProfile> profile();
  /// What is counted in a step of this size: samples, or tokens.
  double items() const { return items_; }
  /// The loss; of an inference, the mean of what comes out.
  double loss() const;
  Instance& instance() { return *instance_; }
  std::shared_ptr<const Plan> plan() const { return instance_->shared_plan(); }

 private:
  Program program_of(const Workload& workload);
  double time_steps(int64_t count);

  Model model_;
  Batch batch_;
  double items_;
  Program program_;
  Instance* instance_ = nullptr;
};

}  // namespace cajal
