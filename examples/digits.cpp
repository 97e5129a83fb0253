// Learns to read digits. The data is drawn by Cajal; datasets::mnist() has real ones.
#include <cajal/cajal.h>

#include <iostream>

using namespace cajal;

int main() {
  set_random_seed(1);
  auto [train, test] = datasets::digits(4000, 1000);  // bytes, 28 x 28, labels 0..9
  Sequential model({Rescaling(1. / 255), Flatten(), Dense(128, "relu"), Dropout(0.2), Dense(10)});
  model.compile({.optimizer = Adam({.learning_rate = 1e-3}),
                 .loss = SparseCategoricalCrossentropy({.from_logits = true}),
                 .metrics = {"accuracy"}});
  History history = model.fit(train, {.epochs = 4, .batch_size = 128, .validation_data = test});
  model.save("digits.safetensors");

  if (plot::available()) report::curves_figure(history).save("digits.png");
  std::cout << "held out: " << 100 * history["val_accuracy"].back() << " % right\n" << model.summary();
}
