// Fashion-MNIST: pieces of clothing, from idx files like MNIST's.
#include "cajal/data/datasets.h"
#include "cajal/data/idx_folder.h"

namespace cajal {
namespace {

RemoteFile fashion_mnist_file(const std::string& name, int64_t bytes, const std::string& sha256) {
  return {.name = name,
          .urls = {"https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/"
                   "b2617bb6d3ffa2e429640350f613e3291e10b141/data/fashion/" +
                       name,
                   "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/" + name},
          .bytes = bytes,
          .sha256 = sha256};
}

}  // namespace

TrainTest datasets::fashion_mnist(const std::string& folder) { return load_idx_dataset("fashion_mnist", folder, 10); }

const DatasetEntry& fashion_mnist_dataset() {
  static const DatasetEntry entry{
      .name = "fashion_mnist",
      .summary = "70,000 pictures of clothing, 28 x 28; 60,000 to learn from, 10,000 held out",
      .origin = "idx files",
      .classes = {"T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag",
                  "Ankle boot"},
      .load = datasets::fashion_mnist,
      .files = {fashion_mnist_file("train-images-idx3-ubyte.gz", 26421880,
                                   "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84"),
                fashion_mnist_file("train-labels-idx1-ubyte.gz", 29515,
                                   "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845"),
                fashion_mnist_file("t10k-images-idx3-ubyte.gz", 4422102,
                                   "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073"),
                fashion_mnist_file("t10k-labels-idx1-ubyte.gz", 5148,
                                   "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5")},
      .lies_in = [](const Path& folder) { return find_idx_folder(folder).complete(); },
  };
  return entry;
}

}  // namespace cajal
