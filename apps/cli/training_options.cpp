#include "apps/cli/training_options.h"

#include <fmt/format.h>

#include <algorithm>

#include "cajal/base/text.h"
#include "cajal/data/augment.h"
#include "cajal/nn/layers/dense.h"
#include "cajal/nn/layers/dropout.h"
#include "cajal/nn/layers/flatten.h"
#include "cajal/nn/layers/normalization.h"
#include "cajal/nn/layers/rescaling.h"
#include "cajal/nn/layers/reshape.h"
#include "cajal/nn/losses.h"
#include "cajal/nn/schedules.h"
#include "cajal/zoo/networks.h"
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

bool is_in_colour(const DataSource& data) {
  const Shape sample = data.train.element_spec().x.at(0).shape;
  return sample.rank() == 3 && (sample[2] == 3 || sample[2] == 4);
}

// Of the whole training: what is held back to watch with is not learned from.
int64_t steps_of(const TrainingOptions& options, const DataSource& data) {
  const auto samples = int64_t(double(data.train.size()) * (1 - options.validation_split));
  return *options.epochs * ((std::max<int64_t>(samples, 1) - 1) / *options.batch_size + 1);
}

Shape batch_of(const Shape& sample) {
  Shape shape = sample;
  shape.insert(0, Dim::symbol("batch"));
  return shape;
}

}  // namespace

void set_precision(const std::string& precision) {
  if (precision == "float32") return named([] { set_dtype_policy("float32"); });
  if (precision == "bfloat16" || precision == "mixed_bfloat16")
    return named([] { set_dtype_policy("mixed_bfloat16"); });
  for (const char* later : {"float16", "float64"})
    if (precision == later)
      throw UsageError(fmt::format("--precision {} is not built yet; float32 and bfloat16 are", later));
  throw UsageError(fmt::format("unknown precision '{}'; float32 and bfloat16 are those that are built", precision));
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
  named([this] { return AnyActivation(activation); });
  check_network();
}

void TrainingOptions::check_network() const {
  if (!model.empty()) named([this] { return &network_entry(model); });
  if (!model.empty() && layers) throw UsageError("--model and --layers both say what the network is: give one of them");
  if (!(width > 0)) throw UsageError(fmt::format("--width must be more than 0 and was given {}", width));
  for (const std::string& change : augment) named([&] { return augmentation_named(change); });
  if (schedule != "constant" && schedule != "cosine" && schedule != "linear")
    throw UsageError(fmt::format("--schedule is constant, cosine or linear; '{}' was given", schedule));
  require_at_least("--warmup", warmup, 0);
  if (warmup > 0 && schedule != "cosine") throw UsageError("--warmup goes with --schedule cosine");
  if (weight_decay) require_at_least("--weight-decay", *weight_decay, 0);
}

