// How a table stands in a text, found out from its beginning.
#pragma once

#include <string>
#include <string_view>

#include "cajal/data/csv.h"

namespace cajal::internal {

/// What read_csv needs to know; nothing is left open.
struct CsvDialect {
  char delimiter = ',';
  char decimal = '.';
  bool header = true;
};

/// True where the value stands for none.
bool is_missing(std::string_view value, const CsvOptions& options);

/// Fills in what the options leave open. Looks at the first 200 records and 1 MB.
CsvDialect find_dialect(std::string_view text, const CsvOptions& options, const std::string& name);

}  // namespace cajal::internal
