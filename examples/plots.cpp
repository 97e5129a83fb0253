// Every kind of chart once, as plots.svg (for light and dark pages) and plots.png. Needs the program gnuplot.
#include <cajal/cajal.h>

#include <cmath>
#include <iostream>

using namespace cajal;

int main() {
  if (!plot::available()) {
    std::cout << "gnuplot is not here: apt-get install gnuplot-nox\n";
    return 0;
  }
  set_random_seed(1);
  plot::Figure figure({.width = 1080, .height = 900, .rows = 3, .columns = 3, .theme = "auto", .title = "Every kind"});

  Tensor epochs = arange(1, 21), loss = 2.0 / cast(epochs, DType::float32), held_out = loss + 0.1;
  figure.axes(0).plot(epochs, loss, {.label = "training"}).plot(epochs, held_out, {.label = "held out", .marker = "o"});
  figure.axes(0).fill_between(epochs, loss * 0.8, loss * 1.2).set_yscale("log").set_xlabel("epoch").set_title("plot");

  Tensor a = random::normal({300, 2}), b = random::normal({300, 2}, 2.5);
  const auto column = [](const Tensor& x, int64_t i) { return x.slice(1, {i, i + 1}); };
  figure.axes(1).scatter(column(a, 0), column(a, 1), {.label = "a", .alpha = 0.7}).set_title("scatter");
  figure.axes(1).scatter(column(b, 0), column(b, 1), {.label = "b", .marker = "^", .alpha = 0.7}).axhline(0).axvline(0);

  figure.axes(2).bar({"cat", "dog", "bird"}, {12, 30, 21}, {.label = "2024", .width = 0.4, .left = -0.2});
  figure.axes(2)
      .bar(plot::Values{0, 1, 2}, {14, 25, 28}, {.label = "2025", .width = 0.4, .left = 0.2})
      .set_title("bar");

  figure.axes(3).hist(random::normal({5000}), {.label = "5,000 normal numbers"}).set_ylabel("count").set_title("hist");

  Tensor x = linspace(-3, 3, 60), y = linspace(-2, 2, 40);
  Tensor height = sin(x) * expand_dims(cos(y * 1.5), 1);  // [40, 60]
  figure.axes(4).imshow(height, {.colorbar = true, .colorbar_label = "height"}).set_title("imshow");
  figure.axes(5).contourf(x, y, height, {.levels = {-1, -0.5, 0, 0.5, 1}, .cmap = "orange_blue", .colorbar = true});
  figure.axes(5).contour(x, y, height, {.levels = {-0.5, 0, 0.5}}).set_title("contourf and contour");

  Tensor counts = Tensor::of<float>({46, 3, 1, 2, 41, 6, 0, 4, 45}, {3, 3});
  figure.axes(6).heatmap(counts,
                         {.rows = {"cat", "dog", "bird"}, .columns = {"cat", "dog", "bird"}, .cmap = "cividis"});
  figure.axes(6).set_title("heatmap").set_xlabel("taken for").set_ylabel("is");

  Tensor many = arange(1e6);
  figure.axes(7).plot(many, sin(many / 1e5) + random::normal({1000000}, 0, 0.1)).set_title("a million points");
  figure.axes(8)
      .barh({"first layer", "second layer"}, {401408, 5130}, {.color = "C2"})
      .set_xscale("log")
      .set_title("barh");

  figure.save("plots.svg");
  figure.save("plots.png");
  auto [digits, test] = datasets::digits(24, 1);
  std::vector<std::string> names(24, "a digit");
  plot::image_grid((*digits.batch(24).begin()).x[0], {.captions = names, .columns = 8}).save("digits.png");
  std::cout << "made " << figure.count() << " charts: plots.svg plots.png, and digits.png\n";
}
