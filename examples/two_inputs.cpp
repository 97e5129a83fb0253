// Two inputs through one shared layer, and a gradient by hand: which of the numbers does the answer depend on?
#include <cajal/cajal.h>

#include <iostream>

using namespace cajal;

int main() {
  set_random_seed(1);
  Tensor a = random::normal({2000, 5}), b = random::normal({2000, 5});
  Tensor y = cast(a.slice(1, {0, 1}) > b.slice(1, {0, 1}), DType::float32);  // is a's first number larger than b's?

  Input left({5}), right({5});
  Dense shared(16, "relu");  // one layer, called twice: the same weights
  Var both = Concatenate()({shared(left), shared(right)});
  Model model({left, right}, Dense(1, "sigmoid")(both));
  model.compile({.optimizer = "adam", .loss = "binary_crossentropy", .metrics = {"accuracy"}});
  History history = model.fit(Dataset({a, b}, y), {.epochs = 10, .verbose = 0});
  std::cout << model.summary() << "accuracy " << history["accuracy"].back() << "\n";

  Program saliency({left, right}, mean(abs(gradient(model({left, right}), left)), {0}));  // compiled once, called often
  std::cout << "only the first number was asked about; the answer depends on them by\n" << saliency(a, b) << "\n";
}
