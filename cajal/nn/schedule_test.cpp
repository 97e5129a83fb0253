#include "cajal/nn/internal/golden_test.h"
#include "cajal/nn/schedules.h"

namespace cajal {
namespace {

TEST(LearningRateSchedule, GivesTheRatesOfKeras) {
  const Config file = golden::read("schedules.json");
  for (const Config& record : file["records"].list()) {
    const auto schedule =
        LearningRateSchedule::from_config(golden::part(record["schedule"].text(), record["arguments"]));
    const Tensor wanted = golden::tensor(record["values"]);
    const Var step = placeholder({}, DType::float64);
    Program in_graph({step}, schedule->rate(step));
    for (int64_t i = 0; i < wanted.size(); ++i) {
      const std::string what =
          record["schedule"].text() + " " + record["arguments"].json() + " at " + std::to_string(i);
      EXPECT_NEAR(schedule->at(i), wanted.flat(i), 1e-12) << what;
      EXPECT_NEAR(in_graph(Tensor::full({}, double(i), DType::float64)).item(), wanted.flat(i), 1e-12) << what;
    }
  }
}

TEST(LearningRateSchedule, ComesBackFromItsConfig) {
  const LearningRate rate = CosineDecay({.initial_learning_rate = 0.1, .decay_steps = 30, .warmup_target = 0.2});
  const LearningRate back = LearningRate::from_config(Config::parse(rate.config().json()));
  EXPECT_EQ(back.config(), rate.config());
  EXPECT_EQ(LearningRate::from_config(0.25).at(7), 0.25);
}

TEST(LearningRateSchedule, HasTheArgumentsOfKeras) {
  const Config file = golden::read("names.json");
  for (const auto& entry : file["schedules"].map()) {
    const auto make = [&] {
      Config arguments(Config::Map{});
      for (const char* name : {"initial_learning_rate", "decay_steps", "first_decay_steps", "decay_rate"})
        for (const Config& argument : entry.second["arguments"].list())
          if (argument["name"].text() == name) arguments.set(name, 1);
      if (entry.first == "PiecewiseConstantDecay") {
        arguments.set("boundaries", Config::List{Config(1)});
        arguments.set("values", Config::List{Config(1), Config(2)});
      }
      return LearningRateSchedule::from_config(golden::part(entry.first, arguments));
    };
    const Config config = make()->config()["config"];
    const Config::List& wanted = entry.second["arguments"].list();
    ASSERT_EQ(config.map().size(), wanted.size()) << entry.first;
    for (size_t i = 0; i < wanted.size(); ++i) EXPECT_EQ(config.map()[i].first, wanted[i]["name"].text());
  }
}

TEST(LearningRateSchedule, TellsWhatIsWrong) {
  EXPECT_THROW(ExponentialDecay(0.1, 0, 0.9), Error);
  EXPECT_THROW(PiecewiseConstantDecay({10, 20}, {1, 2}), Error);
  EXPECT_THROW(PiecewiseConstantDecay({20, 10}, {1, 2, 3}), Error);
  EXPECT_THROW(LearningRateSchedule::named("cosine"), Error);
}

TEST(LearningRateSchedule, PiecewiseLinearGoesFromPointToPoint) {
  const PiecewiseLinear schedule({2, 4, 8}, {1, 3, 0});
  const std::vector<double> wanted = {1, 1, 1, 2, 3, 2.25, 1.5, 0.75, 0, 0};
  const Var step = placeholder({}, DType::float64);
  Program in_graph({step}, schedule.rate(step));
  for (size_t i = 0; i < wanted.size(); ++i) {
    EXPECT_NEAR(schedule.at(int64_t(i)), wanted[i], 1e-12) << i;
    EXPECT_NEAR(in_graph(Tensor::full({}, double(i), DType::float64)).item(), wanted[i], 1e-12) << i;
  }
  const LearningRate rate = schedule, back = LearningRate::from_config(Config::parse(rate.config().json()));
  EXPECT_EQ(back.config(), rate.config());
  EXPECT_EQ(PiecewiseLinear({5}, {2}).at(7), 2);
  EXPECT_THROW(PiecewiseLinear({}, {}), Error);
  EXPECT_THROW(PiecewiseLinear({1, 2}, {1}), Error);
  EXPECT_THROW(PiecewiseLinear({2, 2}, {1, 2}), Error);
}

}  // namespace
}  // namespace cajal
