// Fashion-MNIST: pieces of clothing, from idx files like MNIST's.
#include "cajal/data/datasets.h"
#include "cajal/data/idx_folder.h"

namespace cajal {

TrainTest datasets::fashion_mnist(const std::string& folder) { return load_idx_dataset("fashion_mnist", folder, 10); }

const DatasetEntry& fashion_mnist_dataset() {
  static const DatasetEntry entry{
      .name = "fashion_mnist",
      .summary = "70,000 pictures of clothing, 28 x 28; 60,000 to learn from, 10,000 held out",
      .origin = "idx files",
      .classes = {"T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag",
                  "Ankle boot"},
      .load = datasets::fashion_mnist,
  };
  return entry;
}

}  // namespace cajal
