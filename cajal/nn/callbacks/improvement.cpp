#include <array>
#include <cmath>
#include <limits>

#include "cajal/base/error.h"
#include "cajal/nn/callbacks.h"
#include "cajal/nn/metric.h"
#include "cajal/nn/model.h"

namespace cajal {
namespace {

// Names of numbers of which more is better, where the model has no metric of that name.
bool more_is_better(const std::string& monitor) {
  static constexpr std::array<const char*, 11> words = {"acc", "auc", "precision", "recall", "f1",   "f_score",
                                                        "iou", "r2",  "fmeasure",  "cosine", "top_k"};
  for (const char* word : words)
    if (monitor.find(word) != std::string::npos) return true;
  return false;
}

}  // namespace

Improvement::Improvement(const std::string& monitor, const std::string& mode, double min_delta)
    : metric_(mode != "auto" ? "" : monitor.substr(monitor.starts_with("val_") ? 4 : 0)),
      higher_(mode == "max" || (mode == "auto" && more_is_better(monitor))),
      delta_(std::abs(min_delta)) {
  if (mode != "min" && mode != "max" && mode != "auto")
    fail("a callback's mode is 'min', 'max' or 'auto', and '" + mode + "' was given");
}

void Improvement::ask(const Model* model) {
  if (metric_.empty() || !model) return;
  const CompileArguments& compiled = model->compile_arguments();
  for (const auto* metrics : {&compiled.metrics, &compiled.weighted_metrics})
    for (const AnyMetric& metric : *metrics) {
      const bool asked =
          metric->name() == metric_ || (metrics != &compiled.metrics && "weighted_" + metric->name() == metric_);
      if (!asked) continue;
      const std::optional<bool> lower = metric->lower_is_better();
      if (!lower)
        fail("the metric '" + metric->name() + "' does not say whether more or less of it is better",
             "the callback's option .mode = \"max\" or \"min\"; or let the metric override lower_is_better");
      higher_ = !*lower;
    }
}

bool Improvement::operator()(double value, double best) const {
  return higher_ ? value - delta_ > best : value + delta_ < best;
}

double Improvement::worst() const {
  return higher_ ? -std::numeric_limits<double>::infinity() : std::numeric_limits<double>::infinity();
}

}  // namespace cajal
