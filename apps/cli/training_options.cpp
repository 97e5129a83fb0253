#include "apps/cli/training_options.h"

#include <fmt/format.h>

#include "cajal/base/text.h"
#include "cajal/nn/layers/dense.h"
#include "cajal/nn/layers/dropout.h"
#include "cajal/nn/layers/flatten.h"
#include "cajal/nn/layers/rescaling.h"

namespace cajal::cli {
namespace {

// A name that does not exist is wrong use: one sentence with the nearest right one.
template <class Make>
auto named(Make make) {
  try {
    return make();
  } catch (const Error& error) {
    const std::string hint = error.hint().starts_with("'") ? "did you mean " + error.hint() + "?" : error.hint();
    throw UsageError(error.message() + (hint.empty() ? "" : "; " + hint));
  }
}

Shape batch_of(const Shape& sample) {
  Shape shape = sample;
  shape.insert(0, Dim::symbol("batch"));
  return shape;
}

}  // namespace

void require_float32(const std::string& precision) {
  static const std::vector<std::string> later = {"bfloat16", "float16", "float64"};
  if (precision == "float32") return;
  for (const std::string& name : later)
    if (precision == name) throw UsageError(fmt::format("--precision {} is not built yet; float32 is", name));
  throw UsageError(fmt::format("unknown precision '{}'; float32 is the one that is built", precision));
}

void TrainingOptions::check() {
  if (layers == std::vector<int64_t>{0}) layers.clear();
  for (int64_t units : layers) require_at_least("--layers", double(units), 1);
  require_at_least("--epochs", epochs, 1);
  require_at_least("--batch-size", double(batch_size), 1);
  require_at_least("--threads", threads, 0);
  if (dropout < 0 || dropout >= 1)
    throw UsageError(fmt::format("--dropout is a share from 0 to 1; {} was given", dropout));
  if (validation_split < 0 || validation_split >= 1)
    throw UsageError(fmt::format("--validation-split is a share from 0 to 1; {} was given", validation_split));
  if (learning_rate && *learning_rate <= 0)
    throw UsageError(fmt::format("--learning-rate must be more than 0 and was given {}", *learning_rate));
  if (verbose < 0 || verbose > 2) throw UsageError(fmt::format("--verbose is 0, 1 or 2; {} was given", verbose));
  require_float32(precision);
  named([this] { return AnyActivation(activation); });
}

Sequential make_classifier(const TrainingOptions& options, const DataSource& data) {
  const TensorSpec sample = data.train.element_spec().x.at(0);
  Sequential model;
  if (sample.dtype == DType::uint8) model.add(Rescaling(1. / 255));
  model.add(Flatten());
  for (int64_t units : options.layers) {
    model.add(Dense(units, options.activation));
    if (options.dropout > 0) model.add(Dropout(options.dropout));
  }
  model.add(Dense(int64_t(data.classes.size())));
  model.build_for({batch_of(sample.shape)});
  return model;
}

AnyOptimizer make_optimizer(const TrainingOptions& options) {
  return named([&options] {
    const Config usual = Optimizer::named(options.optimizer)->config();
    Config inner = usual["config"], changed = usual;
    if (options.learning_rate) inner.set("learning_rate", *options.learning_rate);
    if (options.momentum) inner.set("momentum", *options.momentum);
    changed.set("config", inner);
    return AnyOptimizer(Optimizer::from_config(changed));
  });
}

std::string layers_text(const TrainingOptions& options, const Shape& sample, size_t classes) {
  std::string out = std::to_string(sample.size().value());
  for (int64_t units : options.layers) out += fmt::format(" - {} {}", units, options.activation);
  return out + fmt::format(" - {}", classes);
}

}  // namespace cajal::cli
