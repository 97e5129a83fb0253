#include "apps/cli/training_options.h"

#include <fmt/format.h>

#include <algorithm>

#include "cajal/base/text.h"
#include "cajal/nn/layers/dense.h"
#include "cajal/nn/layers/dropout.h"
#include "cajal/nn/layers/flatten.h"
#include "cajal/nn/layers/normalization.h"
#include "cajal/nn/layers/rescaling.h"
#include "cajal/nn/losses.h"
#include "cajal/zoo/playground.h"

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
  if (layers == std::vector<int64_t>{0}) layers->clear();
  for (int64_t units : layers.value_or(std::vector<int64_t>())) require_at_least("--layers", double(units), 1);
  require_at_least("--epochs", epochs.value_or(1), 1);
  require_at_least("--batch-size", double(batch_size.value_or(1)), 1);
  require_at_least("--threads", threads, 0);
  require_at_least("--patience", patience, 0);
  require_at_least("--checkpoint-every", checkpoint_every, 0);
  if (dropout < 0 || dropout >= 1)
    throw UsageError(fmt::format("--dropout is a share from 0 to 1; {} was given", dropout));
  if (validation_split < 0 || validation_split >= 1)
    throw UsageError(fmt::format("--validation-split is a share from 0 to 1; {} was given", validation_split));
  if (data.test_size < 0 || data.test_size >= 1)
    throw UsageError(fmt::format("--test-size is a share from 0 to 1; {} was given", data.test_size));
  if (learning_rate && *learning_rate <= 0)
    throw UsageError(fmt::format("--learning-rate must be more than 0 and was given {}", *learning_rate));
  require_float32(precision);
  named([this] { return AnyActivation(activation); });
}

void TrainingOptions::resolve(const DataSource& source) {
  const bool pictures = source.kind == DataSource::Kind::samples;
  if (source.settings) {
    layers = source.settings->network_shape;
    activation = source.settings->activation;
    batch_size = source.settings->batch_size;
    learning_rate = source.settings->learning_rate;
    optimizer = "sgd";
  }
  if (!layers) layers = pictures ? std::vector<int64_t>{512, 512} : std::vector<int64_t>{64, 32};
  if (!batch_size) batch_size = pictures ? 128 : 32;
  const int64_t samples = std::max<int64_t>(1, source.train.size());
  const int64_t steps = (samples - 1) / *batch_size + 1;
  // Little data wants more passes: about a thousand steps, which take well under a second.
  if (!epochs) epochs = pictures ? 5 : int(std::clamp<int64_t>(1000 / steps, 10, 200));
}

namespace {

// A table's features are brought to mean 0 and variance 1 in the network, a foretold number back to its own scale.
Sequential table_model(const TrainingOptions& options, const DataSource& data) {
  const TableReader& reader = *data.reader;
  Sequential model;
  model.add(Normalization({.mean = reader.mean(), .variance = reader.variance()}));
  for (int64_t units : *options.layers) {
    model.add(Dense(units, options.activation));
    if (options.dropout > 0) model.add(Dropout(options.dropout));
  }
  model.add(Dense(data.regression() ? 1 : int64_t(data.classes.size())));
  if (data.regression()) model.add(Rescaling(reader.target().stddev, reader.target().mean));
  return model;
}

Sequential picture_model(const TrainingOptions& options, const DataSource& data) {
  Sequential model;
  if (data.train.element_spec().x.at(0).dtype == DType::uint8) model.add(Rescaling(1. / 255));
  model.add(Flatten());
  for (int64_t units : *options.layers) {
    model.add(Dense(units, options.activation));
    if (options.dropout > 0) model.add(Dropout(options.dropout));
  }
  model.add(Dense(int64_t(data.classes.size())));
  return model;
}

}  // namespace

Sequential make_model(const TrainingOptions& options, const DataSource& data) {
  if (data.settings) {
    Sequential model = playground_model(*data.settings);
    model.notes() = data.notes();
    return model;
  }
  const AnyOptimizer optimizer = make_optimizer(options);
  Sequential model = data.reader ? table_model(options, data) : picture_model(options, data);
  model.build_for({batch_of(data.train.element_spec().x.at(0).shape)});
  CompileArguments arguments{.optimizer = optimizer};
  if (data.regression()) {
    arguments.loss = "mean_squared_error";
    arguments.metrics = {"mae"};
  } else {
    arguments.loss = SparseCategoricalCrossentropy({.from_logits = true});
    arguments.metrics = {"accuracy"};
  }
  model.compile(arguments);
  model.notes() = data.notes();
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

std::string layers_text(const TrainingOptions& options, const DataSource& data) {
  std::string out = std::to_string(data.train.element_spec().x.at(0).shape.size().value());
  for (int64_t units : *options.layers) out += fmt::format(" - {} {}", units, options.activation);
  return out + fmt::format(" - {}", data.settings || data.regression() ? 1 : data.classes.size());
}

}  // namespace cajal::cli
