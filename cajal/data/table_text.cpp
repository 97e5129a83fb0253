// A table as text with aligned columns.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <ostream>

#include "cajal/base/text.h"
#include "cajal/base/utf8.h"
#include "cajal/data/table.h"

namespace cajal {
namespace {

constexpr size_t widest_line = 100, widest_cell = 30;

std::string shortened(std::string text) {
  for (char& c : text)
    if (c == '\n' || c == '\r' || c == '\t') c = ' ';
  if (character_count(text) <= widest_cell) return text;
  return std::string(first_characters(text, widest_cell - 3)) + "...";
}

// The fewest decimals that show six digits of each value; -1 where powers of ten read better.
int decimals_for(const Column& column, const std::vector<int64_t>& rows) {
  int decimals = 0;
  for (int64_t row : rows) {
    const double value = std::abs(column.numbers()[size_t(row)]);
    if (!std::isfinite(value) || value == 0) continue;
    if (value >= 1e9 || value < 1e-4) return -1;
    for (; decimals < 6; ++decimals) {
      const double scale = std::pow(10., decimals);
      if (std::abs(std::round(value * scale) / scale - value) <= 1e-6 * value) break;
    }
  }
  return decimals;
}

std::string number_text(double value, int decimals) {
  if (std::isnan(value)) return "-";
  return decimals < 0 ? fmt::format("{:.6g}", value) : fmt::format("{:.{}f}", value, decimals);
}

// A column's cells, its name first, all of one width.
std::vector<std::string> cells_of(const Column& column, const std::vector<int64_t>& rows) {
  std::vector<std::string> cells = {shortened(column.name())};
  const int decimals = column.is_number() ? decimals_for(column, rows) : 0;
  for (int64_t row : rows) {
    if (column.is_number()) cells.push_back(number_text(column.numbers()[size_t(row)], decimals));
    else cells.push_back(column.missing(row) ? "-" : shortened(column.text(row)));
  }
  size_t width = 0;
  for (const std::string& cell : cells) width = std::max(width, character_count(cell));
  for (std::string& cell : cells) {
    const std::string blank(width - character_count(cell), ' ');
    cell = column.is_number() ? blank + cell : cell + blank;
  }
  return cells;
}

// Columns side by side; of too many those in the middle are left out.
std::vector<std::vector<std::string>> that_fit(std::vector<std::vector<std::string>> columns) {
  auto width = [&] {
    size_t sum = 0;
    for (const auto& cells : columns) sum += character_count(cells[0]) + 2;
    return sum;
  };
  if (width() <= widest_line || columns.size() < 3) return columns;
  const size_t lines = columns[0].size();
  columns.insert(columns.begin() + std::ptrdiff_t(columns.size() / 2), std::vector<std::string>(lines, "..."));
  while (width() > widest_line && columns.size() > 3) {
    const auto gap = std::find(columns.begin(), columns.end(), std::vector<std::string>(lines, "..."));
    const bool left = gap - columns.begin() > columns.end() - gap - 1;
    columns.erase(left ? gap - 1 : gap + 1);
  }
  return columns;
}

}  // namespace

std::string Table::text(int64_t most_rows) const {
  std::vector<int64_t> rows;
  const bool all = rows_ <= std::max<int64_t>(most_rows, 2);
  const int64_t top = all ? rows_ : (most_rows + 1) / 2, bottom = all ? 0 : most_rows / 2;
  for (int64_t row = 0; row < top; ++row) rows.push_back(row);
  for (int64_t row = rows_ - bottom; row < rows_; ++row) rows.push_back(row);
  // Of thousands of columns only those that can be seen are made into text.
  std::vector<std::vector<std::string>> columns;
  const size_t count = columns_.size(), most = widest_line / 3;
  for (size_t i = 0; i < count; ++i)
    if (count <= 2 * most || i < most || i >= count - most) columns.push_back(cells_of(columns_[i], rows));
  columns = that_fit(std::move(columns));
  std::string out;
  for (size_t line = 0; !columns.empty() && line <= rows.size(); ++line) {
    if (!all && int64_t(line) == top + 1) out += "...\n";
    std::string joined;
    for (const auto& cells : columns) joined += (joined.empty() ? "" : "  ") + cells[line];
    joined.erase(joined.find_last_not_of(' ') + 1);
    out += joined + "\n";
  }
  if (!all || columns.size() < columns_.size())
    out += fmt::format("{} rows, {} columns\n", human_count(rows_), columns_.size());
  return out;
}

std::ostream& operator<<(std::ostream& out, const Table& table) { return out << table.text(); }

}  // namespace cajal
