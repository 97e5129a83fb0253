// CIFAR-10: small photos of ten kinds, from the binary batches or the archive of them.
#include "cajal/base/error.h"
#include "cajal/base/text.h"
#include "cajal/data/cifar.h"
#include "cajal/data/dataset_folder.h"
#include "cajal/data/datasets.h"

namespace cajal {

TrainTest datasets::cifar10(const std::string& folder) {
  if (!folder.empty()) return load_cifar10_folder(folder);
  std::vector<std::string> looked;
  for (const Path& place : dataset_places("cifar10")) {
    if (has_cifar10(place)) return load_cifar10_folder(place);
    looked.push_back(place.string());
  }
  throw Error(Code::not_found,
              "cifar10 was not found in " + join(looked, " or ") +
                  ": it is data_batch_1.bin to data_batch_5.bin and test_batch.bin, packed (.gz, .xz) or not",
              {}, "cajal data cifar10, which fetches it; or put them into one folder and name that folder");
}

const DatasetEntry& cifar10_dataset() {
  static const DatasetEntry entry{
      .name = "cifar10",
      .summary = "60,000 small photos of ten kinds, 32 x 32 in colour; 50,000 to learn from, 10,000 held out",
      .origin = "binary batches",
      .classes = {"airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"},
      .load = datasets::cifar10,
      .files = {{.name = "cifar-10-binary.tar.gz",
                 .urls = {"https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz"},
                 .bytes = 170052171,
                 .sha256 = "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd"}},
      .lies_in = has_cifar10,
  };
  return entry;
}

}  // namespace cajal
