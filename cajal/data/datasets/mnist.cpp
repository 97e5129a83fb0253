// MNIST: handwritten digits, from its idx files.
#include "cajal/data/datasets.h"
#include "cajal/data/idx_folder.h"

namespace cajal {

TrainTest datasets::mnist(const std::string& folder) { return load_idx_dataset("mnist", folder, 10); }

const DatasetEntry& mnist_dataset() {
  static const DatasetEntry entry{
      .name = "mnist",
      .summary = "70,000 handwritten digits, 28 x 28; 60,000 to learn from, 10,000 held out",
      .origin = "idx files",
      .classes = {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"},
      .load = datasets::mnist,
  };
  return entry;
}

}  // namespace cajal
