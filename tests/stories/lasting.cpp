// What must hold for long: old files open, memory does not grow.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>

#include "cajal/cajal.h"

namespace cajal {
namespace {

const Path folder = "tests/files";

struct Gain : Layer {
  Variable factor;
  void build(const Shape& input) override { factor = add_weight("factor", {input.back()}, "ones"); }
  Var call(Var x) override { return x * factor; }
};

Sequential every_kind() {
  clear_session();
  set_random_seed(11);
  Sequential model(Input({6}), {Rescaling(0.5), Dense(8, "relu"), BatchNormalization(), Dropout(0.25), Gain(),
                                Lambda([](Var x) { return clip(x, -3, 3); }), LayerNormalization(), Dense(3)});
  model.compile({.optimizer = Adam({.learning_rate = 0.01}),
                 .loss = SparseCategoricalCrossentropy({.from_logits = true}),
                 .metrics = {"accuracy"}});
  model.notes().set("classes", Config::List{"a", "b", "c"});
  return model;
}

Dataset samples() {
  random::Stream dice(5);
  Tensor x({48, 6}), y({48}, DType::int64);
  for (int64_t i = 0; i < x.size(); ++i) x.set_flat(i, dice.uniform(-1, 1));
  for (int64_t i = 0; i < 48; ++i) y.set_flat(i, double(dice.below(3)));
  return Dataset(x, y);
}

struct StopInTheMiddle : Callback {
  void on_train_batch_end(int64_t) override {
    if (++steps != 5) return;
    model()->save_checkpoint((folder / "checkpoint_1.safetensors").string());
    model()->stop_training();
  }
  bool comes_last() const override { return true; }
  int steps = 0;
};

FitArguments arguments(AnyCallback callback) {
  return {.epochs = 3, .batch_size = 16, .verbose = 0, .callbacks = {std::move(callback)}};
}

TEST(Lasting, FilesOfEveryVersionOpen) {
  if (std::getenv("CAJAL_WRITE_FILES")) {
    Sequential model = every_kind();
    model.fit(samples(), arguments(StopInTheMiddle()));
    model.save((folder / "version_1.safetensors").string());
    const Tensor x = samples().batch(48).begin()->x[0];
    save_npz(folder / "version_1.npz", {{"x", x}, {"y", model.predict(x)}});
  }
  const NamedTensors known = load_npz(folder / "version_1.npz");
  const auto opened = load_model((folder / "version_1.safetensors").string());
  const Tensor got = opened->predict(known.at("x")), wanted = known.at("y");
  for (int64_t i = 0; i < wanted.size(); ++i) EXPECT_NEAR(got.flat(i), wanted.flat(i), 1e-5);
  EXPECT_EQ(opened->notes()["classes"].list().size(), 3u);
  // It learns on, and the stopped training goes on.
  EXPECT_NO_THROW(opened->fit(samples(), {.verbose = 0}));
  Sequential stopped = every_kind();
  stopped.restore_checkpoint((folder / "checkpoint_1.safetensors").string());
  const History history = stopped.fit(samples(), arguments(LambdaCallback({})));
  EXPECT_EQ(history.epoch, std::vector<int>({0, 1, 2}));
}

int64_t resident_bytes() {
  int64_t pages = 0, resident = 0;
  std::ifstream("/proc/self/statm") >> pages >> resident;
  return resident * sysconf(_SC_PAGESIZE);
}

TEST(Lasting, MemoryStaysFlatOverManyFitsAndPredictions) {
  Sequential model = every_kind();
  const Dataset data = samples();
  const Tensor x = data.batch(48).begin()->x[0];
  auto work = [&](int fits, int predictions) {
    for (int i = 0; i < fits; ++i) model.fit(data, {.batch_size = 16, .verbose = 0, .validation_data = data});
    for (int i = 0; i < predictions; ++i) model.predict(x.slice(0, {0, 1 + i % 5}));
  };
  work(100, 1000);
  const int64_t before = resident_bytes();
  if (before == 0) GTEST_SKIP() << "this system does not tell how much memory is in use";
  work(900, 9000);
  EXPECT_LT(resident_bytes() - before, 2'000'000);
}

}  // namespace
}  // namespace cajal
