// MNIST: handwritten digits, from its idx files.
#include "cajal/data/datasets.h"
#include "cajal/data/idx_folder.h"

namespace cajal {
namespace {

// The sums are those of what the files hold: mirrors pack them differently.
RemoteFile mnist_file(const std::string& name, int64_t bytes, const std::string& sha256) {
  return {.name = name,
          .urls = {"https://storage.googleapis.com/cvdf-datasets/mnist/" + name,
                   "https://ossci-datasets.s3.amazonaws.com/mnist/" + name},
          .bytes = bytes,
          .sha256 = sha256,
          .of_content = true};
}

}  // namespace

TrainTest datasets::mnist(const std::string& folder) { return load_idx_dataset("mnist", folder, 10); }

const DatasetEntry& mnist_dataset() {
  static const DatasetEntry entry{
      .name = "mnist",
      .summary = "70,000 handwritten digits, 28 x 28; 60,000 to learn from, 10,000 held out",
      .origin = "idx files",
      .classes = {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"},
      .load = datasets::mnist,
      .files = {mnist_file("train-images-idx3-ubyte.gz", 9912422,
                           "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"),
                mnist_file("train-labels-idx1-ubyte.gz", 28881,
                           "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"),
                mnist_file("t10k-images-idx3-ubyte.gz", 1648877,
                           "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"),
                mnist_file("t10k-labels-idx1-ubyte.gz", 4542,
                           "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2")},
      .lies_in = [](const Path& folder) { return find_idx_folder(folder).complete(); },
  };
  return entry;
}

}  // namespace cajal
