// A training that is interrupted and goes on ends in the same bits as one that was not.
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <sstream>

#include "cajal/base/files.h"
#include "cajal/base/random.h"
#include "cajal/nn/callbacks.h"
#include "cajal/nn/internal/golden_test.h"
#include "cajal/nn/internal/test_support.h"
#include "cajal/nn/layers.h"
#include "cajal/nn/losses.h"
#include "cajal/nn/metrics.h"
#include "cajal/nn/model.h"
#include "cajal/nn/optimizers.h"
#include "cajal/ops/elementwise.h"
#include "cajal/tensor/files/safetensors.h"

namespace cajal {
namespace {

class Checkpoints : public SessionWithFolder {
 protected:
  std::string file(const std::string& name = "checkpoint.safetensors") const { return SessionWithFolder::file(name); }
};

Dataset data(int64_t samples = 50) {
  const Tensor x = numbers({samples, 4}, 2);
  Tensor y({samples}, DType::int64);
  for (int64_t i = 0; i < samples; ++i) y.set_flat(i, x.at({i, 0}) > 0 ? (x.at({i, 1}) > 0 ? 2 : 1) : 0);
  return Dataset(x, y);
}

// Everything that has a state of its own: dropout, moving statistics, an optimizer with slots and averages, a metric.
Sequential network(int64_t units = 8, AnyOptimizer optimizer = {}) {
  clear_session();
  set_random_seed(7);
  Sequential model(Input({4}), {Dense(units, "relu"), BatchNormalization(), Dropout(0.5), Dense(3)});
  if (!optimizer) optimizer = Adam({.learning_rate = 0.01, .use_ema = true});
  model.compile(
      {.optimizer = optimizer, .loss = SparseCategoricalCrossentropy({.from_logits = true}), .metrics = {"accuracy"}});
  return model;
}

// Stops like a person's Ctrl-C: after that step, with a checkpoint.
struct StopAt : Callback {
  int64_t at;
  std::string path;
  int64_t seen = 0;
  StopAt(int64_t step, std::string file) : at(step), path(std::move(file)) {}
  void on_train_batch_end(int64_t) override {
    if (++seen != at) return;
    model()->save_checkpoint(path);
    weights = std::make_shared<std::vector<Tensor>>(model()->get_weights());
    model()->stop_training();
  }
  std::shared_ptr<std::vector<Tensor>> weights;
  bool comes_last() const override { return true; }
};

FitArguments arguments(std::vector<AnyCallback> callbacks = {}) {
  FitArguments out{.epochs = 4, .batch_size = 16, .verbose = 0, .callbacks = std::move(callbacks)};
  out.validation_data = data(20);
  return out;
}

void expect_same(const Model& a, const Model& b) {
  const std::vector<Tensor> left = a.get_weights(), right = b.get_weights();
  ASSERT_EQ(left.size(), right.size());
  for (size_t i = 0; i < left.size(); ++i) EXPECT_TRUE(identical(left[i], right[i])) << i;
}

TEST_F(Checkpoints, GoOnFromAnyStepToTheSameBits) {
  Sequential whole = network();
  const History expected = whole.fit(data(), arguments());
  for (int64_t step : {1, 3, 4, 6, 13, 15, 16}) {  // four steps an epoch
    {
      Sequential begun = network();
      begun.fit(data(), arguments({StopAt(step, file())}));
    }
    Sequential resumed = network();
    resumed.restore_checkpoint(file());
    const History got = resumed.fit(data(), arguments({StopAt(0, "")}));
    expect_same(whole, resumed);
    EXPECT_EQ(got.epoch, expected.epoch) << "stopped after step " << step;
    EXPECT_EQ(got.history, expected.history) << "stopped after step " << step;
  }
}

TEST_F(Checkpoints, GoOnWithEveryOptimizer) {
  const Config names = golden::read("names.json");
  for (const auto& entry : names["optimizers"].map()) {
    Sequential whole = network(8, entry.first);
    whole.fit(data(), arguments());
    network(8, entry.first).fit(data(), arguments({StopAt(6, file())}));
    Sequential resumed = network(8, entry.first);
    resumed.restore_checkpoint(file());
    EXPECT_EQ(load_model(file())->optimizer()->config(), whole.optimizer()->config());
    resumed.fit(data(), arguments({StopAt(0, "")}));
    SCOPED_TRACE(entry.first);
    expect_same(whole, resumed);
  }
}

TEST_F(Checkpoints, ResumeTwiceAndOpenAsModels) {
  Sequential whole = network();
  whole.fit(data(), arguments());
  Sequential first = network();
  first.fit(data(), arguments({StopAt(2, file())}));
  Sequential second = network();
  second.restore_checkpoint(file());
  const auto stop = std::make_shared<StopAt>(5, file("second.safetensors"));
  second.fit(data(), arguments({stop}));
  Sequential third = network();
  third.restore_checkpoint(file("second.safetensors"));
  third.fit(data(), arguments({StopAt(0, "")}));
  expect_same(whole, third);
  const auto opened = load_model(file("second.safetensors"));
  second.set_weights(*stop->weights);
  expect_same(second, *opened);
  EXPECT_TRUE(identical(opened->predict(numbers({3, 4}, 5)), second.predict(numbers({3, 4}, 5))));
}

TEST_F(Checkpoints, BackupAndRestoreGoesOnByItself) {
  struct Crash : Callback {
    void on_train_batch_end(int64_t) override {
      if (++seen == 11) throw Error(Code::io, "the power went out");
    }
    int64_t seen = 0;
  };
  auto callbacks = [&](bool crash) {
    std::vector<AnyCallback> out = {EarlyStopping({.monitor = "loss", .patience = 3, .restore_best_weights = true}),
                                    ReduceLROnPlateau({.monitor = "loss", .patience = 1, .min_delta = 0.5}),
                                    Lookahead({.sync_period = 5}), CSVLogger(file("log.csv"))};
    out.emplace_back(BackupAndRestore({.backup_dir = folder(), .save_freq = 3}));
    if (crash) out.emplace_back(Crash());
    else out.emplace_back(LambdaCallback({}));
    return out;
  };
  Sequential whole = network();
  const History expected = whole.fit(data(), arguments(callbacks(false)));
  const std::string log = read_text(file("log.csv"));
  EXPECT_FALSE(file_exists(file())) << "a training that has ended needs no checkpoint";

  Sequential crashed = network();
  EXPECT_THROW(crashed.fit(data(), arguments(callbacks(true))), Error);
  EXPECT_TRUE(file_exists(file()));
  Sequential resumed = network();
  const History got = resumed.fit(data(), arguments(callbacks(false)));
  expect_same(whole, resumed);
  EXPECT_EQ(got.history, expected.history);
  EXPECT_EQ(read_text(file("log.csv")), log);
}

template <class F>
std::string message_of(F&& f) {
  return error_of(f).message();
}

TEST_F(Checkpoints, RefuseOtherDataAndOtherNetworks) {
  Sequential begun = network();
  begun.fit(data(), arguments({StopAt(2, file())}));
  Sequential same = network();
  same.restore_checkpoint(file());
  EXPECT_EQ(message_of([&] { same.fit(data(40), arguments({StopAt(0, "")})); }),
            file() +
                " is from a training on other data: 50 samples of float32 [4] with targets int64 [], in batches of "
                "16; these are 40 samples of float32 [4] with targets int64 [], in batches of 16");
  Sequential wider = network(9);
  wider.restore_checkpoint(file());
  EXPECT_EQ(message_of([&] { wider.fit(data(), arguments({StopAt(0, "")})); }),
            "the weight 'dense/kernel' of " + file() + " has the shape [4, 8]; expected [4, 9]");
  begun.save(file("model.safetensors"));
  EXPECT_EQ(message_of([&] { begun.restore_checkpoint(file("model.safetensors")); }),
            file("model.safetensors") + " is no checkpoint: it does not say where a training stands");
  EXPECT_EQ(message_of([&] { begun.save_checkpoint(file()); }),
            "a checkpoint was asked for while 'sequential' is not being trained");
}

// ------------------------------------------------------------------------------------------------ callbacks

// Feeds a callback with numbers as if a model made them.
std::vector<int> epochs_of(Callback& callback, const std::vector<double>& losses, Model& model) {
  std::vector<int> seen;
  callback.set_model(&model);
  callback.on_train_begin();
  for (int epoch = 0; epoch < int(losses.size()); ++epoch) {
    Logs logs;
    logs.set("val_loss", losses[size_t(epoch)]);
    callback.on_epoch_end(epoch, logs);
    seen.push_back(epoch);
    if (model.stopping()) break;
  }
  return seen;
}

TEST_F(Checkpoints, EarlyStoppingCountsAsKerasDoes) {
  Sequential model = network();
  EarlyStopping patient({.patience = 2});
  EXPECT_EQ(epochs_of(patient, {3, 2, 2.5, 2.4, 1, 1}, model).size(), 4u);
  EXPECT_EQ(patient.stopped_epoch(), 3);
  EXPECT_EQ(patient.best_epoch(), 1);
  EXPECT_EQ(patient.best(), 2);
}

// A name that sounds like an accuracy, and is none.
struct AccuracyGap : metrics::MeanAbsoluteError {
  AccuracyGap() { set_name("accuracy_gap"); }
};

TEST_F(Checkpoints, TheMetricSaysWhichWayIsUp) {
  Sequential model = network();
  model.compile(
      {.optimizer = "sgd",
       .loss = "mse",
       .metrics = {AnyMetric(std::make_shared<AccuracyGap>()), AnyMetric(metrics::BinaryAccuracy({.name = "hits"})),
                   AnyMetric(metrics::MeanMetricWrapper(minimum, "overlap"))}});
  auto rises = [&](const std::string& monitor, const std::string& mode = "auto") {
    Improvement better(monitor, mode);
    better.ask(&model);
    return better(2, 1);
  };
  EXPECT_FALSE(rises("accuracy_gap"));
  EXPECT_FALSE(rises("val_accuracy_gap"));
  EXPECT_TRUE(rises("val_hits"));
  EXPECT_FALSE(rises("val_hits", "min"));
  EXPECT_FALSE(rises("val_loss"));
  EXPECT_TRUE(rises("val_f1_of_mine")) << "no metric of the model: by its name";
  EXPECT_EQ(message_of([&] { rises("val_overlap"); }),
            "the metric 'overlap' does not say whether more or less of it is better");
  EXPECT_TRUE(rises("val_overlap", "max"));
}

TEST_F(Checkpoints, EarlyStoppingBringsTheBestWeightsBack) {
  Sequential model = network();
  std::vector<std::vector<Tensor>> at_end;
  const auto remember =
      LambdaCallback({.on_epoch_end = [&](int, const Logs&) { at_end.push_back(model.get_weights()); }});
  auto stopping = std::make_shared<EarlyStopping>(
      EarlyStopping::Options{.monitor = "val_accuracy", .patience = 100, .restore_best_weights = true});
  const History history = model.fit(data(), arguments({remember, stopping}));
  const auto& accuracy = history["val_accuracy"];
  const size_t best = size_t(std::max_element(accuracy.begin(), accuracy.end()) - accuracy.begin());
  EXPECT_EQ(stopping->best_epoch(), int(best));
  for (size_t i = 0; i < at_end[best].size(); ++i) EXPECT_TRUE(identical(model.get_weights()[i], at_end[best][i]));
}

TEST_F(Checkpoints, ReduceLROnPlateauCountsAsKerasDoes) {
  Sequential model = network();
  ReduceLROnPlateau reduce({.factor = 0.5, .patience = 2, .cooldown = 1, .min_lr = 0.003});
  epochs_of(reduce, {1, 1, 1}, model);
  EXPECT_NEAR(model.optimizer()->learning_rate(), 0.005, 1e-9);
  epochs_of(reduce, {1, 1, 1, 1, 1, 1, 1, 1}, model);
  EXPECT_NEAR(model.optimizer()->learning_rate(), 0.003, 1e-9);
}

TEST_F(Checkpoints, ModelCheckpointFillsInItsPath) {
  Sequential model = network();
  model.fit(data(),
            arguments({ModelCheckpoint(file("{epoch:02d}-{val_loss:.0f}.safetensors")),
                       ModelCheckpoint(
                           {.filepath = file("best.safetensors"), .monitor = "val_loss", .save_best_only = true})}));
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder()))
    files += entry.path().filename().string().starts_with("0");
  EXPECT_EQ(files, 4);
  EXPECT_NO_THROW(load_model(file("best.safetensors")));
  EXPECT_EQ(message_of([&] { model.fit(data(), arguments({ModelCheckpoint(file("{val_los:.2f}.safetensors"))})); }),
            "there is no metric called 'val_los'");
}

