// The table of known data sets, from the listing of datasets/.
#include "cajal/base/error.h"
#include "cajal/base/text.h"
#include "cajal/data/datasets.h"

namespace cajal {

#define CAJAL_LISTED(stem) const DatasetEntry& stem##_dataset();
#include "cajal/listing/datasets.inc"
#undef CAJAL_LISTED

const std::vector<const DatasetEntry*>& all_datasets() {
  static const std::vector<const DatasetEntry*> all{
#define CAJAL_LISTED(stem) &stem##_dataset(),
#include "cajal/listing/datasets.inc"
#undef CAJAL_LISTED
  };
  return all;
}

const DatasetEntry* find_dataset(std::string_view name) {
  for (const DatasetEntry* entry : all_datasets())
    if (entry->name == name) return entry;
  return nullptr;
}

const DatasetEntry& dataset_entry(std::string_view name) {
  if (const DatasetEntry* entry = find_dataset(name)) return *entry;
  std::vector<std::string> names;
  for (const DatasetEntry* entry : all_datasets()) names.emplace_back(entry->name);
  throw Error(Code::not_found, "there is no data set called '" + std::string(name) + "'", {}, choices(name, names));
}

}  // namespace cajal
