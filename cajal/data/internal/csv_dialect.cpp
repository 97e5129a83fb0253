#include "cajal/data/internal/csv_dialect.h"

#include <algorithm>
#include <cmath>
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

bool has_letter(const std::string& text) {
  return std::any_of(text.begin(), text.end(), [](char c) { return (c | 32) >= 'a' && (c | 32) <= 'z'; });
}

// What the records below the first say about its values.
struct Evidence {
  bool names_numbers = false;  // a word stands above nothing but numbers
  bool above_numbers = false;  // something that is no number stands above one
  bool repeated = false;       // a value of the first row comes again
};

Evidence evidence_of(const Records& records, const CsvDialect& dialect, const CsvOptions& options) {
  Evidence out;
  double ignored = 0;
  for (size_t column = 0; column < records[0].size(); ++column) {
    const std::string& name = records[0][column];
    if (parse_number(name, dialect.decimal, ignored)) continue;
    int64_t numbers = 0, others = 0;
    for (size_t row = 1; row < records.size(); ++row) {
      if (column >= records[row].size() || is_missing(records[row][column], options)) continue;
      ++(parse_number(records[row][column], dialect.decimal, ignored) ? numbers : others);
      out.repeated = out.repeated || records[row][column] == name;
    }
    out.above_numbers = out.above_numbers || numbers > 0;
    out.names_numbers = out.names_numbers || (numbers > 0 && others == 0 && has_letter(name));
  }
  return out;
}

// Whether the first row may be names: no number is among them, or only whole ones that differ ("0", "1", ..., "label").
bool may_be_names(const std::vector<std::string>& first, const CsvDialect& dialect, bool& any_number) {
  std::set<double> numbers;
  for (const std::string& value : first) {
    double number = 0;
    if (!parse_number(value, dialect.decimal, number)) continue;
    if (number < 0 || number != std::floor(number) || !numbers.insert(number).second) return false;
  }
  any_number = !numbers.empty();
  return true;
}

// A first row of names: it differs in kind from what stands below, or else no value of it comes again.
bool has_header(const Records& records, const CsvDialect& dialect, const CsvOptions& options) {
  bool any_number = false;
  if (records.empty() || !may_be_names(records[0], dialect, any_number)) return false;
  const std::vector<std::string>& first = records[0];
  if (std::all_of(first.begin(), first.end(), [&](const auto& value) { return is_missing(value, options); }))
    return false;
  const Evidence evidence = evidence_of(records, dialect, options);
  if (any_number) return evidence.names_numbers;
  return records.size() == 1 || evidence.above_numbers || !evidence.repeated;
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
