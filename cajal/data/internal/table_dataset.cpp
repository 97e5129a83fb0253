#include "cajal/data/internal/table_dataset.h"

#include "cajal/base/error.h"
#include "cajal/base/text.h"
#include "cajal/data/csv.h"
#include "cajal/data/dataset_folder.h"
#include "cajal/data/table_reader.h"

namespace cajal::internal {

Table load_table(const DatasetEntry& entry, const std::string& folder, const std::vector<std::string>& names) {
  const Path place = folder.empty() ? find_dataset_folder(entry) : Path(folder);
  const std::string name(entry.name);
  if (place.empty()) {
    std::vector<std::string> looked;
    for (const Path& at : dataset_places(name)) looked.push_back(at.string());
    throw Error(Code::not_found,
                name + " was not found in " + join(looked, " or ") + ": it is the file " + entry.files[0].name, {},
                "cajal data " + name + ", which fetches it");
  }
  const Table table = read_csv(place / entry.files[0].name);
  return names.empty() ? table : table.renamed(names);
}

TrainTest split_table(const DatasetEntry& entry, const std::string& folder) {
  const Table table = entry.table(folder);
  TableReader reader(table, {.target = std::string(entry.target)});
  const TableSplit split = reader.split(table);
  return {split.train, split.test};
}

RemoteFile remote_table(const std::string& name, const std::string& repository_path, int64_t bytes,
                        const std::string& sha256) {
  return {
      .name = name, .urls = {"https://raw.githubusercontent.com/" + repository_path}, .bytes = bytes, .sha256 = sha256};
}

}  // namespace cajal::internal
