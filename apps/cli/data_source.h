// DataSource: the data that a verb was pointed at, and what it was taken for.
#pragma once

#include <string>
#include <vector>

#include "cajal/data/datasets.h"

namespace cajal::cli {

/// Samples to learn from and samples held out, with what to call them.
struct DataSource {
  std::string name;         ///< "digits": what a run is called
  std::string description;  ///< one line: what it was taken for
  Dataset train, test;
  std::vector<std::string> classes;
};

/// Opens what the word means: a known data set, or a folder of idx files.
///
/// Errors: not_found with the nearest name; unsupported for other kinds of data.
DataSource open_data(const std::string& what);

/// What the word may be, for help: "digits, mnist, ..., or a folder of idx files".
std::string data_help();

}  // namespace cajal::cli
