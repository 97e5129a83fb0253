// Rosenblatt's perceptron of 1958, every update shown: a wrong example is added to the weights, or taken away.
#include <cajal/cajal.h>

#include <iostream>

using namespace cajal;

int main() {
  // Each row is 1 (for the threshold) and a point; the first three points are of the kind +1, the others -1.
  Tensor points = Tensor::of({1., 2., 1., 1., 3., 3., 1., 1., 2., 1., 0., 1., 1., 1., 0., 1., -1., 2.}, {6, 3});
  Tensor kinds = Tensor::of({1., 1., 1., -1., -1., -1.});
  Tensor weights = zeros({3}, DType::float64);

  int updates = 0, mistakes = 1, pass = 0;
  while (mistakes > 0) {
    mistakes = 0;
    std::cout << "pass " << ++pass << ", weights " << weights << "\n";
    for (int64_t i = 0; i < points.dim(0); ++i) {
      Tensor x = points[i];
      const double kind = kinds.flat(i), answer = sum(weights * x).item() > 0 ? 1 : -1;
      if (answer == kind) continue;
      Tensor changed = weights + kind * x;
      std::cout << "  " << x << " is " << kind << " and was taken for " << answer << ": " << weights
                << (kind > 0 ? " + " : " - ") << x << " = " << changed << "\n";
      weights = changed;
      ++mistakes, ++updates;
    }
  }
  std::cout << "no mistake in pass " << pass << ": learned with " << updates << " updates\n"
            << "the line between the kinds: " << weights.flat(0) << " + " << weights.flat(1) << " x + "
            << weights.flat(2) << " y = 0\n";

  if (!plot::available()) return 0;
  plot::Figure figure({.width = 420, .height = 340});
  auto column = [&](int64_t from, int64_t axis) {
    return points.slice(0, {from, from + 3}).slice(1, {axis, axis + 1});
  };
  auto line = [&](double x) { return -(weights.flat(0) + weights.flat(1) * x) / weights.flat(2); };
  figure.axes().scatter(column(0, 1), column(0, 2), {.label = "+1"});
  figure.axes().scatter(column(3, 1), column(3, 2), {.label = "-1", .marker = "s"});
  figure.axes().plot({-1.0, 4.0}, {line(-1), line(4)}, {.color = "muted"}).set_xlabel("x").set_ylabel("y");
  figure.save("perceptron.png");
}
