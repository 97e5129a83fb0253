// Logistic regression: how likely is it to pass, after so many hours of study? One layer, one number out.
#include <cajal/cajal.h>

#include <cstdio>

using namespace cajal;

int main() {
  set_random_seed(1);
  Tensor hours = random::uniform({400, 1}, 0, 6);
  Tensor chance = sigmoid(2 * (hours - 3));  // the truth, which the model does not know: even odds at 3 hours
  Tensor passed = cast(random::uniform({400, 1}) < chance, DType::float32);

  Sequential model({Dense(1, "sigmoid")});
  model.compile({.optimizer = SGD({.learning_rate = 0.5}), .loss = "binary_crossentropy", .metrics = {"accuracy"}});
  History history = model.fit(hours, passed, {.epochs = 100, .batch_size = 50, .verbose = 0});
  for (int epoch : {0, 1, 3, 10, 30, 99})
    std::printf("epoch %3d   loss %.4f   accuracy %.3f\n", epoch + 1, history["loss"][size_t(epoch)],
                history["accuracy"][size_t(epoch)]);

  Tensor asked = Tensor::of({1.f, 2.f, 3.f, 4.f, 5.f}, {5, 1});
  Tensor learned = model.predict(asked), truth = sigmoid(2 * (asked - 3));
  for (int64_t i = 0; i < 5; ++i)
    std::printf("%g hours: passes with %5.1f %%   (in truth %5.1f %%)\n", asked.flat(i), 100 * learned.flat(i),
                100 * truth.flat(i));
  const double weight = model.get_weights()[0].item(), bias = model.get_weights()[1].item();
  std::printf("chance = sigmoid(%.2f hours %+.2f): even odds at %.2f hours\n", weight, bias, -bias / weight);
}
