// Where the files of known data sets lie, and how they get there.
#pragma once

#include <string_view>
#include <vector>

#include "cajal/data/datasets.h"
#include "cajal/data/download.h"

namespace cajal {

/// The folders that a data set may lie in, best first: $CAJAL_DATA/name, ../shared/data/name, the cache's name.
std::vector<Path> dataset_places(std::string_view name);

/// The first folder that has all that the data set is loaded from; empty where none has, or it needs none.
Path find_dataset_folder(const DatasetEntry& entry);

/// Fetches what is missing, unless the data set lies in a folder already; gives that folder.
/// Errors: those of download; unsupported where the data set has no files to be fetched.
Path fetch_dataset(const DatasetEntry& entry, const DownloadOptions& options = {});

}  // namespace cajal
