#include "cajal/data/internal/table_match.h"

#include <fmt/format.h>

#include <algorithm>

#include "cajal/base/error.h"
#include "cajal/base/text.h"

namespace cajal::internal {
namespace {

std::string whose(const Table& table) { return table.source().empty() ? "the table" : table.source(); }

// Exactly that name: a number is no place here.
const Column* named(const Table& table, const std::string& name) {
  for (const Column& column : table.columns())
    if (column.name() == name) return &column;
  return nullptr;
}

// What the model knows nothing of: only that may be one of its columns under a wrong name.
std::vector<std::string> unknown_names(const Table& table, const KnownColumns& known) {
  std::vector<std::string> out;
  for (const std::string& name : table.names())
    if (std::find(known.names.begin(), known.names.end(), name) == known.names.end()) out.push_back(name);
  return out;
}

std::string input_names(const KnownColumns& known) {
  std::vector<std::string> names;
  for (const TableInput& input : known.inputs)
    if (names.size() < 20) names.push_back(input.name);
  return join(names, ", ") + (known.inputs.size() > names.size() ? ", ..." : "");
}

MatchedColumns match_names(const Table& table, const KnownColumns& known) {
  MatchedColumns out;
  for (const TableInput& input : known.inputs) {
    out.inputs.push_back(named(table, input.name));
    if (out.inputs.back()) continue;
    const std::string near = nearest(input.name, unknown_names(table, known));
    throw Error(Code::bad_data,
                fmt::format("{} has no column '{}', which the model takes as input", whose(table), input.name), {},
                near.empty() ? "a table with the columns " + input_names(known) : fmt::format("rename '{}'", near));
  }
  if (known.target.position >= 0) out.target = named(table, known.target.name);
  return out;
}

MatchedColumns match_positions(const Table& table, const KnownColumns& known) {
  const int given = int(table.columns().size()), all = int(known.names.size());
  const bool has_column = known.target.position >= 0;
  MatchedColumns out;
  const bool whole = given == all, targetless = has_column && given == all - 1;
  if (!whole && !targetless && given != int(known.inputs.size()))
    throw Error(
        Code::bad_data,
        fmt::format("{} has {} column{}, and the model learned from {}{}", whose(table), given, given == 1 ? "" : "s",
                    all, has_column ? fmt::format(", of which '{}' is foretold", known.target.name) : ""),
        {}, "the same columns in the same order, or a header with their names");
  for (size_t i = 0; i < known.inputs.size(); ++i) {
    const int position = known.inputs[i].position;
    const int at = whole ? position : targetless ? position - (position > known.target.position) : int(i);
    out.inputs.push_back(&table.columns()[size_t(at)]);
  }
  if (whole && has_column) out.target = &table.columns()[size_t(known.target.position)];
  return out;
}

}  // namespace

MatchedColumns match_columns(const Table& table, const KnownColumns& known) {
  return known.header && table.has_header() ? match_names(table, known) : match_positions(table, known);
}

}  // namespace cajal::internal
