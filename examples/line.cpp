// A line through points by gradient descent: the two numbers move downhill until the squared error is least.
#include <cajal/cajal.h>

#include <cmath>
#include <cstdio>

using namespace cajal;

int main() {
  set_random_seed(1);
  Tensor x = random::uniform({200}, 0, 2);
  Tensor y = 3 * x + 1 + random::normal({200}, 0, 0.3);

  Variable slope(Tensor::of({0.f})), intercept(Tensor::of({0.f}));
  Program step({placeholder({200}), placeholder({200})}, [&](Var x, Var y) {
    Var loss = mean(square(slope * x + intercept - y));
    Vars downhill = gradient(loss, std::vector<Variable>{slope, intercept});
    slope.assign_sub(0.1 * downhill[0]);
    intercept.assign_sub(0.1 * downhill[1]);
    return loss;
  });

  std::puts("  step   squared error   the line");
  for (int i = 0; i <= 300; ++i) {
    const double a = slope.value().item(), b = intercept.value().item(), loss = step(x, y).item();
    if (i < 4 || i == 10 || i == 30 || i % 100 == 0) std::printf("%6d %15.4f   y = %.3f x + %.3f\n", i, loss, a, b);
  }
  // What mathematics says at once: slope = covariance / variance.
  const double best = (mean(x * y) - mean(x) * mean(y)).item() / var(x).item();
  std::printf("the least squares line is y = %.3f x + %.3f: they differ by %.4f\n", best,
              mean(y).item() - best * mean(x).item(), std::abs(best - slope.value().item()));

  if (!plot::available()) return 0;
  plot::Figure figure({.width = 420, .height = 320});
  figure.axes().scatter(x, y, {.alpha = 0.5}).set_xlabel("x").set_ylabel("y");
  figure.axes().plot(x, slope.value() * x + intercept.value(), {.label = "learned"});
  figure.save("line.png");
}
