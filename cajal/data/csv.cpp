#include "cajal/data/csv.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <ostream>
#include <sstream>

#include "cajal/base/error.h"
#include "cajal/base/text.h"
#include "cajal/base/utf8.h"
#include "cajal/data/internal/csv_dialect.h"
#include "cajal/data/internal/csv_scanner.h"
#include "cajal/data/internal/parse_number.h"
#include "cajal/data/internal/text_pool.h"

namespace cajal {
namespace {

using internal::CsvDialect;
using internal::CsvField;
using internal::CsvScanner;
using internal::TextPool;

[[noreturn]] void refuse(const std::string& message, const std::string& hint = {}) {
  throw Error(Code::bad_data, message, {}, hint);
}

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

// Without its byte order mark; refuses what is no text.
std::string_view checked_text(std::string_view text, const std::string& name) {
  if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF"))
    refuse(name + " is text in UTF-16", "save it as CSV in UTF-8");
  if (text.starts_with("PK\x03\x04"))
    refuse(name + " is a zip archive or a spreadsheet", "save it as CSV, or unzip it");
  if (const size_t at = text.find('\0'); at != std::string_view::npos)
    refuse(fmt::format("{} is no text: byte {} is zero", name, at), "a table saved as CSV");
  while (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());  // some programs add a second
  if (trim(text).empty()) refuse(name + " is empty: it has no row");
  return text;
}

// Latin-1 as UTF-8; UTF-8 as it is.
std::string_view as_utf8(std::string_view text, std::string& scratch) {
  const bool plain = std::all_of(text.begin(), text.end(), [](char c) { return c >= 0; });
  if (plain || is_utf8(text)) return text;
  std::string out;
  for (char c : text) {
    if (c >= 0) {
      out += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out += char(0xC0 | (byte >> 6));
    out += char(0x80 | (byte & 0x3F));
  }
  scratch = std::move(out);
  return scratch;
}

// A column while it is read: as numbers until a value is none.
struct ColumnBuilder {
  enum class State { number, text, was_number };
  std::string name;
  State state = State::number;
  std::vector<double> numbers;
  std::vector<int32_t> codes;
  std::shared_ptr<TextPool> pool = std::make_shared<TextPool>();

  Column finished() {
    numbers.shrink_to_fit(), codes.shrink_to_fit();
    return state == State::number ? Column(std::move(name), std::move(numbers))
                                  : Column(std::move(name), std::move(codes), std::move(pool));
  }
};

class CsvReader {
 public:
  CsvReader(std::string_view text, std::string name, const CsvOptions& options)
      : name_(std::move(name)), options_(options), text_(checked_text(text, name_)) {
    if (options.decimal && options.decimal != '.' && options.decimal != ',')
      fail(fmt::format("the decimal sign '{}'", options.decimal), "'.' or ','");
    if (options.delimiter && options.delimiter == options.quote) fail("delimiter and quote are the same character");
    dialect_ = internal::find_dialect(text_, options, name_);
  }

  Table read() {
    read_names();
    read_rows(true);
    // Columns that turned out to be texts behind numbers are read once more.
    const auto changed = [](const ColumnBuilder& column) { return column.state == ColumnBuilder::State::was_number; };
    if (std::any_of(columns_.begin(), columns_.end(), changed)) read_rows(false);
    std::vector<Column> out;
    for (ColumnBuilder& column : columns_) out.push_back(column.finished());
    Table table(std::move(out));
    table.set_source(name_, first_line_, std::move(lines_), dialect_.header);
    return table;
  }

 private:
  CsvScanner scanner() const { return CsvScanner(text_, dialect_.delimiter, options_.quote, name_); }

  void read_names() {
    CsvScanner first = scanner();
    std::vector<CsvField> fields;
    first.next(fields);
    header_line_ = first.line();
    columns_.resize(fields.size());
    std::string scratch, latin;
    for (size_t i = 0; i < fields.size(); ++i) {
      std::string& name = columns_[i].name;
      if (dialect_.header) name = trim(as_utf8(fields[i].value(options_.quote, scratch), latin));
      if (name.empty()) name = fmt::format("column_{}", i + 1);
    }
    refuse_twins();
    for (const std::string& name : options_.text_columns)
      for (size_t i = 0; i < columns_.size(); ++i)
        if (columns_[i].name == name || std::to_string(i + 1) == name) columns_[i].state = ColumnBuilder::State::text;
  }

  void refuse_twins() const {
    std::vector<size_t> order(columns_.size());
    for (size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::stable_sort(order.begin(), order.end(),
                     [&](size_t a, size_t b) { return columns_[a].name < columns_[b].name; });
    for (size_t i = 1; i < order.size(); ++i)
      if (columns_[order[i]].name == columns_[order[i - 1]].name)
        refuse(fmt::format("row {} of {} names columns {} and {} both '{}'", header_line_, name_, order[i - 1] + 1,
                           order[i] + 1, columns_[order[i]].name),
               "a name of its own for each column");
  }

  void read_rows(bool first_pass) {
    CsvScanner rows = scanner();
    std::vector<CsvField> fields;
    if (dialect_.header) rows.next(fields);
    int64_t row = 0;
    for (; rows.next(fields); ++row) {
      if (fields.size() != columns_.size()) refuse_length(rows.line(), fields.size());
      if (first_pass) note_line(row, rows.line());
      for (size_t i = 0; i < fields.size(); ++i) {
        if (first_pass) add(columns_[i], fields[i]);
        else if (columns_[i].state == ColumnBuilder::State::was_number) add_text(columns_[i], fields[i]);
      }
      if (first_pass && row == 1000) reserve(rows.position());
    }
    if (row == 0) refuse(fmt::format("{} has a header and no rows", name_), "--header no, if its only row is data");
  }

  [[noreturn]] void refuse_length(int64_t line, size_t count) const {
    refuse(fmt::format("row {} of {} has {} field{}, and row {} has {}", line, name_, count, count == 1 ? "" : "s",
                       header_line_, columns_.size()),
           fmt::format("the same number in each row, divided by '{}'; a field that holds one stands in quotes",
                       dialect_.delimiter == '\t' ? "tab" : std::string(1, dialect_.delimiter)));
  }

  // Lines are kept only where they are not simply one after the other.
  void note_line(int64_t row, int64_t line) {
    if (row == 0) first_line_ = line;
    if (lines_.empty() && line == first_line_ + row) return;
    for (int64_t known = int64_t(lines_.size()); known < row; ++known) lines_.push_back(first_line_ + known);
    lines_.push_back(line);
  }

  void reserve(size_t bytes_so_far) {
    const size_t rows = size_t(1.05 * 1000. * double(text_.size()) / double(bytes_so_far)) + 1000;
    for (ColumnBuilder& column : columns_) {
      if (column.state == ColumnBuilder::State::number) column.numbers.reserve(rows);
      if (column.state == ColumnBuilder::State::text) column.codes.reserve(rows);
    }
  }

  void add(ColumnBuilder& column, const CsvField& field) {
    if (column.state == ColumnBuilder::State::text) return add_text(column, field);
    if (column.state == ColumnBuilder::State::was_number) return;
    double value = std::nan("");
    if (!field.doubled &&
        (internal::parse_number(field.text, dialect_.decimal, value) || internal::is_missing(field.text, options_))) {
      column.numbers.push_back(is_named_missing(field.text) ? std::nan("") : value);
      return;
    }
    // In the first row nothing is lost yet.
    const bool nothing_yet = column.numbers.empty();
    column.state = nothing_yet ? ColumnBuilder::State::text : ColumnBuilder::State::was_number;
    column.numbers = {};
    if (nothing_yet) add_text(column, field);
  }

  // A number that the user declared to stand for none: -999.
  bool is_named_missing(std::string_view text) const {
    return !options_.na_values.empty() && internal::is_missing(text, options_);
  }

  void add_text(ColumnBuilder& column, const CsvField& field) {
    const std::string_view value = trim(field.value(options_.quote, scratch_));
    column.codes.push_back(internal::is_missing(value, options_) ? -1 : column.pool->intern(as_utf8(value, latin_)));
  }

  std::string name_;
  const CsvOptions& options_;
  std::string_view text_;
  CsvDialect dialect_;
  std::vector<ColumnBuilder> columns_;
  int64_t header_line_ = 1, first_line_ = 1;
  std::vector<int64_t> lines_;
  std::string scratch_, latin_;
};

bool is_gzip(std::string_view text) { return text.starts_with("\x1F\x8B"); }

constexpr size_t most_unzipped = size_t(64) << 30;

}  // namespace

Table parse_csv(std::string_view text, const std::string& name, const CsvOptions& options) {
  return CsvReader(text, name, options).read();
}

Table read_csv(const Path& path, const CsvOptions& options) {
  const std::string name = path.filename().string();
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(path, ignored)) {
    const std::string text = read_text(path);  // a pipe; or a folder or nothing, which read_text refuses
    return parse_csv(is_gzip(text) ? std::string(as_text(gunzip(as_bytes(text), name, most_unzipped))) : text, name,
                     options);
  }
  const MappedFile file(path);
  const std::string_view text = as_text(file.bytes());
  if (!is_gzip(text)) return parse_csv(text, name, options);
  const Bytes unzipped = read_gzip(path, most_unzipped);
  return parse_csv(as_text(unzipped), name, options);
}

namespace {

// Quotes only where they are needed, as RFC 4180 allows. A text that would read as missing cannot be written.
std::string field_text(const std::string& value, char delimiter) {
  const bool plain = value.find_first_of(std::string("\"\n\r") + delimiter) == std::string::npos;
  if (plain && !value.starts_with(byte_order_mark)) return value;
  std::string out = "\"";
  for (char c : value) out += c == '"' ? std::string("\"\"") : std::string(1, c);
  return out + "\"";
}

void write_rows(std::ostream& out, const Table& table, const WriteCsvOptions& options) {
  std::string line;
  auto end_line = [&] {
    // One empty field by itself would be an empty line, which readers leave out.
    if (line.empty() && table.columns().size() == 1) line = "\"\"";
    out << line << '\n';
    line.clear();
  };
  for (size_t i = 0; options.header && i < table.columns().size(); ++i)
    line += (i ? std::string(1, options.delimiter) : "") + field_text(table.columns()[i].name(), options.delimiter);
  if (options.header) end_line();
  for (int64_t row = 0; row < table.rows(); ++row) {
    for (size_t i = 0; i < table.columns().size(); ++i)
      line +=
          (i ? std::string(1, options.delimiter) : "") + field_text(table.columns()[i].text(row), options.delimiter);
    end_line();
  }
}

}  // namespace

std::string csv_text(const Table& table, WriteCsvOptions options) {
  std::ostringstream stream;
  write_rows(stream, table, options);
  return std::move(stream).str();
}

void write_csv(const Path& path, const Table& table, WriteCsvOptions options) {
  write_file_atomically(path, [&](std::ostream& out) { write_rows(out, table, options); });
}

}  // namespace cajal
