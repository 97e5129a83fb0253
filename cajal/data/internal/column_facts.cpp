#include "cajal/data/internal/column_facts.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "cajal/base/error.h"
#include "cajal/data/internal/parse_number.h"

namespace cajal::internal {
namespace {

constexpr int64_t most_categories = 100;

bool is_number_text(std::string_view text) {
  double ignored = 0;
  return parse_number(text, '.', ignored) || parse_number(text, ',', ignored);
}

// first, first + 1, first + 2, ...: the number of the row, as many programs write it.
bool counts_rows(const std::vector<double>& values) {
  if (values.size() < 10 || values[0] != std::floor(values[0])) return false;
  for (size_t i = 1; i < values.size(); ++i)
    if (values[i] != values[0] + double(i)) return false;
  return true;
}

bool always_the_same(const Column& column) {
  int64_t first = 0;
  while (column.missing(first)) ++first;
  for (int64_t row = first + 1; row < column.size(); ++row) {
    if (column.missing(row)) continue;
    if (column.is_number() ? column.numbers()[size_t(row)] != column.numbers()[size_t(first)]
                           : column.codes()[size_t(row)] != column.codes()[size_t(first)])
      return false;
  }
  return true;
}

// How many rows have each text.
std::vector<int64_t> rows_by_code(const Column& column) {
  std::vector<int64_t> out;
  for (int32_t code : column.codes()) {
    if (code < 0) continue;
    if (size_t(code) >= out.size()) out.resize(size_t(code) + 1);
    ++out[size_t(code)];
  }
  return out;
}

std::string why_texts_left_out(const Column& column) {
  const std::vector<int64_t> rows = rows_by_code(column);
  int64_t different = 0, dates = 0, present = 0;
  for (size_t code = 0; code < rows.size(); ++code) {
    different += rows[code] > 0;
    present += rows[code];
    if (rows[code] > 0) dates += looks_like_date(column.name_of(int32_t(code)));
  }
  if (dates == different) return "dates";
  if (is_mostly_numbers(column)) return {};  // numbers with a slip: an error, said where they are read
  if (different == present && different > 2) return "each text is different";
  if (different > most_categories) return fmt::format("{} different texts", different);
  return {};
}

}  // namespace

bool looks_like_date(std::string_view text) {
  // One to four digits, a separator, one or two digits (or a month's name), the separator again, one to four digits.
  size_t at = 0;
  auto digits = [&](size_t most) {
    const size_t begin = at;
    while (at < text.size() && text[at] >= '0' && text[at] <= '9') ++at;
    return at > begin && at - begin <= most;
  };
  auto letters = [&] {
    const size_t begin = at;
    while (at < text.size() && ((text[at] | 32) >= 'a' && (text[at] | 32) <= 'z')) ++at;
    return at - begin >= 3;
  };
  if (!digits(4) || at == text.size()) return false;
  const char separator = text[at++];
  if (separator != '-' && separator != '/' && separator != '.') return false;
  if (!digits(2) && !letters()) return false;
  if (at == text.size() || text[at++] != separator || !digits(4)) return false;
  return at == text.size() || text[at] == ' ' || text[at] == 'T';
}

bool is_mostly_numbers(const Column& column) {
  if (column.is_number()) return true;
  const std::vector<int64_t> rows = rows_by_code(column);
  int64_t numbers = 0, present = 0, different = 0;
  bool grades = true;  // "3+" beside 0, 1, 2 is a name and no slip: it has a digit, and is there more than once
  for (size_t code = 0; code < rows.size(); ++code) {
    if (!rows[code]) continue;
    const std::string_view text = column.name_of(int32_t(code));
    ++different;
    present += rows[code];
    if (is_number_text(text)) numbers += rows[code];
    else grades &= rows[code] > 1 && text.find_first_of("0123456789") != std::string_view::npos;
  }
  return 2 * numbers > present && !(grades && different <= 20 && numbers < present);
}

std::string why_left_out(const Column& column) {
  if (column.missing_count() == column.size()) return "empty";
  if (always_the_same(column)) {
    int64_t row = 0;
    while (column.missing(row)) ++row;
    return "always " + quoted_value(column.text(row));
  }
  if (column.is_number()) return counts_rows(column.numbers()) ? "counts the rows" : "";
  return why_texts_left_out(column);
}

std::vector<std::string> sorted_names(const Column& column) {
  std::vector<std::string> out;
  if (column.is_number()) {
    std::set<double> values;
    for (double value : column.numbers())
      if (!std::isnan(value)) values.insert(value);
    for (double value : values) out.push_back(fmt::format("{}", value));
    return out;
  }
  const std::vector<int64_t> rows = rows_by_code(column);
  for (size_t code = 0; code < rows.size(); ++code)
    if (rows[code] > 0) out.emplace_back(column.name_of(int32_t(code)));
  std::sort(out.begin(), out.end());
  return out;
}

std::vector<double> numbers_of(const Table& table, const Column& column) {
  if (column.is_number()) return column.numbers();
  std::vector<double> out(size_t(column.size()), std::nan(""));
  for (int64_t row = 0; row < column.size(); ++row) {
    if (column.missing(row)) continue;
    const std::string text = column.text(row);
    double ignored = 0;
    if (parse_number(text, '.', out[size_t(row)])) continue;
    throw Error(Code::bad_data, fmt::format("{}: {} is not a number", table.place(row, column), quoted_value(text)), {},
                parse_number(text, ',', ignored)
                    ? "--decimal comma where all numbers have one; here others have a point, so mend this one"
                    : fmt::format("mend the value, or say --na-values with it if it stands for none, or --categories "
                                  "{} if the column holds names",
                                  column.name()));
  }
  return out;
}

std::optional<int64_t> different_whole_numbers(const Column& column, int64_t most) {
  if (!column.is_number()) return {};
  std::set<double> values;
  for (double value : column.numbers()) {
    if (std::isnan(value)) continue;
    if (value != std::floor(value) || std::abs(value) > 1e15) return {};
    if (int64_t(values.size()) <= most) values.insert(value);
  }
  return int64_t(values.size());
}

}  // namespace cajal::internal
