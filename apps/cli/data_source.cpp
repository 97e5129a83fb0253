#include "apps/cli/data_source.h"

#include <fmt/format.h>

#include <algorithm>

#include "cajal/base/error.h"
#include "cajal/base/text.h"
#include "cajal/data/idx.h"
#include "cajal/data/idx_folder.h"

namespace cajal::cli {
namespace {

std::string size_text(const Shape& shape) {
  std::vector<std::string> sizes;
  for (int axis = 0; axis < shape.rank(); ++axis) sizes.push_back(shape[axis].text());
  return join(sizes, " x ");
}

void describe(DataSource& data, const std::string& origin) {
  const Shape sample = data.train.element_spec().x.at(0).shape;
  const int64_t train = data.train.size(), test = data.test.size();
  data.description = fmt::format("{}: {} {}, {}, {} classes; {} to learn from, {} held out ({})", data.name,
                                 human_count(train + test), sample.rank() > 1 ? "images" : "samples", size_text(sample),
                                 data.classes.size(), human_count(train), human_count(test), origin);
}

std::vector<std::string> known_names() {
  std::vector<std::string> names;
  for (const DatasetEntry* entry : all_datasets()) names.emplace_back(entry->name);
  return names;
}

DataSource open_known(const DatasetEntry& entry) {
  DataSource data;
  data.name = std::string(entry.name);
  std::tie(data.train, data.test) = entry.load("");
  data.classes.assign(entry.classes.begin(), entry.classes.end());
  describe(data, std::string(entry.origin));
  return data;
}

// Classes of a folder have no names: they are numbered up to the largest label.
std::vector<std::string> numbered_classes(const IdxFolder& files) {
  int64_t most = 0;
  for (const Path& path : {files.train_labels, files.test_labels})
    for (int64_t label : read_idx(path).values<int64_t>()) most = std::max(most, label);
  std::vector<std::string> names;
  for (int64_t i = 0; i <= most; ++i) names.push_back(std::to_string(i));
  return names;
}

DataSource open_folder(const Path& folder) {
  DataSource data;
  data.name = std::filesystem::weakly_canonical(folder).filename().string();
  if (data.name.empty()) data.name = "data";
  std::tie(data.train, data.test) = load_idx_folder(folder);
  data.classes = numbered_classes(find_idx_folder(folder));
  describe(data, "idx files in " + folder.string());
  return data;
}

}  // namespace

std::string data_help() { return join(known_names(), ", ") + ", or a folder of idx files"; }

DataSource open_data(const std::string& what) {
  std::error_code ignored;
  if (std::filesystem::is_directory(what, ignored)) return open_folder(what);
  if (const DatasetEntry* entry = find_dataset(what)) return open_known(*entry);
  if (file_exists(what))
    throw Error(Code::unsupported, fmt::format("'{}' is a file, and a folder with four idx files is expected", what),
                {}, "the folder that it lies in");
  throw Error(Code::not_found, fmt::format("there is no data set and no folder called '{}'", what), {},
              choices(what, known_names()) + ", or a folder of idx files");
}

}  // namespace cajal::cli
