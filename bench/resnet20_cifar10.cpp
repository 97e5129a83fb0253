// How many of CIFAR-10's 10,000 test pictures ResNet-20 names right with the weights of a PyTorch file.
// usage: resnet20_cifar10 resnet20-12fca82f.th CIFAR10_FOLDER [MODEL.safetensors]
// The third word is where the model is saved, with its preparation of pictures: cajal evaluate MODEL.safetensors
// cifar10
#include <cstdio>

#include "cajal/cajal.h"

using namespace cajal;

namespace {

// The authors' means and deviations, of bytes.
Tensor per_channel(const std::vector<double>& values, bool squared) {
  Tensor out({3});
  for (int64_t i = 0; i < 3; ++i) {
    const double value = 255 * values[size_t(i)];
    out.set_flat(i, squared ? value * value : value);
  }
  return out;
}

Model prepared_resnet20() {
  const Input picture({32, 32, 3});
  const Normalization normal(
      {.mean = per_channel({0.485, 0.456, 0.406}, false), .variance = per_channel({0.229, 0.224, 0.225}, true)});
  const Var answer = network_on(Normalization(normal)(picture), "resnet20", {.classifier_activation = "linear"});
  return Model(Vars{picture}, answer, "resnet20");
}

}  // namespace

int main(int count, char** words) try {
  if (count < 3) {
    std::fputs("usage: resnet20_cifar10 WEIGHTS.th CIFAR10_FOLDER [MODEL.safetensors]\n", stderr);
    return 2;
  }
  Model model = prepared_resnet20();
  load_pytorch_weights(model, load_pytorch(words[1]).tensors);
  model.compile({.loss = SparseCategoricalCrossentropy({.from_logits = true}), .metrics = {"accuracy"}});
  const LabelledImages test = read_cifar10(Path(words[2]) / "test_batch.bin.xz");
  const Stopwatch watch;
  const Logs logs = model.evaluate(Dataset(test.images, test.labels), {.batch_size = 100});
  std::printf("%.2f %% of %lld pictures right, %.0f a second\n", 100 * logs["accuracy"],
              static_cast<long long>(test.labels.size()), double(test.labels.size()) / watch.seconds());
  if (count > 3) model.save(words[3]);
  return 0;
} catch (const Error& error) {
  std::fprintf(stderr, "error: %s\n", error.what());
  return 1;
}