TEST_F(Checkpoints, LearningRateSchedulerAndCSVLogger) {
  Sequential model = network();
  std::ostringstream shown;
  FitArguments given =
      arguments({LearningRateScheduler([](int epoch, double rate) { return epoch < 2 ? rate : rate / 2; }),
                 CSVLogger(file("log.csv"))});
  const History history = model.fit(data(), given);
  EXPECT_NEAR(history["learning_rate"][3], 0.0025, 1e-8);
  const std::string log = read_text(file("log.csv"));
  EXPECT_EQ(log.substr(0, log.find('\n')), "epoch,loss,accuracy,val_loss,val_accuracy,learning_rate");
  EXPECT_EQ(std::count(log.begin(), log.end(), '\n'), 5);
}

TEST_F(Checkpoints, PrintLayerShowsValues) {
  Sequential model = network();
  std::ostringstream shown;
  FitArguments given = arguments({PrintLayer({.layer = "dense", .every = 3, .values = 2})});
  given.stream = &shown;
  model.fit(data(), given);
  EXPECT_NE(shown.str().find("dense [16, 8]: mean "), std::string::npos) << shown.str();
  EXPECT_EQ(message_of([&] { model.fit(data(), arguments({PrintLayer("dens")})); }),
            "'sequential' has no layer called 'dens'");
}

