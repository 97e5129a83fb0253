#include "cajal/zoo/playground.h"

#include <gtest/gtest.h>

#include <cmath>

#include "cajal/nn/layers.h"

namespace cajal {
namespace {

Tensor labels_of(const Dataset& data) {
  Batch all;
  std::vector<int64_t> rows(size_t(data.size()));
  for (size_t i = 0; i < rows.size(); ++i) rows[i] = int64_t(i);
  data.read(rows, all);
  return all.y[0];
}

// The page's learning written out plainly, in double: a layer is a matrix [inputs][outputs] and biases.
struct Plain {
  using Matrix = std::vector<std::vector<double>>;
  std::vector<Matrix> weights;
  std::vector<std::vector<double>> biases;

  explicit Plain(const std::vector<Tensor>& from) {
    for (size_t i = 0; i < from.size(); i += 2) {
      Matrix w(size_t(from[i].dim(0)), std::vector<double>(size_t(from[i].dim(1))));
      for (size_t a = 0; a < w.size(); ++a)
        for (size_t b = 0; b < w[a].size(); ++b) w[a][b] = from[i].at({int64_t(a), int64_t(b)});
      weights.push_back(w);
      biases.push_back(from[i + 1].values<double>());
    }
  }

  // tanh everywhere. Adds one sample's derivatives to the sums.
  void sample(const std::vector<double>& x, double label, std::vector<Matrix>& dw,
              std::vector<std::vector<double>>& db) {
    std::vector<std::vector<double>> outputs = {x};
    for (size_t k = 0; k < weights.size(); ++k) {
      std::vector<double> out = biases[k];
      for (size_t b = 0; b < out.size(); ++b) {
        for (size_t a = 0; a < weights[k].size(); ++a) out[b] += weights[k][a][b] * outputs[k][a];
        out[b] = std::tanh(out[b]);
      }
      outputs.push_back(out);
    }
    std::vector<double> derivative = {outputs.back()[0] - label};
    for (size_t k = weights.size(); k-- > 0;) {
      std::vector<double> below(weights[k].size());
      for (size_t b = 0; b < derivative.size(); ++b) {
        const double inner = derivative[b] * (1 - outputs[k + 1][b] * outputs[k + 1][b]);
        db[k][b] += inner;
        for (size_t a = 0; a < below.size(); ++a) {
          dw[k][a][b] += inner * outputs[k][a];
          below[a] += weights[k][a][b] * inner;
        }
      }
      derivative = below;
    }
  }

