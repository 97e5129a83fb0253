// A program of somebody who has installed Cajal.
#include <cajal/cajal.h>

#include <atomic>
#include <iostream>

using namespace cajal;

namespace {

struct Gain : Layer {
  Variable factor;
  void build(const Shape& input) override { factor = add_weight("factor", {input.back()}, "ones"); }
  Var call(Var x) override { return x * factor; }
};

// Trains a network with a Lambda and a layer of its own, and leaves it with what it predicts.
int save(const std::string& folder) {
  set_random_seed(1);
  Tensor x = random::uniform({64, 3}), y = sum(x, {1}, true);
  Sequential model({Dense(8, "tanh"), Gain(), Lambda([](Var v) { return v + 0.5 * square(v); }), Dense(1)});
  model.compile({.optimizer = "adam", .loss = "mse"});
  model.fit(x, y, {.epochs = 3, .verbose = 0});
  model.save(folder + "/model.safetensors");
  save_npy(folder + "/x.npy", x);
  save_npy(folder + "/y.npy", model.predict(x));
  return 0;
}

int load(const std::string& folder) {
  const bool same = identical(load_model(folder + "/model.safetensors")->predict(load_npy(folder + "/x.npy")),
                              load_npy(folder + "/y.npy"));
  std::cout << (same ? "a second process predicts the same numbers\n" : "a second process predicts other numbers\n");
  return same ? 0 : 1;
}

int look_around() {
  std::cout << "cajal " << version << "\n";
  std::atomic<int64_t> sum = 0;
  parallel_for(1000, 10, [&](int64_t begin, int64_t end) { sum += end - begin; });
  if (sum != 1000) return 1;
  std::cout << Tensor::of({1.f, 2.f, 3.f, 4.f}, {2, 2}) << "\n";
  try {
    fail("a value that cannot be used", "another one");
  } catch (const Error& error) {
    std::cout << error.what() << "\n";
    return error.code() == Code::invalid_argument ? 0 : 1;
  }
  return 1;
}

}  // namespace

int main(int count, char** words) {
  if (count < 3) return look_around();
  return words[1] == std::string("save") ? save(words[2]) : load(words[2]);
}