TEST_F(Checkpoints, TerminateOnNaNNamesLayerAndOp) {
  clear_session();
  set_random_seed(3);
  // The logarithm of what training drives below zero.
  Sequential model(Input({1}),
                   {Dense({.units = 1, .kernel_initializer = "ones"}), Lambda([](Var x) { return log(x); })});
  model.compile({.optimizer = SGD(0.5), .loss = "mse"});
  const Tensor x = Tensor::full({32, 1}, 2), y = Tensor::full({32, 1}, -6);
  const std::string message = message_of(
      [&] { model.fit(x, y, {.epochs = 30, .batch_size = 8, .verbose = 0, .callbacks = {TerminateOnNaN()}}); });
  EXPECT_NE(message.find("the op 'log' in 'lambda' is the first to give a value that is NaN"), std::string::npos)
      << message;
  for (const Tensor& weight : model.get_weights()) EXPECT_TRUE(std::isfinite(weight.flat(0)));
}

// A call of `network` for which there is one kernel.
constexpr const char* dropout_call = "random_bernoulli(shape=[], dtype=float32, probability=0.5, scale=2)";

// What a training says that goes on from a checkpoint with these kernels.
std::string said_with_kernels(const std::string& file, Config::Map kernels) {
  Safetensors written = load_safetensors(file);
  Config place = Config::parse(written.metadata.at("checkpoint"));
  EXPECT_TRUE(place["kernels"].is_map());
  place.set("kernels", std::move(kernels));
  written.metadata["checkpoint"] = place.json();
  save_safetensors(file, written.tensors, written.metadata);
  Sequential resumed = network();
  resumed.restore_checkpoint(file);
  std::ostringstream said;
  FitArguments loud = arguments({StopAt(0, "")});
  loud.verbose = 2, loud.stream = &said;
  resumed.fit(data(), loud);
  return said.str();
}

// A kernel that this machine does not have is told, and the training goes on without it.
TEST_F(Checkpoints, TellWhichKernelsAreNotThere) {
  network().fit(data(), arguments({StopAt(3, file())}));
  const std::string said =
      said_with_kernels(file(), {{"conv() float32 [1]", "another direct"}, {dropout_call, "another philox"}});
  EXPECT_NE(said.find("kernels that are not there now: another direct (now another kernel), another philox (now cpu "
                      "philox); the training goes on"),
            std::string::npos)
      << said;
}

// Checkpoints of earlier versions name the kernels of calls for which there is no choice, too.
TEST_F(Checkpoints, TellNothingOfKernelsThatAreThere) {
  network().fit(data(), arguments({StopAt(3, file())}));
  const std::string said = said_with_kernels(file(), {{dropout_call, "cpu philox"}});
  EXPECT_EQ(said.find("kernels"), std::string::npos) << said;
}

}  // namespace
}  // namespace cajal
