// A layer of one's own, trained, saved with its weights and taken out again.
#include <cajal/cajal.h>

#include <iostream>

using namespace cajal;

/// Multiplies each channel by a learned factor.
struct Scale : Layer {
  struct Options {
    float initial = 1;
  } options;
  Variable factor;
  void build(const Shape& input) override { factor = add_weight("factor", {input.back()}, Constant(options.initial)); }
  Var call(Var x) override { return x * factor; }
};

int main() {
  set_random_seed(1);
  Tensor x = random::normal({256, 3});
  Tensor y = x * Tensor::of({2.f, -1.f, 0.5f});

  Scale scale;
  Sequential model({scale});
  model.compile({.optimizer = SGD({.learning_rate = 0.1}), .loss = "mse"});
  History history = model.fit(x, y, {.epochs = 20, .batch_size = 32, .verbose = 0});

  std::cout << "the factors 2, -1 and 0.5 were found as " << scale.get_weights()[0] << "\n"
            << "loss " << history["loss"].front() << " -> " << history["loss"].back() << "\n";
}
