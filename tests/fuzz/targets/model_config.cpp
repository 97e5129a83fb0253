// What stands in a model file's metadata: the bytes are a JSON object {"config", "training", "tensors": {name: shape}},
// of which a right file is made, so that the reader of layers is reached without guessing lengths and offsets.
#include <filesystem>
#include <random>

#include "cajal/base/files.h"
#include "cajal/nn/model.h"
#include "cajal/tensor/files/safetensors.h"
#include "tests/fuzz/fuzz.h"

namespace cajal::fuzz {
namespace {

std::string file_of_this_process() {
  static const std::string path =
      (std::filesystem::temp_directory_path() / ("fuzz_config_" + std::to_string(std::random_device()()))).string();
  return path;
}

// Tensors of zeros by name and shape, none of more than some thousand elements.
NamedTensors tensors_of(const Config& shapes) {
  NamedTensors out;
  if (shapes.is_null()) return out;
  for (const auto& [name, sizes] : shapes.map()) {
    Shape shape;
    int64_t count = 1;
    for (const Config& size : sizes.list()) {
      if (size.integer() < 0 || size.integer() > 4096 || (count *= size.integer()) > 4096) return out;
      shape.push_back(size.integer());
    }
    out.add(name, Tensor(shape, DType::float32));
  }
  return out;
}

}  // namespace

CAJAL_FUZZ_TARGET(model_config) {
  clear_session();
  const Config parts = Config::parse(as_text(bytes));
  Metadata metadata{{"format", "cajal"}, {"version", "1"}, {"config", parts["config"].json()}};
  if (parts.has("training")) metadata["training"] = parts["training"].json();
  const std::string path = file_of_this_process();
  save_safetensors(path, tensors_of(parts["tensors"]), metadata);
  require(!load_model(path)->summary().empty(), "a model that was opened has a summary");
}

}  // namespace cajal::fuzz
