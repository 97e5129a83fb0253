#include "apps/cli/judgement.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "apps/cli/run_folder.h"
#include "cajal/base/error.h"
#include "cajal/eager/ops.h"

namespace cajal::cli {
namespace {

// One output between -1 and 1 as the probabilities of two classes.
Tensor two_classes(const Tensor& outputs) {
  Tensor out({outputs.dim(0), 2});
  for (int64_t i = 0; i < outputs.dim(0); ++i) {
    const double second = std::clamp((outputs.flat(i) + 1) / 2, 0.0, 1.0);
    out.set_flat(2 * i, 1 - second);
    out.set_flat(2 * i + 1, second);
  }
  return out;
}

std::vector<int64_t> sides_of(const Dataset& part) {
  std::vector<int64_t> out;
  for (const Batch& batch : part.batch(1024))
    for (double label : batch.y.at(0).values<double>()) out.push_back(label > 0);
  return out;
}

Tensor numbers_of(const Dataset& part) {
  std::vector<double> out;
  for (const Batch& batch : part.batch(1024)) {
    if (batch.y.empty()) fail("the data has no numbers to compare with");
    for (double number : batch.y[0].values<double>()) out.push_back(number);
  }
  return Tensor::of(out, Shape{int64_t(out.size())});
}

void judge_numbers(Judgement& out) {
  const auto count = double(out.truth.size());
  const double mean = sum(cast(out.truth, DType::float64)).item() / count;
  double squares = 0, spread = 0, by_mean = 0;
  for (int64_t i = 0; i < out.truth.size(); ++i) {
    const double error = out.scores.flat(i) - out.truth.flat(i), apart = out.truth.flat(i) - mean;
    out.error += std::abs(error) / count;
    by_mean += std::abs(apart) / count;
    squares += error * error;
    spread += apart * apart;
  }
  out.r2 = spread > 0 ? 1 - squares / spread : 0;
  out.sentence = fmt::format("{:.4g} off on average, where always giving the mean would be {:.4g} off (R2 {:.3f})",
                             out.error, by_mean, out.r2);
}

}  // namespace

Config Judgement::results() const {
  Config out;
  if (labels.empty()) {
    out.set("held_out_mean_absolute_error", error);
    out.set("held_out_r2", r2);
    out.set("held_out_samples", truth.defined() ? truth.size() : 0);
  } else {
    out.set("held_out_accuracy", confusion.accuracy());
    out.set("held_out_wrong", confusion.wrong);
    out.set("held_out_samples", confusion.total);
  }
  return out;
}

int64_t judging_batch(const Model& model) {
  const auto& layers = model.layers();
  const bool convolves = std::any_of(layers.begin(), layers.end(), [](const auto& layer) {
    return layer->class_name.find("Conv") != std::string::npos || layer->class_name == "Functional";
  });
  return convolves ? 125 : 1000;
}

Tensor answers_of(Model& model, const Dataset& part, const DataSource& data) {
  const Tensor outputs = model.predict(part, {.batch_size = judging_batch(model)});
  if (data.regression()) return outputs.reshape({outputs.size()});
  if (data.settings) return two_classes(outputs);
  return gives_logits(model) ? softmax(outputs) : outputs;
}

Judgement judge(Model& model, const Dataset& part, const DataSource& data) {
  Judgement out;
  out.scores = answers_of(model, part, data);
  if (data.regression()) {
    out.truth = numbers_of(part);
    judge_numbers(out);
    return out;
  }
  out.labels = data.settings ? sides_of(part) : labels_of(part);
  out.confusion = confusion_of(out.scores, out.labels);
  out.sentence = text(out.confusion, data.classes);
  return out;
}

}  // namespace cajal::cli
