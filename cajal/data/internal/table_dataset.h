// What the known data sets that are tables have in common.
#pragma once

#include <string>
#include <vector>

#include "cajal/data/datasets.h"

namespace cajal::internal {

/// Reads the data set's table from `folder`, or from the first usual place that has it; its columns get those names
/// (none: they keep their own). Errors: not_found with the places looked at, and how to fetch it.
Table load_table(const DatasetEntry& entry, const std::string& folder, const std::vector<std::string>& names);

/// The table's rows, a fifth of each class held out.
TrainTest split_table(const DatasetEntry& entry, const std::string& folder);

/// A file at a fixed revision of a public repository.
RemoteFile remote_table(const std::string& name, const std::string& repository_path, int64_t bytes,
                        const std::string& sha256);

}  // namespace cajal::internal