  template <class Penalty>
  void step(const std::vector<Matrix>& dw, const std::vector<std::vector<double>>& db, double count, double rate,
            Penalty penalty) {
    for (size_t k = 0; k < weights.size(); ++k) {
      for (size_t b = 0; b < biases[k].size(); ++b) biases[k][b] -= rate * db[k][b] / count;
      for (size_t a = 0; a < weights[k].size(); ++a)
        for (size_t b = 0; b < weights[k][a].size(); ++b)
          weights[k][a][b] -= rate * (dw[k][a][b] / count + penalty(weights[k][a][b]));
    }
  }
};

void expect_the_same_learning(const std::string& link, double (*penalty)(double)) {
  const PlaygroundSettings settings = PlaygroundSettings::parse(link);
  const PlaygroundData data = playground_data(settings);
  Sequential model = playground_model(settings);
  Plain plain(model.get_weights());
  FitArguments arguments = playground_fit(settings, 3);
  arguments.verbose = 0;
  model.fit(data.train, arguments);
  for (int epoch = 0; epoch < 3; ++epoch) {
    for (int64_t first = 0; first < data.train.size(); first += settings.batch_size) {
      auto dw = plain.weights;
      auto db = plain.biases;
      for (auto& matrix : dw)
        for (auto& row : matrix) std::fill(row.begin(), row.end(), 0.);
      for (auto& row : db) std::fill(row.begin(), row.end(), 0.);
      for (int64_t i = first; i < first + settings.batch_size; ++i)
        plain.sample({data.train_points.at({i, 0}), data.train_points.at({i, 1})}, data.train_points.at({i, 2}), dw,
                     db);
      plain.step(dw, db, double(settings.batch_size), settings.learning_rate, penalty);
    }
  }
  const Plain learned(model.get_weights());
  for (size_t k = 0; k < plain.weights.size(); ++k)
    for (size_t a = 0; a < plain.weights[k].size(); ++a)
      for (size_t b = 0; b < plain.weights[k][a].size(); ++b) {
        EXPECT_NEAR(learned.weights[k][a][b], plain.weights[k][a][b], 2e-5) << link;
        EXPECT_NEAR(learned.biases[k][b], plain.biases[k][b], 2e-5) << link;
      }
}

TEST(PlaygroundModel, LearnsAsThePageDoes) {
  expect_the_same_learning("seed=1", [](double) { return 0.; });
  expect_the_same_learning("seed=2&regularization=L2&regularizationRate=0.1", [](double w) { return 0.1 * w; });
  expect_the_same_learning("seed=3&regularization=L1&regularizationRate=0.001",
                           [](double w) { return w > 0 ? 0.001 : -0.001; });
}

TEST(PlaygroundModel, BeginsAsThePageDoes) {
  const std::vector<Tensor> weights = playground_model(PlaygroundSettings::parse("networkShape=50,50")).get_weights();
  double most = 0, least = 0, sum = 0;
  for (double w : weights[2].values<double>()) most = std::max(most, w), least = std::min(least, w), sum += w;
  EXPECT_NEAR(most, 0.5, 0.01);
  EXPECT_NEAR(least, -0.5, 0.01);
  EXPECT_NEAR(sum / 2500, 0, 0.02);
  for (double b : weights[1].values<double>()) EXPECT_EQ(b, double(0.1f));
  for (const Tensor& zero : playground_model(PlaygroundSettings::parse("initZero=true")).get_weights())
    for (double w : zero.values<double>()) EXPECT_EQ(w, 0);
  EXPECT_TRUE(identical(playground_model(PlaygroundSettings::parse("seed=x")).get_weights()[0],
                        playground_model(PlaygroundSettings::parse("seed=x")).get_weights()[0]));
}

double held_out(const std::string& link, int epochs, bool loss) {
  const PlaygroundSettings settings = PlaygroundSettings::parse(link);
  const PlaygroundData data = playground_data(settings);
  Sequential model = playground_model(settings);
  FitArguments arguments = playground_fit(settings, epochs);
  arguments.verbose = 0;
  model.fit(data.train, arguments);
  const Tensor outputs = model.predict(data.test), labels = labels_of(data.test);
  return loss ? playground_loss(outputs, labels) : playground_accuracy(outputs, labels);
}

TEST(PlaygroundModel, SolvesEachDataSet) {
  EXPECT_GE(held_out("dataset=circle", 150, false), 0.98);
  EXPECT_GE(held_out("dataset=gauss&networkShape=", 20, false), 0.98);
  EXPECT_GE(held_out("dataset=xor&xTimesY=true", 50, false), 0.98);
  EXPECT_GE(held_out("dataset=spiral&networkShape=8,8&sinX=true&sinY=true&xSquared=true&ySquared=true&xTimesY=true",
                     300, false),
            0.95);
  EXPECT_LE(held_out("problem=regression&networkShape=", 20, true), 1e-4);
  EXPECT_LE(held_out("problem=regression&regDataset=reg-gauss&networkShape=8,8", 200, true), 0.02);
}

TEST(PlaygroundModel, IsSavedAndLoaded) {
  const PlaygroundSettings settings = PlaygroundSettings::parse("regularization=L1&regularizationRate=0.01");
  Sequential model = playground_model(settings);
  const std::string path = testing::TempDir() + "/playground.safetensors";
  model.save(path);
  const auto again = load_model(path);
  const PlaygroundData data = playground_data(settings);
  EXPECT_TRUE(identical(again->predict(data.test), model.predict(data.test)));
  EXPECT_EQ(again->evaluate(data.test)["loss"], model.evaluate(data.test)["loss"]);
}

}  // namespace
}  // namespace cajal
