#include "cajal/data/playground.h"

#include <cmath>

#include "cajal/data/internal/test_support.h"

namespace cajal {
namespace {

using internal::error_of;
using Names = std::vector<std::string>;

// What the page writes behind the '#' at its start.
constexpr const char* usual =
    "activation=tanh&batchSize=10&dataset=circle&regDataset=reg-plane&learningRate=0.03&regularizationRate=0&noise=0&"
    "networkShape=4,2&seed=0.77395&showTestData=false&discretize=false&percTrainData=50&x=true&y=true&xTimesY=false&"
    "xSquared=false&ySquared=false&cosX=false&sinX=false&cosY=false&sinY=false&collectStats=false&"
    "problem=classification&initZero=false&hideText=false";

TEST(Playground, ReadsLinks) {
  const std::string link =
      "https://playground.tensorflow.org/#activation=relu&regularization=L2&batchSize=30&"
      "dataset=spiral&regDataset=reg-gauss&learningRate=0.003&regularizationRate=0.001&noise=25&"
      "networkShape=8,6,4&seed=0.4&percTrainData=70&x=false&sinX=true&xTimesY=true&cosX=true&"
      "problem=classification&initZero=true&playButton_hide=true&tutorial=dp";
  const PlaygroundSettings read = PlaygroundSettings::parse(link);
  EXPECT_EQ(read.activation, "relu");
  EXPECT_EQ(read.regularization, "L2");
  EXPECT_EQ(read.batch_size, 30);
  EXPECT_EQ(read.dataset, "spiral");
  EXPECT_EQ(read.learning_rate, 0.003);
  EXPECT_EQ(read.regularization_rate, 0.001);
  EXPECT_EQ(read.noise, 25);
  EXPECT_EQ(read.network_shape, std::vector<int64_t>({8, 6, 4}));
  EXPECT_EQ(read.seed, "0.4");
  EXPECT_EQ(read.perc_train_data, 70);
  EXPECT_EQ(read.features(), Names({"y", "xTimesY", "sinX"}));
  EXPECT_TRUE(read.init_zero);
  EXPECT_TRUE(PlaygroundSettings::is_link(link));
  EXPECT_FALSE(PlaygroundSettings::is_link("digits"));
}

TEST(Playground, LinksAreWrittenAsTheyAreRead) {
  const PlaygroundSettings settings = PlaygroundSettings::parse(usual);
  EXPECT_EQ(settings.hash(), std::string(usual).insert(15, "&regularization=none"));
  EXPECT_EQ(PlaygroundSettings::parse("#" + settings.hash()).hash(), settings.hash());
  EXPECT_EQ(PlaygroundSettings::parse("playground:#" + settings.hash()).hash(), settings.hash());
  EXPECT_EQ(PlaygroundSettings::parse("playground:").hash(), PlaygroundSettings().hash());
  EXPECT_EQ(PlaygroundSettings::parse("https://playground.tensorflow.org/").hash(), PlaygroundSettings().hash());
  EXPECT_TRUE(PlaygroundSettings::parse("networkShape=").network_shape.empty());
  EXPECT_EQ(PlaygroundSettings::parse("networkShape=3%2C2").network_shape, std::vector<int64_t>({3, 2}));
  EXPECT_EQ(PlaygroundSettings::parse("noise=").noise, 0);
  EXPECT_EQ(PlaygroundSettings::parse("xSquared=true&xSquared_hide=true").features(), Names({"x", "y"}));
}

TEST(Playground, SaysWhatIsWrong) {
  auto error = [](const char* text) { return error_of([&] { PlaygroundSettings::parse(text); }); };
  EXPECT_EQ(error("batchsise=3"), "TensorFlow Playground has no setting called 'batchsise' | 'batchSize'");
  EXPECT_EQ(error("activation=tan"), "TensorFlow Playground's activation is 'tan' | 'tanh'");
  EXPECT_EQ(error("dataset=circles"), "TensorFlow Playground's dataset is 'circles' | 'circle'");
  EXPECT_EQ(error("dataset=moons"), "TensorFlow Playground's dataset is 'moons' | one of circle, xor, gauss, spiral");
  EXPECT_EQ(error("learningRate=fast"), "TensorFlow Playground's learningRate is 'fast' | a number");
  EXPECT_EQ(error("batchSize=1.5"), "TensorFlow Playground's batchSize is '1.5' | a whole number");
  EXPECT_EQ(error("noise=90"), "TensorFlow Playground's noise is '90' | a number from 0 to 80");
  EXPECT_EQ(error("networkShape=4,,2"), "TensorFlow Playground's networkShape is '' | a number");
  EXPECT_EQ(error("networkShape=0"), "TensorFlow Playground's networkShape is '0' | a number from 1 to 10000");
  EXPECT_EQ(error("x=yes"), "TensorFlow Playground's x is 'yes' | true or false");
  EXPECT_EQ(error("noise"), "'noise' in the settings of TensorFlow Playground has no value | noise=...");
  EXPECT_EQ(error("x=false&y=false"),
            "TensorFlow Playground's settings feed no feature | x=true, or another of xSquared, xTimesY, sinX");
  EXPECT_EQ(error_of([] { playground_points("spirals", 10, 0, 0); }),
            "TensorFlow Playground has no data set called 'spirals' | 'spiral'");
}

struct Place {
  double x, y, label;
};

std::vector<Place> places(const std::string& name, double noise, int64_t count = 2000) {
  const std::vector<double> values = playground_points(name, count, noise, 5).values<double>();
  std::vector<Place> out;
  for (size_t i = 0; i < values.size(); i += 3) out.push_back({values[i], values[i + 1], values[i + 2]});
  return out;
}

TEST(Playground, PointsFollowTheirFormulas) {
  int64_t inside = 0;
  for (const Place& p : places("circle", 0)) {
    const double r = std::hypot(p.x, p.y);
    EXPECT_TRUE(p.label > 0 ? r < 2.5 : r >= 3.5 && r <= 5) << r;
    inside += p.label > 0;
  }
  EXPECT_EQ(inside, 1000);
  for (const Place& p : places("xor", 0)) {
    EXPECT_EQ(p.label, p.x * p.y >= 0 ? 1 : -1);
    EXPECT_GE(std::abs(p.x), 0.3);
    EXPECT_LE(std::abs(p.y), 5.3);
  }
  for (const Place& p : places("reg-plane", 0)) EXPECT_NEAR(p.label, (p.x + p.y) / 10, 1e-12);
  for (const Place& p : places("spiral", 0)) {
    const double r = std::hypot(p.x, p.y),
                 turn = 1.75 * 2 * 3.14159265358979 * r / 5 + (p.label > 0 ? 0 : 3.14159265358979);
    EXPECT_NEAR(p.x, r * std::sin(turn), 1e-9);
    EXPECT_NEAR(p.y, r * std::cos(turn), 1e-9);
  }
  for (const Place& p : places("reg-gauss", 0)) EXPECT_LE(std::abs(p.label), 1);
}

TEST(Playground, ConesGoUpAndDownInTurn) {
  const std::vector<Place> all = places("reg-gauss", 0, 20'000);
  auto near = [&](double x, double y) {
    const Place* best = &all[0];
    for (const Place& p : all)
      if (std::hypot(p.x - x, p.y - y) < std::hypot(best->x - x, best->y - y)) best = &p;
    return best->label;
  };
  EXPECT_NEAR(near(-4, 2.5), 1, 0.1);
  EXPECT_NEAR(near(0, 2.5), -1, 0.1);
  EXPECT_NEAR(near(4, 2.5), 1, 0.1);
  EXPECT_NEAR(near(-4, -2.5), -1, 0.1);
  EXPECT_NEAR(near(0, -2.5), 1, 0.1);
  EXPECT_NEAR(near(4, -2.5), -1, 0.1);
  EXPECT_NEAR(near(2, 0), 0, 0.05);
}

TEST(Playground, NoiseWidensAndMixes) {
  double squares = 0;
  for (const Place& p : places("gauss", 0.5)) squares += (p.x - 2 * p.label) * (p.x - 2 * p.label);
  EXPECT_NEAR(squares / 2000, 4, 0.3);
  squares = 0;
  for (const Place& p : places("gauss", 0)) squares += (p.y - 2 * p.label) * (p.y - 2 * p.label);
  EXPECT_NEAR(squares / 2000, 0.5, 0.05);
  int64_t wrong = 0;
  for (const Place& p : places("xor", 0.5)) wrong += p.label != (p.x * p.y >= 0 ? 1 : -1);
  EXPECT_GT(wrong, 200);
  EXPECT_LT(wrong, 900);
}

TEST(Playground, MakesDataOfSettings) {
  const PlaygroundData data = playground_data(PlaygroundSettings::parse("xSquared=true&sinY=true&percTrainData=30"));
  EXPECT_EQ(data.train.size(), 150);
  EXPECT_EQ(data.test.size(), 350);
  Batch first;
  data.train.read(std::vector<int64_t>{0}, first);
  const double x = data.train_points.at({0, 0}), y = data.train_points.at({0, 1});
  EXPECT_EQ(first.x[0].values<float>(), std::vector<float>({float(x), float(y), float(x * x), float(std::sin(y))}));
  EXPECT_EQ(first.y[0].values<float>(), std::vector<float>({float(data.train_points.at({0, 2}))}));
  EXPECT_EQ(playground_data(PlaygroundSettings::parse("problem=regression")).train.size(), 600);
  EXPECT_TRUE(identical(playground_data(PlaygroundSettings::parse("seed=a")).train_points,
                        playground_data(PlaygroundSettings::parse("seed=a")).train_points));
  EXPECT_FALSE(identical(playground_data(PlaygroundSettings::parse("seed=a")).train_points,
                         playground_data(PlaygroundSettings::parse("seed=b")).train_points));
}

}  // namespace
}  // namespace cajal
