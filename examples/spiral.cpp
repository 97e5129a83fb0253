// Two spirals, one inside the other: what the network knows after 1, 10, 50 and 200 epochs, drawn.
#include <cajal/cajal.h>

#include <cmath>
#include <cstdio>

using namespace cajal;

// The points of one arm: 500 of them, from the middle outwards, a little scattered.
Tensor arm(double turned) {
  Tensor out = linspace(0.1, 1, 500).reshape({500, 1});
  Tensor angle = 9 * out + turned;
  return concatenate({out * sin(angle), out * cos(angle)}, 1) + random::normal({500, 2}, 0, 0.02);
}

// '#' where the model expects the first arm, '.' where it expects the second.
void draw(Model& model) {
  for (int row = 9; row >= -9; --row) {
    for (int column = -18; column <= 18; ++column)
      std::putchar(model.predict_on_batch(Tensor::of({column / 18.f, row / 9.f}, {1, 2})).item() > 0.5 ? '#' : '.');
    std::putchar('\n');
  }
}

int main() {
  set_random_seed(1);
  Tensor points = concatenate({arm(0), arm(M_PI)}, 0);
  Tensor first = cast(arange(1000) < 500, DType::float32).reshape({1000, 1});

  Sequential model({Dense(24, "tanh"), Dense(24, "tanh"), Dense(1, "sigmoid")});
  model.compile({.optimizer = Adam({.learning_rate = 0.01}), .loss = "binary_crossentropy", .metrics = {"accuracy"}});
  int done = 0;
  for (int epochs : {1, 10, 50, 200}) {
    model.fit(points, first, {.epochs = epochs, .batch_size = 50, .verbose = 0, .initial_epoch = done});
    done = epochs;
    std::printf("after %d epochs: %.1f %% right\n", epochs, 100 * model.evaluate(points, first)["accuracy"]);
    draw(model);
  }
  std::printf("the spirals are told apart: %.1f %% right\n", 100 * model.evaluate(points, first)["accuracy"]);

  if (!plot::available()) return 0;
  Tensor places = linspace(-1.2, 1.2, 100), grid = stack({tile(places, {100}), repeat(places, 100, 0)}, 1);
  report::decision_figure({.x = places,
                           .y = places,
                           .predictions = model.predict(grid).reshape({100, 100}),
                           .points = points,
                           .labels = cast(first, DType::int64).reshape({1000}),
                           .classes = {"second arm", "first arm"}})
      .save("spiral.png");
}
