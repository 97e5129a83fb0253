// The points and features; the settings' text is in playground_settings.cpp.
#include "cajal/data/playground.h"

#include <cmath>
#include <numbers>

#include "cajal/base/error.h"
#include "cajal/base/text.h"
#include "cajal/data/internal/permutation.h"

namespace cajal {
namespace {

struct Point {
  double x, y, label;
};
using Points = std::vector<Point>;

// Two clouds; half of the points each.
Points gauss(int64_t count, double noise, random::Stream& stream) {
  const double stddev = std::sqrt(0.5 + 7 * noise);
  Points out;
  for (double label : {1., -1.})
    for (int64_t i = 0; 2 * i < count; ++i) {
      const double x = stream.normal(2 * label, stddev);
      out.push_back({x, stream.normal(2 * label, stddev), label});
    }
  return out;
}

// Two arms of one and three quarter turns.
Points spiral(int64_t count, double noise, random::Stream& stream) {
  const double half = double(count) / 2;
  Points out;
  for (double label : {1., -1.})
    for (int64_t i = 0; 2 * i < count; ++i) {
      const double radius = double(i) / half * 5;
      const double turn = 1.75 * double(i) / half * 2 * std::numbers::pi + (label > 0 ? 0 : std::numbers::pi);
      const double x = radius * std::sin(turn) + stream.uniform(-1, 1) * noise;
      out.push_back({x, radius * std::cos(turn) + stream.uniform(-1, 1) * noise, label});
    }
  return out;
}

// A disc in a ring. Noise moves the point that the label is taken at, not the point.
Points circle(int64_t count, double noise, random::Stream& stream) {
  constexpr double radius = 5;
  Points out;
  for (bool inside : {true, false})
    for (int64_t i = 0; 2 * i < count; ++i) {
      const double r = inside ? stream.uniform(0, 0.5 * radius) : stream.uniform(0.7 * radius, radius);
      const double angle = stream.uniform(0, 2 * std::numbers::pi);
      const double x = r * std::sin(angle), y = r * std::cos(angle);
      const double seen_x = x + stream.uniform(-radius, radius) * noise;
      const double seen_y = y + stream.uniform(-radius, radius) * noise;
      out.push_back({x, y, std::hypot(seen_x, seen_y) < 0.5 * radius ? 1. : -1.});
    }
  return out;
}

// Four squares, with a gap along the axes.
Points exclusive_or(int64_t count, double noise, random::Stream& stream) {
  auto coordinate = [&] {
    const double value = stream.uniform(-5, 5);
    return value + (value > 0 ? 0.3 : -0.3);
  };
  Points out;
  for (int64_t i = 0; i < count; ++i) {
    const double x = coordinate(), y = coordinate();
    const double seen_x = x + stream.uniform(-5, 5) * noise, seen_y = y + stream.uniform(-5, 5) * noise;
    out.push_back({x, y, seen_x * seen_y >= 0 ? 1. : -1.});
  }
  return out;
}

template <class Label>
Points regression(int64_t count, double noise, random::Stream& stream, Label label) {
  constexpr double radius = 6;
  Points out;
  for (int64_t i = 0; i < count; ++i) {
    const double x = stream.uniform(-radius, radius), y = stream.uniform(-radius, radius);
    const double seen_x = x + stream.uniform(-radius, radius) * noise;
    const double seen_y = y + stream.uniform(-radius, radius) * noise;
    out.push_back({x, y, label(seen_x, seen_y)});
  }
  return out;
}

Points plane(int64_t count, double noise, random::Stream& stream) {
  return regression(count, noise, stream, [](double x, double y) { return (x + y) / 10; });
}

// Six cones of radius 2, up and down in turn; the one that is highest or deepest counts.
Points cones(int64_t count, double noise, random::Stream& stream) {
  return regression(count, noise, stream, [](double x, double y) {
    double label = 0, sign = 1;
    for (double centre_y : {2.5, -2.5}) {
      for (double centre_x : {-4., 0., 4.}) {
        const double height = std::fmax(0, 1 - std::hypot(x - centre_x, y - centre_y) / 2);
        if (height > std::abs(label)) label = sign * height;
        sign = -sign;
      }
    }
    return label;
  });
}

struct Maker {
  const char* name;
  Points (*make)(int64_t count, double noise, random::Stream& stream);
};

constexpr Maker makers[] = {{"circle", circle}, {"xor", exclusive_or}, {"gauss", gauss},
                            {"spiral", spiral}, {"reg-plane", plane},  {"reg-gauss", cones}};

double feature(const std::string& name, double x, double y) {
  if (name == "x") return x;
  if (name == "y") return y;
  if (name == "xSquared") return x * x;
  if (name == "ySquared") return y * y;
  if (name == "xTimesY") return x * y;
  return name == "sinX" ? std::sin(x) : std::sin(y);
}

Dataset samples(const PlaygroundSettings& settings, const Tensor& points) {
  return Dataset(playground_features(settings, points), points.slice(1, {.start = 2}).cast(DType::float32).copy());
}

}  // namespace

Tensor playground_points(const std::string& name, int64_t count, double noise, uint64_t seed) {
  if (count < 2) fail("a data set of " + std::to_string(count) + " points", "2 or more");
  std::vector<std::string> names;
  for (const Maker& maker : makers) {
    names.emplace_back(maker.name);
    if (name != maker.name) continue;
    random::Stream stream(seed);
    const Points points = maker.make(count, noise, stream);
    const std::vector<int64_t> order = internal::permutation(int64_t(points.size()), stream);
    Tensor out({int64_t(points.size()), 3}, DType::float64);
    double* to = out.data<double>();
    for (int64_t row : order) {
      const Point& point = points[size_t(row)];
      *to++ = point.x, *to++ = point.y, *to++ = point.label;
    }
    return out;
  }
  throw Error(Code::not_found, "TensorFlow Playground has no data set called '" + name + "'", {}, choices(name, names));
}

Tensor playground_features(const PlaygroundSettings& settings, const Tensor& points) {
  if (points.rank() != 2 || points.dim(1) < 2)
    fail("points of shape " + points.shape().text() + " were given", "[n, 2]: x and y of each");
  const std::vector<std::string> names = settings.features();
  const std::vector<double> values = points.values<double>();
  const int64_t count = points.dim(0), width = points.dim(1);
  Tensor out({count, int64_t(names.size())});
  float* to = out.data<float>();
  for (int64_t i = 0; i < count; ++i)
    for (const std::string& name : names)
      *to++ = float(feature(name, values[size_t(i * width)], values[size_t(i * width + 1)]));
  return out;
}

PlaygroundData playground_data(const PlaygroundSettings& settings) {
  settings.check();
  const bool regression = settings.regression();
  const Tensor points = playground_points(regression ? settings.reg_dataset : settings.dataset, regression ? 1200 : 500,
                                          settings.noise / 100, settings.seed_number());
  const int64_t count = points.dim(0), train = int64_t(double(count) * settings.perc_train_data / 100);
  if (train < 1 || train >= count)
    fail("percTrainData leaves " + std::to_string(train) + " of " + std::to_string(count) + " points to learn from",
         "a share that leaves points on both sides");
  PlaygroundData out;
  out.train_points = points.slice(0, {.stop = train}), out.test_points = points.slice(0, {.start = train});
  out.train = samples(settings, out.train_points), out.test = samples(settings, out.test_points);
  return out;
}

}  // namespace cajal
