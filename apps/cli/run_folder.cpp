#include "apps/cli/run_folder.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "cajal/base/text.h"

namespace cajal::cli {
namespace {

// The highest number that stands behind "NAME-" in runs/, so that numbers only grow.
int last_number(const Path& runs, const std::string& name) {
  int last = 0;
  std::error_code error;
  for (std::filesystem::directory_iterator entry(runs, error), end; !error && entry != end; entry.increment(error)) {
    const std::string file = entry->path().filename().string();
    const std::string digits = file.starts_with(name + "-") ? file.substr(name.size() + 1) : "";
    const bool number = !digits.empty() && digits.size() < 9 && std::all_of(digits.begin(), digits.end(), ::isdigit);
    if (number) last = std::max(last, std::stoi(digits));
  }
  return last;
}

[[noreturn]] void refuse(const Path& folder, const std::error_code& error) {
  throw Error(Code::io, fmt::format("the folder {} cannot be made: {}", folder.string(), error.message()), {},
              "--output FOLDER in a place where you may write");
}

std::vector<std::string> files_in(const Path& folder) {
  std::vector<std::string> out;
  std::error_code error;
  for (std::filesystem::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error))
    out.push_back(entry->path().filename().string());
  std::sort(out.begin(), out.end());
  return out;
}

std::vector<std::string> classes_of(const Config& notes) {
  std::vector<std::string> out;
  if (!notes["classes"].is_list()) return out;
  for (const Config& name : notes["classes"].list()) out.push_back(name.is_text() ? name.text() : name.json());
  return out;
}

}  // namespace

Path make_run_folder(const std::string& wanted, const std::string& name) {
  std::error_code error;
  const Path parent = wanted.empty() ? Path("runs") : Path(wanted);
  std::filesystem::create_directories(parent, error);
  if (error) refuse(parent, error);
  if (!wanted.empty()) return parent;
  for (int number = last_number(parent, name) + 1;; ++number) {
    const Path folder = parent / fmt::format("{}-{}", name, number);
    if (std::filesystem::create_directory(folder, error)) return folder;  // false: another run was faster
    if (error) refuse(folder, error);
  }
}

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

SavedModel open_model(const std::string& path) {
  SavedModel saved;
  saved.path = find_model_file(path);
  saved.model = load_model(saved.path.string());
  saved.classes = classes_of(saved.model->notes());
  return saved;
}

bool gives_logits(const Model& model) {
  if (!model.compiled() || !model.loss()) return false;
  const Config config = model.loss()->config();
  if (!config.is_map() || !config["config"].is_map()) return false;
  const Config& from_logits = config["config"]["from_logits"];
  return !from_logits.is_null() && from_logits.boolean();
}

}  // namespace cajal::cli
