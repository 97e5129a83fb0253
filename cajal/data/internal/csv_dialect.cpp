#include "cajal/data/internal/csv_dialect.h"

#include <algorithm>
#include <map>
#include <set>

#include "cajal/base/error.h"
#include "cajal/data/internal/csv_scanner.h"
#include "cajal/data/internal/parse_number.h"

namespace cajal::internal {
namespace {

using Records = std::vector<std::vector<std::string>>;

// The first records. A text that was cut in the middle of one ends before it.
Records sample(std::string_view text, char delimiter, char quote, const std::string& name) {
  constexpr size_t most_bytes = 1 << 20, most_records = 200;
  const bool cut = text.size() > most_bytes;
  CsvScanner scanner(text.substr(0, most_bytes), delimiter, quote, name);
  Records out;
  std::vector<CsvField> fields;
  std::string scratch;
  try {
    while (out.size() < most_records && scanner.next(fields)) {
      out.emplace_back();
      for (const CsvField& field : fields) out.back().emplace_back(field.value(quote, scratch));
    }
  } catch (const Error&) {
    if (!cut && out.empty()) throw;  // what is wrong further down is said when that is read
    return out;
  }
  if (cut && out.size() < most_records && out.size() > 1) out.pop_back();
  return out;
}

// The share of records that have as many fields as most; 0 where that is one.
double agreement(const Records& records) {
  std::map<size_t, size_t> counts;
  for (const auto& record : records) ++counts[record.size()];
  std::pair<size_t, size_t> most;
  for (const auto& [fields, count] : counts)
    if (count > most.second) most = {fields, count};
  return most.first > 1 ? double(most.second) / double(records.size()) : 0;
}

// Commas come last: where numbers have decimal commas, they divide each line as regularly as a delimiter does.
char find_delimiter(std::string_view text, char quote, const std::string& name) {
  char best = ',';
  double most = 0;
  for (char candidate : {'\t', ';', '|', ','}) {
    double share = 0;
    try {
      share = agreement(sample(text, candidate, quote, name));
    } catch (const Error&) {
      continue;  // with this delimiter it is no table; the one that is chosen says so
    }
    if (share > most) most = share, best = candidate;
  }
  return best;
}

char find_decimal(const Records& records) {
  int64_t points = 0, commas = 0;
  double ignored = 0;
  for (const auto& record : records)
    for (const std::string& value : record) {
      points += value.find('.') != std::string::npos && parse_number(value, '.', ignored);
      commas += value.find(',') != std::string::npos && parse_number(value, ',', ignored);
    }
  return commas > 0 && points == 0 ? ',' : '.';
}

// A first row of names: none is a number, and a column below differs from its name in kind, or else no value of the
// first row comes again.
bool has_header(const Records& records, const CsvDialect& dialect, const CsvOptions& options) {
  if (records.empty()) return false;
  double ignored = 0;
  const std::vector<std::string>& first = records[0];
  for (const std::string& value : first)
    if (parse_number(value, dialect.decimal, ignored)) return false;
  if (std::all_of(first.begin(), first.end(), [&](const auto& value) { return is_missing(value, options); }))
    return false;
  if (records.size() == 1) return true;
  bool repeated = false;
  for (size_t column = 0; column < first.size(); ++column) {
    for (size_t row = 1; row < records.size(); ++row) {
      if (column >= records[row].size()) continue;
      const std::string& value = records[row][column];
      if (parse_number(value, dialect.decimal, ignored)) return true;
      repeated = repeated || (value == first[column] && !is_missing(value, options));
    }
  }
  return !repeated;
}

}  // namespace

bool is_missing(std::string_view value, const CsvOptions& options) {
  static const std::set<std::string_view> usual = {"",    "NA",  "N/A",  "n/a",  "#N/A", "<NA>", "NaN",
                                                   "nan", "NAN", "null", "Null", "NULL", "?"};
  while (!value.empty() && (value.front() == ' ' || value.front() == '\t')) value.remove_prefix(1);
  while (!value.empty() && (value.back() == ' ' || value.back() == '\t')) value.remove_suffix(1);
  if (value.empty() || (value.size() <= 4 && usual.count(value))) return true;
  return std::find(options.na_values.begin(), options.na_values.end(), value) != options.na_values.end();
}

CsvDialect find_dialect(std::string_view text, const CsvOptions& options, const std::string& name) {
  CsvDialect out;
  out.delimiter = options.delimiter ? options.delimiter : find_delimiter(text, options.quote, name);
  const Records records = sample(text, out.delimiter, options.quote, name);
  out.decimal = options.decimal ? options.decimal : find_decimal(records);
  out.header = options.header ? *options.header : has_header(records, out, options);
  return out;
}

}  // namespace cajal::internal
