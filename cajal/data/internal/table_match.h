// The columns of a new table that stand for those of the table that a reader was made from.
#pragma once

#include <string>
#include <vector>

#include "cajal/data/table_reader.h"

namespace cajal::internal {

/// What a reader knows of its table's columns.
struct KnownColumns {
  const std::vector<std::string>& names;
  bool header;
  const std::vector<TableInput>& inputs;
  const TableTarget& target;
};

struct MatchedColumns {
  std::vector<const Column*> inputs;
  const Column* target = nullptr;  ///< null where it is absent, or a condition
};

/// By name where both tables have names; else by position: all columns, all but the target, or the inputs alone.
/// Errors: bad_data naming the first column that is absent, or the numbers of columns that would do.
MatchedColumns match_columns(const Table& table, const KnownColumns& known);

}  // namespace cajal::internal
