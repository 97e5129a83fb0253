// A small convolutional network for digits: what its first kernels look for, and what they see.
#include <cajal/cajal.h>

#include <iostream>

using namespace cajal;

int main() {
  set_random_seed(1);
  auto [train, test] = datasets::digits(4000, 1000);  // bytes, 28 x 28, labels 0..9
  Input image({28, 28});
  Conv2D first({.filters = 8, .kernel_size = 5, .activation = "relu"});
  Var seen = first(Rescaling(1. / 255)(Reshape({28, 28, 1})(image)));
  Var x = MaxPooling2D(2)(Conv2D(16, 3, "relu")(MaxPooling2D(2)(seen)));
  Model model({image}, Dense(10)(Dropout(0.3)(Flatten()(x))));
  model.compile(
      {.optimizer = "adam", .loss = SparseCategoricalCrossentropy({.from_logits = true}), .metrics = {"accuracy"}});
  History history = model.fit(train, {.epochs = 4, .batch_size = 64, .verbose = 2, .validation_data = test});

  Program eye({image}, seen);
  const Tensor maps = eye((*test.batch(1).begin()).x[0]);  // [1, 24, 24, 8]
  if (plot::available()) {
    plot::image_grid(transpose(maps, {3, 1, 2, 0}), {.columns = 8}).save("convolution.png");
    plot::image_grid(transpose(first.kernel.value(), {3, 0, 1, 2}), {.columns = 8}).save("kernels.png");
  }
  std::cout << model.summary() << "held out: " << 100 * history["val_accuracy"].back() << " % right\n";
}
