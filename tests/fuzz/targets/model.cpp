// Model files as they lie on the disk: bytes that are a safetensors file, or claim to be.
#include "cajal/nn/model.h"

#include <filesystem>
#include <fstream>
#include <random>

#include "cajal/base/files.h"
#include "tests/fuzz/fuzz.h"

namespace cajal::fuzz {
namespace {

std::string file_of_this_process() {
  static const std::string path =
      (std::filesystem::temp_directory_path() / ("fuzz_model_" + std::to_string(std::random_device()()))).string();
  return path;
}

}  // namespace

CAJAL_FUZZ_TARGET(model) {
  clear_session();
  const std::string path = file_of_this_process();
  std::ofstream(path, std::ios::binary | std::ios::trunc) << as_text(bytes);
  const std::shared_ptr<Model> model = load_model(path);
  require(!model->summary().empty(), "a model that was opened has a summary");
  model->save(path);
  load_model(path);
}

}  // namespace cajal::fuzz
