// A flower of two colours: no line tells its petals apart, four hidden units do.
#include <cajal/cajal.h>

#include <cstdio>

using namespace cajal;

double learn(Sequential& model, const Tensor& x, const Tensor& y) {
  model.compile({.optimizer = Adam({.learning_rate = 0.02}), .loss = "binary_crossentropy", .metrics = {"accuracy"}});
  model.fit(x, y, {.epochs = 300, .batch_size = 50, .verbose = 0});
  return model.evaluate(x, y)["accuracy"];
}

// What the model says about every place: '#' for one colour, '.' for the other.
void draw(Sequential& model) {
  for (int row = 10; row >= -10; --row) {
    for (int column = -20; column <= 20; ++column)
      std::putchar(model.predict_on_batch(Tensor::of({column / 4.f, row / 2.f}, {1, 2})).item() > 0.5 ? '#' : '.');
    std::putchar('\n');
  }
}

void save_picture(Sequential& model, const Tensor& points, const Tensor& colour) {
  if (!plot::available()) return;
  Tensor places = linspace(-5, 5, 80);
  Tensor grid = stack({tile(places, {80}), repeat(places, 80, 0)}, 1);
  report::decision_figure({.x = places,
                           .y = places,
                           .predictions = model.predict(grid).reshape({80, 80}),
                           .points = points,
                           .labels = cast(colour, DType::int64).reshape({400}),
                           .classes = {"one colour", "the other"}})
      .save("flower.png");
}

int main() {
  set_random_seed(2);
  Tensor colour = cast(arange(400) >= 200, DType::float32).reshape({400, 1});
  Tensor angle = 3.12 * (random::uniform({400, 1}) + colour) + random::normal({400, 1}, 0, 0.2);
  Tensor radius = 4 * sin(4 * angle) + random::normal({400, 1}, 0, 0.2);
  Tensor points = concatenate({radius * sin(angle), radius * cos(angle)}, 1);

  Sequential line({Dense(1, "sigmoid")}), network({Dense(4, "tanh"), Dense(1, "sigmoid")});
  std::printf("logistic regression: %.0f %% right; it draws one line\n", 100 * learn(line, points, colour));
  draw(line);
  const double right = 100 * learn(network, points, colour);
  draw(network);
  std::printf("four hidden units: %.0f %% right; they draw the petals above\n", right);
  save_picture(network, points, colour);
}
