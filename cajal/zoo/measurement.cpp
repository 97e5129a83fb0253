#include "cajal/zoo/measurement.h"

#include <algorithm>

#include "cajal/base/clock.h"
#include "cajal/eager/ops.h"

namespace cajal {
namespace {

Model model_of(const Workload& workload, int64_t width) {
  if (width == 0) return workload.model();
  if (width < 0 || !workload.model_of_width)
    fail("the workload " + std::string(workload.name) + " was given a width of " + std::to_string(width),
         workload.model_of_width ? "1 or more" : "its layers are as wide as they are");
  return workload.model_of_width(width);
}

// The workload's own samples, again and again, until there are so many.
Batch batch_of(const Workload& workload, int64_t samples) {
  Batch batch = workload.data();
  if (samples == 0) return batch;
  if (samples < 1)
    fail("the workload " + std::string(workload.name) + " was given a batch of " + std::to_string(samples),
         "1 or more");
  for (auto* tensors : {&batch.x, &batch.y})
    for (Tensor& tensor : *tensors)
      tensor = take(tensor, mod(arange(0, double(samples), 1, DType::int32), int(tensor.dim(0))), 0);
  return batch;
}

}  // namespace

Measurement::Measurement(const Workload& workload, const WorkloadSize& size)
    : model_(model_of(workload, size.width)),
      batch_(batch_of(workload, size.batch)),
      items_(double(workload.items) * double(size.batch ? size.batch : workload.batch) / double(workload.batch)),
      program_(program_of(workload)) {
  std::vector<Shape> shapes;
  for (const auto* tensors : {&batch_.x, &batch_.y})
    for (const Tensor& tensor : *tensors) shapes.push_back(tensor.shape());
  instance_ = &program_.instance(shapes);
  int index = 0;
  for (const auto* tensors : {&batch_.x, &batch_.y})
    for (const Tensor& tensor : *tensors) instance_->feed(index++, tensor);
}

Program Measurement::program_of(const Workload& workload) {
  if (workload.training) return model_.training_program(batch_);
  return Program(
      model_.inputs(), [this](const Vars& x) { return model_.apply(x); }, model_.program_options());
}

double Measurement::median_step(double seconds) {
  int64_t group = 1;
  for (Stopwatch warm; warm.seconds() < std::min(1.0, seconds / 4);) {
    const double took = time_steps(group) * double(group);
    if (took < 0.01) group = std::max(group + 1, int64_t(double(group) * std::min(10.0, 0.012 / std::max(took, 1e-6))));
  }
  std::vector<double> times;
  for (Stopwatch watch; watch.seconds() < seconds || times.size() < 5;) times.push_back(time_steps(group));
  std::nth_element(times.begin(), times.begin() + std::ptrdiff_t(times.size() / 2), times.end());
  return times[times.size() / 2];
}

double Measurement::time_steps(int64_t count) {
  Stopwatch watch;
  for (int64_t i = 0; i < count; ++i) program_.run(*instance_);
  return watch.seconds() / double(count);
}

std::vector<StepProfile> Measurement::profile() {
  constexpr size_t runs = 9;
  std::vector<StepProfile> out;
  std::vector<std::vector<double>> seconds;
  for (size_t run = 0; run < runs; ++run) {
    out = instance_->profile(uint64_t(run));
    seconds.resize(out.size());
    for (size_t i = 0; i < out.size(); ++i) seconds[i].push_back(out[i].seconds);
  }
  for (size_t i = 0; i < out.size(); ++i) {
    std::nth_element(seconds[i].begin(), seconds[i].begin() + runs / 2, seconds[i].end());
    out[i].seconds = seconds[i][runs / 2];
  }
  return out;
}

double Measurement::loss() const { return mean(instance_->output(0)).item(); }

}  // namespace cajal
