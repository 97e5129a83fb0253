// The loops: what `fit` tells its callbacks, which data it sees, what it returns.
#include <gtest/gtest.h>

#include <cmath>
#include <sstream>

#include "cajal/base/parallel.h"
#include "cajal/base/random.h"
#include "cajal/nn/callbacks.h"
#include "cajal/nn/internal/test_support.h"
#include "cajal/nn/layers.h"
#include "cajal/nn/losses.h"
#include "cajal/nn/model.h"
#include "cajal/nn/optimizers.h"
#include "cajal/ops/elementwise.h"

namespace cajal {
namespace {

using Words = std::vector<std::string>;

using Training = FreshSession;

// y = 1 + the sum of x.
const Tensor& inputs() {
  static const Tensor x = [] {
    Tensor out({10, 3});
    random::Stream stream(2);
    for (int64_t i = 0; i < out.size(); ++i) out.set_flat(i, stream.uniform(-1, 1));
    return out;
  }();
  return x;
}
const Tensor& targets() {
  static const Tensor y = [] {
    Tensor out({10, 1});
    for (int64_t i = 0; i < 10; ++i)
      out.set_flat(i, 1 + inputs().at({i, 0}) + inputs().at({i, 1}) + inputs().at({i, 2}));
    return out;
  }();
  return y;
}

Sequential line(double rate = 0.1) {
  Sequential model({Dense(1)});
  model.compile({.optimizer = SGD(rate), .loss = "mse", .metrics = {"mae"}});
  return model;
}

TEST_F(Training, LookaheadDrawsTheWeightsBack) {
  const Dataset data(inputs(), targets());
  Sequential model = line(), by_hand = line();
  model.build_for({Shape({Dim::symbol("batch"), 3})});
  by_hand.build_for({Shape({Dim::symbol("batch"), 3})});
  by_hand.set_weights(model.get_weights());
  std::vector<Tensor> slow = model.get_weights();
  for (int step = 1; step <= 7; ++step) {
    by_hand.train_on_batch(inputs(), targets());
    if (step % 3 != 0) continue;
    const std::vector<Tensor> fast = by_hand.get_weights();
    const double share = step == 3 ? 0.75 : 0.5;
    for (size_t i = 0; i < slow.size(); ++i)
      for (int64_t j = 0; j < slow[i].size(); ++j)
        slow[i].set_flat(j, slow[i].flat(j) + share * (fast[i].flat(j) - slow[i].flat(j)));
    by_hand.set_weights(slow);
  }
  const Lookahead lookahead({.sync_period = 3, .slow_step_size = PiecewiseLinear({3, 6}, {0.75, 0.5})});
  model.fit(data, {.epochs = 7, .batch_size = 10, .verbose = 0, .callbacks = {lookahead}, .shuffle = false});
  for (size_t i = 0; i < slow.size(); ++i)
    for (int64_t j = 0; j < slow[i].size(); ++j)
      EXPECT_NEAR(model.get_weights()[i].flat(j), slow[i].flat(j), 1e-6) << "the seventh step is given up";
  EXPECT_EQ(error_of([] { Lookahead({.sync_period = 0}); }).message(),
            "Lookahead needs a sync_period of 1 or more steps and was given 0");
}

// ------------------------------------------------------------------------------------------------ callbacks

struct Diary : Callback {
  std::shared_ptr<Words> words = std::make_shared<Words>();
  void note(const std::string& word) { words->push_back(word); }
  void on_train_begin() override { note("train begins"); }
  void on_train_end(const Logs& logs) override { note("train ends " + std::to_string(logs.size())); }
  void on_epoch_begin(int epoch) override { note("epoch " + std::to_string(epoch)); }
  void on_epoch_end(int epoch, const Logs& logs) override {
    std::string names;
    for (const auto& log : logs) names += " " + log.first;
    note("epoch " + std::to_string(epoch) + " ends:" + names);
  }
  void on_train_batch_begin(int64_t batch) override { note("batch " + std::to_string(batch)); }
  void on_train_batch_end(int64_t batch) override { note("batch " + std::to_string(batch) + " ends"); }
};

TEST_F(Training, CallbacksAreToldInOrder) {
  const Diary diary;
  Sequential model = line();
  model.fit(inputs(), targets(),
            {.epochs = 2,
             .batch_size = 5,
             .verbose = 0,
             .callbacks = {diary},
             .validation_data = Dataset(inputs(), targets())});
  Words wanted{"train begins"};
  for (const char* epoch : {"0", "1"})
    for (const std::string& word : Words{std::string("epoch ") + epoch, "batch 0", "batch 0 ends", "batch 1",
                                         "batch 1 ends", std::string("epoch ") + epoch + " ends:"})
      wanted.push_back(word);
  wanted.push_back("train ends 4");
  Words got = *diary.words;
  for (std::string& word : got)
    if (const size_t colon = word.find(':'); colon != std::string::npos) {
      EXPECT_NE(word.find("val_loss"), std::string::npos) << word;
      word = word.substr(0, colon + 1);
    }
  EXPECT_EQ(got, wanted);
}

TEST_F(Training, ACallbackMayStopIt) {
  struct Stopper : Callback {
    void on_train_batch_end(int64_t batch) override {
      if (batch == 1) model()->stop_training();
    }
  };
  const Diary diary;
  Sequential model = line();
  const History history =
      model.fit(inputs(), targets(), {.epochs = 5, .batch_size = 2, .verbose = 0, .callbacks = {diary, Stopper()}});
  EXPECT_EQ(history.epoch, std::vector<int>{0});
  EXPECT_EQ(diary.words->back().substr(0, 10), "train ends");
  EXPECT_EQ(std::count(diary.words->begin(), diary.words->end(), "batch 2"), 0);
  EXPECT_EQ(model.fit(inputs(), targets(), {.epochs = 2, .verbose = 0}).epoch.size(), 2u) << "the next one runs";
}

TEST_F(Training, ACallbackMayStopItBeforeItBegins) {
  struct Stopper : Callback {
    void on_train_begin() override { model()->stop_training(); }
  };
  Sequential model = line();
  EXPECT_TRUE(model.fit(inputs(), targets(), {.verbose = 0, .callbacks = {Stopper()}}).epoch.empty());
}

TEST_F(Training, LambdaCallbacksAndRates) {
  std::vector<double> losses;
  Sequential model = line();
  model.fit(inputs(), targets(),
            {.epochs = 3, .verbose = 0, .callbacks = {LambdaCallback({.on_epoch_end = [&](int epoch, const Logs& logs) {
                                          losses.push_back(logs["loss"]);
                                          if (epoch == 1) model.optimizer()->set_learning_rate(0);
                                        }})}});
  const double after = model.evaluate(inputs(), targets())["loss"];
  EXPECT_EQ(losses.size(), 3u);
  EXPECT_LT(losses[1], losses[0]);
  EXPECT_NEAR(losses[2], after, 1e-6) << "a rate of 0 takes effect at once";
}

// ------------------------------------------------------------------------------------------------ epochs and steps

TEST_F(Training, HistoryHasEveryMetricOfEveryEpoch) {
  Sequential model = line();
  const History history = model.fit(inputs(), targets(), {.epochs = 3, .verbose = 0});
  EXPECT_EQ(history.epoch, (std::vector<int>{0, 1, 2}));
  EXPECT_EQ(history["loss"].size(), 3u);
  EXPECT_LT(history["loss"][2], history["loss"][0]);
  const Error error = error_of([&] { history["los"]; });
  EXPECT_EQ(error.message(), "the history has no metric called 'los'");
  EXPECT_NE(error.hint().find("'loss'"), std::string::npos);
  EXPECT_THROW(Logs()["loss"], Error);
}

TEST_F(Training, GoesOnFromAnEpoch) {
  Sequential model = line();
  const History history = model.fit(inputs(), targets(), {.epochs = 5, .verbose = 0, .initial_epoch = 3});
  EXPECT_EQ(history.epoch, (std::vector<int>{3, 4}));
  EXPECT_EQ(model.optimizer()->iterations(), 2);
  EXPECT_TRUE(model.fit(inputs(), targets(), {.epochs = 2, .verbose = 0, .initial_epoch = 2}).epoch.empty());
}

TEST_F(Training, TakesSoManySteps) {
  Sequential model = line();
  model.fit(inputs(), targets(), {.epochs = 2, .batch_size = 2, .verbose = 0, .steps_per_epoch = 3});
  EXPECT_EQ(model.optimizer()->iterations(), 6);
  const Dataset endless = Dataset(inputs(), targets()).repeat();
  model.fit(endless, {.epochs = 1, .batch_size = 2, .verbose = 0, .steps_per_epoch = 7});
  EXPECT_EQ(model.optimizer()->iterations(), 13);
  EXPECT_NEAR(model.evaluate(endless, {.batch_size = 5, .steps = 2})["loss"],
              model.evaluate(inputs(), targets(), {.batch_size = 5})["loss"], 1e-6);
  EXPECT_EQ(model.predict(Dataset(inputs()).repeat(), {.batch_size = 4, .steps = 3}).dim(0), 12);
}

TEST_F(Training, TheLastBatchMayBeSmaller) {
  Sequential model = line(0);
  const double whole = model.evaluate(inputs(), targets(), {.batch_size = 10})["loss"];
  EXPECT_NEAR(model.evaluate(inputs(), targets(), {.batch_size = 4})["loss"], whole, 1e-6);
  const History history = model.fit(inputs(), targets(), {.batch_size = 4, .verbose = 0});
  EXPECT_NEAR(history["loss"][0], whole, 1e-6);
  const Tensor all = model.predict(inputs(), {.batch_size = 10});
  EXPECT_LT(std::abs(all.flat(9) - model.predict(inputs(), {.batch_size = 4}).flat(9)), 1e-6);
}

TEST_F(Training, DataSetsMayComeInBatches) {
  Sequential model = line();
  model.fit(Dataset(inputs(), targets()).batch(3), {.epochs = 2, .verbose = 0});
  EXPECT_EQ(model.optimizer()->iterations(), 8);
}

// ------------------------------------------------------------------------------------------------ validation

TEST_F(Training, ValidationSplitTakesTheLastSamples) {
  Sequential model = line(0);
  const History history = model.fit(inputs(), targets(), {.verbose = 0, .validation_split = 0.25});
  auto loss = [&](int64_t from, int64_t to) {
    return model.evaluate(inputs().slice(0, {from, to}), targets().slice(0, {from, to}))["loss"];
  };
  EXPECT_NEAR(history["loss"][0], loss(0, 7), 1e-6);
  EXPECT_NEAR(history["val_loss"][0], loss(7, 10), 1e-6);
  EXPECT_THROW(model.fit(Dataset(inputs(), targets()).filter([](const Batch&) { return true; }),
                         {.verbose = 0, .validation_split = 0.25}),
               Error);
}

TEST_F(Training, ValidatesEverySoManyEpochs) {
  Sequential model = line();
  const History history = model.fit(inputs(), targets(),
                                    {.epochs = 5,
                                     .verbose = 0,
                                     .validation_data = Dataset(inputs(), targets()),
                                     .validation_steps = 1,
                                     .validation_batch_size = 4,
                                     .validation_freq = 2});
  EXPECT_EQ(history["loss"].size(), 5u);
  EXPECT_EQ(history["val_loss"].size(), 2u);
}

TEST_F(Training, ValidationChangesNoWeightAndNoStatistics) {
  Sequential model({BatchNormalization(), Dropout(0.5), Dense(1)});
  model.compile({.optimizer = SGD(0.0), .loss = "mse"});
  model.predict(inputs());
  const std::vector<Tensor> before = model.get_weights();
  model.evaluate(inputs(), targets());
  for (size_t i = 0; i < before.size(); ++i) EXPECT_TRUE(identical(model.get_weights()[i], before[i]));
  EXPECT_TRUE(identical(model.predict(inputs()), model.predict(inputs()))) << "dropout rests";
}

// ------------------------------------------------------------------------------------------------ weights of samples

TEST_F(Training, ClassWeightsAreWeightsOfSamples) {
  const Tensor labels = Tensor::of<int32_t>({0, 1, 2, 0, 1, 2, 0, 1, 2, 0});
  Tensor weights(Shape{10});
  for (int64_t i = 0; i < 10; ++i) weights.set_flat(i, std::vector<double>{0.5, 2, 3}[size_t(labels.flat(i))]);
  auto trained = [&](FitArguments arguments) {
    clear_session();
    set_random_seed(1);
    Sequential model({Dense(3)});
    model.compile({.optimizer = SGD(0.1), .loss = SparseCategoricalCrossentropy({.from_logits = true})});
    model.fit(inputs(), labels, std::move(arguments));
    return model.get_weights()[0];
  };
  const Tensor by_class = trained({.verbose = 0, .class_weight = {{0, 0.5}, {1, 2}, {2, 3}}});
  EXPECT_TRUE(identical(by_class, trained({.verbose = 0, .sample_weight = weights})));
  EXPECT_FALSE(identical(by_class, trained({.verbose = 0})));
  EXPECT_EQ(error_of([&] {
              trained({.verbose = 0, .class_weight = {{0, 1}}});
            })
                .message()
                .substr(0, 38),
            "class_weight has no weight for the cla");
  EXPECT_THROW(trained({.verbose = 0, .class_weight = {{0, 1}, {1, 1}, {2, 1}}, .sample_weight = weights}), Error);
}

// ------------------------------------------------------------------------------------------------ repeating

TEST_F(Training, SameSeedSameBits) {
  const int before = threads();
  auto trained = [](int count, Memory memory) {
    set_threads(count);
    clear_session();
    set_random_seed(5);
    Sequential model({Dense(64, "relu"), BatchNormalization(), Dropout(0.3), Dense(1)});
    model.compile({.optimizer = Adam(0.01), .loss = "mse", .metrics = {"mae"}});
    model.set_memory(memory);
    model.fit(inputs(), targets(), {.epochs = 5, .batch_size = 4, .verbose = 0});
    return model.get_weights();
  };
  const auto wanted = trained(1, Memory::tight);
  for (int count : {1, 2, 3})
    for (Memory memory : {Memory::tight, Memory::keep, Memory::guard}) {
      const auto got = trained(count, memory);
      for (size_t i = 0; i < wanted.size(); ++i)
        EXPECT_TRUE(identical(got[i], wanted[i])) << count << " threads, weight " << i;
    }
  set_threads(before);
}

TEST_F(Training, ShufflesUnlessTold) {
  auto weights = [](bool shuffle, uint64_t seed) {
    clear_session();
    set_random_seed(1);
    Sequential model = line();
    model.predict(inputs());
    set_random_seed(seed);
    model.fit(inputs(), targets(), {.batch_size = 1, .verbose = 0, .shuffle = shuffle});
    return model.get_weights()[0];
  };
  EXPECT_TRUE(identical(weights(false, 1), weights(false, 2)));
  EXPECT_FALSE(identical(weights(true, 1), weights(true, 2)));
  EXPECT_TRUE(identical(weights(true, 2), weights(true, 2)));
}

// ------------------------------------------------------------------------------------------------ single batches

TEST_F(Training, OneBatchAtATime) {
  Sequential model = line();
  const Logs first = model.train_on_batch(inputs(), targets());
  EXPECT_EQ(model.optimizer()->iterations(), 1);
  const Logs tested = model.test_on_batch(inputs(), targets());
  EXPECT_EQ(model.optimizer()->iterations(), 1);
  EXPECT_LT(tested["loss"], first["loss"]);
  EXPECT_EQ(model.predict_on_batch(inputs()).shape(), (Shape{10, 1}));
  model.reset_metrics();
  EXPECT_TRUE(std::isnan(model.metrics_now()["loss"])) << "nothing was seen yet";
}

TEST_F(Training, FreezingNeedsCompileAndThenHolds) {
  Dense first(4, "relu");
  Sequential model({first, Dense(1)});
  model.compile({.optimizer = SGD(0.1), .loss = "mse"});
  model.fit(inputs(), targets(), {.verbose = 0});
  first.set_trainable(false);
  model.compile({.optimizer = SGD(0.1), .loss = "mse"});
  const auto before = model.get_weights();
  model.fit(inputs(), targets(), {.verbose = 0});
  const auto after = model.get_weights();
  EXPECT_TRUE(identical(before[0], after[0]));
  EXPECT_FALSE(identical(before[2], after[2]));
}

// A training in the middle of which a layer stays as it is, with the momentum that the others have.
TEST_F(Training, ACallbackMayFreezeAndCompileAnew) {
  struct Freezer : Callback {
    std::shared_ptr<std::vector<Tensor>> before = std::make_shared<std::vector<Tensor>>();
    void on_epoch_begin(int epoch) override {
      if (epoch != 2) return;
      *before = model()->get_weights();
      *model()->get_layer("first")->trainable = false;
      model()->compile(model()->compile_arguments());
    }
  };
  Dense first(4, "relu");
  first.set_name("first");
  Sequential model({first, Dense(1)});
  model.compile({.optimizer = SGD({.learning_rate = 0.05, .momentum = 0.9}), .loss = "mse", .metrics = {"mae"}});
  const Freezer freezer;
  const History history = model.fit(inputs(), targets(), {.epochs = 4, .verbose = 0, .callbacks = {freezer}});
  const auto after = model.get_weights();
  EXPECT_TRUE(identical((*freezer.before)[0], after[0]));
  EXPECT_TRUE(identical((*freezer.before)[1], after[1]));
  EXPECT_FALSE(identical((*freezer.before)[2], after[2]));
  EXPECT_EQ(history["mae"].size(), 4u);
  EXPECT_EQ(model.optimizer()->iterations(), 4);
}

TEST_F(Training, SeveralOutputsHaveLossesAndWeights) {
  const Input x({3});
  Dense left(1), right(1);
  Model model({x}, {left(x), right(x)});
  const Dataset data(inputs(), TensorList{targets(), targets()});
  auto loss = [&](std::vector<double> weights, std::vector<Any<Loss>> losses) {
    model.compile(
        {.optimizer = SGD(0.0), .loss = "mse", .loss_weights = std::move(weights), .losses = std::move(losses)});
    return model.evaluate(data)["loss"];
  };
  const double both = loss({}, {}), first = loss({1, 0}, {}), second = loss({0, 1}, {});
  EXPECT_NEAR(both, first + second, 1e-6);
  EXPECT_NEAR(loss({2, 0.5}, {}), 2 * first + 0.5 * second, 1e-5);
  EXPECT_NE(loss({}, {"mse", "mae"}), both);
}

// ------------------------------------------------------------------------------------------------ progress

TEST_F(Training, ShowsALinePerEpochOrNothing) {
  auto shown = [](int verbose) {
    std::ostringstream stream;
    line().fit(inputs(), targets(), {.epochs = 2, .verbose = verbose, .stream = &stream});
    return stream.str();
  };
  EXPECT_EQ(shown(0), "");
  for (int verbose : {1, 2}) {
    const std::string text = shown(verbose);
    EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 2) << text;
    EXPECT_EQ(text.substr(0, 9), "epoch 1/2");
    EXPECT_NE(text.find("loss "), std::string::npos);
    EXPECT_EQ(text.find('\r'), std::string::npos) << "no bar where nobody watches";
  }
}

// ------------------------------------------------------------------------------------------------ bad data

TEST_F(Training, BadDataIsNamedBeforeTheFirstStep) {
  Sequential model = line();
  Tensor broken = inputs().copy();
  broken.set({6, 1}, std::nan(""));
  const Error error = error_of([&] { model.fit(broken, targets(), {.verbose = 0}); });
  EXPECT_EQ(error.code(), Code::bad_data);
  EXPECT_EQ(error.message(), "sample 6 of the data has NaN as value 1 of its input");
  EXPECT_THROW(model.fit(Tensor({0, 3}), Tensor({0, 1}), {.verbose = 0}), Error);
  EXPECT_THROW(model.predict(Tensor({0, 3})), Error);
  EXPECT_EQ(model.optimizer()->iterations(), 0);
}

TEST_F(Training, ABadLabelNamesStepAndEpochAndTrainingCanGoOn) {
  Sequential model({Dense(3)});
  model.compile({.optimizer = SGD(0.1), .loss = SparseCategoricalCrossentropy({.from_logits = true})});
  Tensor labels(Shape{10}, DType::int32);
  labels.set_flat(7, 3);
  const Error error = error_of([&] { model.fit(inputs(), labels, {.batch_size = 5, .verbose = 0, .shuffle = false}); });
  EXPECT_NE(error.message().find("the index 3; expected 0 to 2"), std::string::npos) << error.message();
  EXPECT_NE(error.where().find("step 2 of epoch 1"), std::string::npos) << error.where();
  labels.set_flat(7, 2);
  EXPECT_TRUE(std::isfinite(model.fit(inputs(), labels, {.verbose = 0})["loss"][0]));
}

}  // namespace
}  // namespace cajal
