// Tables in text files: what is read is written and read as the same, and what a network is told of it stays the same.
#include "cajal/data/csv.h"

#include <cmath>

#include "cajal/data/table_reader.h"
#include "tests/fuzz/fuzz.h"

namespace cajal::fuzz {
namespace {

bool same(const Column& a, const Column& b) {
  if (a.name() != b.name() || a.size() != b.size()) return false;
  for (int64_t row = 0; row < a.size(); ++row)
    if (a.missing(row) != b.missing(row) || a.text(row) != b.text(row)) return false;
  return true;
}

bool same(const Table& a, const Table& b) {
  if (a.rows() != b.rows() || a.columns().size() != b.columns().size()) return false;
  for (size_t i = 0; i < a.columns().size(); ++i)
    if (!same(a.columns()[i], b.columns()[i])) return false;
  return true;
}

// Texts stay texts, whatever they look like, and the file is said to have its header.
CsvOptions as_written(const Table& table) {
  CsvOptions out{.header = true, .delimiter = ',', .decimal = '.'};
  for (const Column& column : table.columns())
    if (!column.is_number()) out.text_columns.push_back(column.name());
  return out;
}

bool same(const TableSamples& a, const TableSamples& b) {
  if (a.rows != b.rows || !(a.x.shape() == b.x.shape())) return false;
  for (int64_t i = 0; i < a.x.size(); ++i)
    if (a.x.flat(i) != b.x.flat(i) && !(std::isnan(a.x.flat(i)) && std::isnan(b.x.flat(i)))) return false;
  return true;
}

}  // namespace

CAJAL_FUZZ_TARGET(csv) {
  const Table table = parse_csv(as_text(bytes), "fuzz.csv");
  require(table.rows() > 0 && !table.columns().empty(), "a table has rows and columns");
  require(same(parse_csv(csv_text(table), "again.csv", as_written(table)), table), "a table is read as it was written");
  (void)table.text();
  (void)table.describe();
  const TableReader reader(table, {.missing = "fill"});
  const TableSamples samples = reader.read(table);
  require(samples.x.dim(1) == reader.features(), "a sample has as many numbers as the reader says");
  const TableReader again = TableReader::from_config(Config::parse(reader.config().json()));
  require(same(again.read(table), samples), "a reader from a file reads what the first one read");
}

}  // namespace cajal::fuzz
