#include "cajal/data/dataset_folder.h"

#include <cstdlib>

#include "cajal/base/error.h"

namespace cajal {

std::vector<Path> dataset_places(std::string_view name) {
  std::vector<Path> places;
  if (const char* data = std::getenv("CAJAL_DATA"); data && *data) places.push_back(Path(data) / name);
  places.push_back(Path("../shared/data") / name);
  try {
    places.push_back(cache_folder() / name);
  } catch (const Error&) {
    // Without a cache there are the other places.
  }
  return places;
}

Path find_dataset_folder(const DatasetEntry& entry) {
  if (!entry.lies_in) return {};
  std::vector<std::string_view> names = {entry.name};
  if (!entry.shelf.empty()) names.push_back(entry.shelf);
  for (std::string_view name : names)
    for (const Path& place : dataset_places(name))
      if (entry.lies_in(place)) return place;
  return {};
}

Path fetch_dataset(const DatasetEntry& entry, const DownloadOptions& options) {
  if (Path there = find_dataset_folder(entry); !there.empty()) return there;
  const std::string name(entry.name);
  if (entry.files.empty()) throw Error(Code::unsupported, "the data set '" + name + "' has no files to be fetched");
  const Path folder = cache_folder() / name;
  for (const RemoteFile& file : entry.files) download(file, folder, options);
  return folder;
}

}  // namespace cajal
