#include "apps/cli/model_file.h"

#include <fmt/format.h>

#include <algorithm>

#include "cajal/base/error.h"
#include "cajal/base/text.h"

namespace cajal::cli {
namespace {

std::vector<std::string> files_in(const Path& folder) {
  std::vector<std::string> out;
  std::error_code error;
  for (std::filesystem::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error))
    out.push_back(entry->path().filename().string());
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace

Path find_model_file(const std::string& given) {
  std::error_code ignored;
  if (!std::filesystem::is_directory(given, ignored)) return given;
  const Path folder = given;
  if (file_exists(folder / "model.safetensors")) return folder / "model.safetensors";
  std::vector<std::string> models;
  for (const std::string& file : files_in(folder))
    if (file.ends_with(".safetensors")) models.push_back(file);
  if (models.size() == 1) return folder / models[0];
  throw Error(Code::not_found, fmt::format("there is no model.safetensors in the folder '{}'", folder.string()), {},
              models.empty() ? "the folder of a run, runs/NAME-1, or a file" : "one of " + join(models, ", "));
}

}  // namespace cajal::cli
