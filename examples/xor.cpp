// The smallest problem that needs a hidden layer: is exactly one of two numbers 1?
#include <cajal/cajal.h>

#include <iostream>

using namespace cajal;

int main() {
  set_random_seed(1);
  Tensor x = Tensor::of({0.f, 0.f, 0.f, 1.f, 1.f, 0.f, 1.f, 1.f}, {4, 2});
  Tensor y = Tensor::of({0.f, 1.f, 1.f, 0.f}, {4, 1});

  Sequential model({Dense(8, "tanh"), Dense(1, "sigmoid")});
  model.compile({.optimizer = Adam({.learning_rate = 0.05}), .loss = "binary_crossentropy"});
  History history = model.fit(x, y, {.epochs = 300, .batch_size = 4, .verbose = 0});

  std::cout << "loss " << history["loss"].front() << " -> " << history["loss"].back() << "\n";
  Tensor answer = model.predict(x);
  for (int64_t i = 0; i < 4; ++i)
    std::cout << x.at({i, 0}) << " xor " << x.at({i, 1}) << " = " << answer.at({i, 0}) << "\n";

  if (!plot::available()) return 0;
  Tensor places = linspace(-0.5, 1.5, 60), grid = stack({tile(places, {60}), repeat(places, 60, 0)}, 1);
  report::decision_figure({.x = places,
                           .y = places,
                           .predictions = model.predict(grid).reshape({60, 60}),
                           .points = x,
                           .labels = cast(y, DType::int64).reshape({4}),
                           .classes = {"equal", "exactly one"}})
      .save("xor.png");
}