void TrainingOptions::resolve(const DataSource& source) {
  const bool pictures = source.kind == DataSource::Kind::samples;
  if (!pictures && !model.empty())
    throw UsageError(fmt::format("--model {} is for pictures, and {} has none", model, source.name));
  if (!pictures && !augment.empty())
    throw UsageError(fmt::format("--augment is for pictures, and {} has none", source.name));
  if (pictures && model.empty() && !layers && is_in_colour(source)) model = "cifar_cnn";
  if (source.settings) {
    layers = source.settings->network_shape;
    activation = source.settings->activation;
    batch_size = source.settings->batch_size;
    learning_rate = source.settings->learning_rate;
    optimizer = "sgd";
    if (!epochs) epochs = 1000;  // a spiral needs as many at the rate that the link gives; they take about a second
  }
  if (!layers && model.empty()) layers = pictures ? std::vector<int64_t>{512, 512} : std::vector<int64_t>{64, 32};
  if (!batch_size) batch_size = pictures ? 128 : 32;
  const int64_t samples = std::max<int64_t>(1, source.train.size());
  const int64_t steps = (samples - 1) / *batch_size + 1;
  // Little data wants more passes: about a thousand steps, which take well under a second.
  if (!epochs) epochs = !model.empty() ? 10 : pictures ? 5 : int(std::clamp<int64_t>(1000 / steps, 10, 200));
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

// Mean and variance of each channel, from pictures all over the data.
Normalization normalization_of(const Dataset& data) {
  constexpr int64_t most = 5000;
  const int64_t size = data.size(), count = std::min(size, most);
  std::vector<int64_t> rows;
  for (int64_t i = 0; i < count; ++i) rows.push_back(i * size / count);
  Batch some;
  data.read(rows, some);
  Normalization layer;
  layer.adapt(some.x.at(0).cast(DType::float32));
  return layer;
}

// A known network on pictures as they come: bytes made into small numbers, and a channel where they have none.
Model network_model(const TrainingOptions& options, const DataSource& data) {
  const TensorSpec sample = data.train.element_spec().x.at(0);
  const Input image(sample.shape);
  Var x = image;
  NetworkOptions network{
      .classes = int64_t(data.classes.size()), .classifier_activation = "linear", .width = options.width};
  if (options.dropout > 0) network.dropout = options.dropout;
  if (sample.shape.rank() == 2) x = Reshape(Shape{sample.shape[0], sample.shape[1], 1})(x);
  if (sample.dtype == DType::uint8) x = is_in_colour(data) ? normalization_of(data.train)(x) : Rescaling(1. / 255)(x);
  return Model(Vars{image}, network_on(x, options.model, network), options.model);
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

std::shared_ptr<Model> make_model(const TrainingOptions& options, const DataSource& data) {
  if (data.settings) {
    auto model = std::make_shared<Sequential>(playground_model(*data.settings));
    model->notes() = data.notes();
    return model;
  }
  const AnyOptimizer optimizer = make_optimizer(options, steps_of(options, data));
  std::shared_ptr<Model> model;
  if (data.reader) model = std::make_shared<Sequential>(table_model(options, data));
  else if (options.model.empty()) model = std::make_shared<Sequential>(picture_model(options, data));
  else model = std::make_shared<Model>(network_model(options, data));
  if (model->outputs().empty()) model->build_for({batch_of(data.train.element_spec().x.at(0).shape)});
  CompileArguments arguments{.optimizer = optimizer};
  if (data.regression()) {
    arguments.loss = "mean_squared_error";
    arguments.metrics = {"mae"};
  } else {
    arguments.loss = SparseCategoricalCrossentropy({.from_logits = true});
    arguments.metrics = {"accuracy"};
  }
  model->compile(arguments);
  model->notes() = data.notes();
  return model;
}

namespace {

LearningRate falling(const TrainingOptions& options, double rate, int64_t steps) {
  if (options.schedule == "linear") return PolynomialDecay(rate, double(steps), 0);
  const double rising = options.warmup / double(*options.epochs) * double(steps);
  if (rising <= 0) return CosineDecay(rate, double(steps));
  return CosineDecay({.initial_learning_rate = 0,
                      .decay_steps = std::max(1., double(steps) - rising),
                      .warmup_target = rate,
                      .warmup_steps = rising});
}

}  // namespace

AnyOptimizer make_optimizer(const TrainingOptions& options, int64_t steps) {
  return named([&options, steps] {
    const Config usual = Optimizer::named(options.optimizer)->config();
    Config inner = usual["config"], changed = usual;
    if (options.learning_rate) inner.set("learning_rate", *options.learning_rate);
    if (options.schedule != "constant")
      inner.set("learning_rate", falling(options, inner["learning_rate"].number(), steps).config());
    if (options.momentum) inner.set("momentum", *options.momentum);
    if (options.nesterov) inner.set("nesterov", true);
    if (options.weight_decay) inner.set("weight_decay", *options.weight_decay);
    if (options.weight_decay && inner.has("adam_weight_decay")) inner.set("adam_weight_decay", *options.weight_decay);
    changed.set("config", inner);
    return AnyOptimizer(Optimizer::from_config(changed));
  });
}

Dataset training_samples(const TrainingOptions& options, const Dataset& samples) {
  if (options.augment.empty()) return samples;
  std::vector<Augmentation> changes;
  for (const std::string& change : options.augment) changes.push_back(augmentation_named(change));
  // Drawn before they are batched, and changed on a thread beside the training.
  return augment(samples, changes, options.seed).shuffle(0, options.seed).batch(*options.batch_size).prefetch(4);
}

std::string layers_text(const TrainingOptions& options, const DataSource& data) {
  if (!options.model.empty())
    return options.model + (options.width == 1 ? "" : fmt::format(" of width {:g}", options.width)) + ", " +
           size_text(data.train.element_spec().x.at(0).shape);
  std::string out = std::to_string(data.train.element_spec().x.at(0).shape.size().value());
  for (int64_t units : *options.layers) out += fmt::format(" - {} {}", units, options.activation);
  return out + fmt::format(" - {}", data.settings || data.regression() ? 1 : data.classes.size());
}

}  // namespace cajal::cli
