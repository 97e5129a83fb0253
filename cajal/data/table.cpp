#include "cajal/data/table.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <numeric>

#include "cajal/base/error.h"
#include "cajal/base/text.h"
#include "cajal/data/internal/text_pool.h"

namespace cajal {

Column::Column(std::string name, std::vector<double> numbers)
    : name_(std::move(name)), numbers_(std::make_shared<const std::vector<double>>(std::move(numbers))) {}

Column::Column(std::string name, const std::vector<std::string>& texts) : name_(std::move(name)) {
  auto pool = std::make_shared<internal::TextPool>();
  std::vector<int32_t> codes;
  for (const std::string& text : texts) codes.push_back(text.empty() ? -1 : pool->intern(text));
  codes_ = std::make_shared<const std::vector<int32_t>>(std::move(codes));
  pool_ = std::move(pool);
}

Column::Column(std::string name, std::vector<int32_t> codes, std::shared_ptr<const internal::TextPool> pool)
    : name_(std::move(name)),
      codes_(std::make_shared<const std::vector<int32_t>>(std::move(codes))),
      pool_(std::move(pool)) {}

Column Column::renamed(std::string name) const {
  Column out = *this;
  out.name_ = std::move(name);
  return out;
}

int64_t Column::size() const { return int64_t(is_number() ? numbers_->size() : codes_->size()); }

bool Column::missing(int64_t row) const {
  return is_number() ? std::isnan((*numbers_)[size_t(row)]) : (*codes_)[size_t(row)] < 0;
}

int64_t Column::missing_count() const {
  int64_t count = 0;
  for (int64_t row = 0; row < size(); ++row) count += missing(row);
  return count;
}

const std::vector<double>& Column::numbers() const {
  if (!is_number()) fail("column '" + name_ + "' holds texts, and numbers were asked for", "a column of numbers");
  return *numbers_;
}

const std::vector<int32_t>& Column::codes() const {
  if (is_number()) fail("column '" + name_ + "' holds numbers, and texts were asked for", "a column of texts");
  return *codes_;
}

std::vector<std::string> Column::names() const {
  std::vector<std::string> out;
  codes();
  for (int32_t code = 0; code < pool_->size(); ++code) out.emplace_back((*pool_)[code]);
  return out;
}

std::string_view Column::name_of(int32_t code) const { return (*pool_)[code]; }

std::string Column::text(int64_t row) const {
  if (missing(row)) return {};
  return is_number() ? fmt::format("{}", (*numbers_)[size_t(row)]) : std::string((*pool_)[(*codes_)[size_t(row)]]);
}

Column Column::rows(std::span<const int64_t> which) const {
  auto taken = [&](const auto& values) {
    std::remove_cvref_t<decltype(values)> out(which.size());
    for (size_t i = 0; i < which.size(); ++i) out[i] = values[size_t(which[i])];
    return out;
  };
  return is_number() ? Column(name_, taken(*numbers_)) : Column(name_, taken(*codes_), pool_);
}

Table::Table(std::vector<Column> columns) : columns_(std::move(columns)) {
  if (!columns_.empty()) rows_ = columns_[0].size();
  std::vector<std::string_view> names;
  for (const Column& column : columns_) {
    if (column.size() != rows_)
      fail(fmt::format("column '{}' has {} rows and column '{}' {}", columns_[0].name(), human_count(rows_),
                       column.name(), human_count(column.size())),
           "columns of equal length");
    names.push_back(column.name());
  }
  std::sort(names.begin(), names.end());
  const auto twice = std::adjacent_find(names.begin(), names.end());
  if (twice != names.end()) fail(fmt::format("two columns are called '{}'", *twice), "a name of its own for each");
}

void Table::set_source(std::string name, int64_t first_line, std::vector<int64_t> lines, bool has_header) {
  source_ = std::move(name);
  first_line_ = first_line;
  lines_ = lines.empty() ? nullptr : std::make_shared<const std::vector<int64_t>>(std::move(lines));
  has_header_ = has_header;
}

std::vector<std::string> Table::names() const {
  std::vector<std::string> out;
  for (const Column& column : columns_) out.push_back(column.name());
  return out;
}

int Table::find(std::string_view name) const {
  for (size_t i = 0; i < columns_.size(); ++i)
    if (columns_[i].name() == name) return int(i);
  const int count = int(columns_.size());
  int number = 0;
  const auto parsed = std::from_chars(name.data(), name.data() + name.size(), number);
  if (name == "last") number = -1;
  else if (name.empty() || parsed.ec != std::errc() || parsed.ptr != name.data() + name.size()) return -1;
  if (number < 0) number += count + 1;
  return number >= 1 && number <= count ? number - 1 : -1;
}

const Column& Table::operator[](std::string_view name) const {
  const int at = find(name);
  if (at >= 0) return columns_[size_t(at)];
  const std::string whose = source_.empty() ? "the table" : source_;
  throw Error(Code::not_found, fmt::format("{} has no column called '{}'", whose, name), {},
              choices(name, names()) + (has_header_ ? "" : ", or its number from 1 on"));
}

Table Table::select(const std::vector<std::string>& wanted) const {
  std::vector<Column> chosen;
  for (const std::string& name : wanted) chosen.push_back((*this)[name]);
  Table out = *this;
  out.columns_ = Table(std::move(chosen)).columns_;
  return out;
}

Table Table::drop(const std::vector<std::string>& names) const {
  std::vector<bool> gone(columns_.size());
  for (const std::string& name : names) gone[size_t(&(*this)[name] - columns_.data())] = true;
  Table out = *this;
  out.columns_.clear();
  for (size_t i = 0; i < columns_.size(); ++i)
    if (!gone[i]) out.columns_.push_back(columns_[i]);
  return out;
}

Table Table::renamed(const std::vector<std::string>& names) const {
  if (names.size() != columns_.size())
    fail(fmt::format("{} names for {} columns", names.size(), columns_.size()), "a name for each column");
  std::vector<Column> columns;
  for (size_t i = 0; i < names.size(); ++i) columns.push_back(columns_[i].renamed(names[i]));
  Table out = *this;
  out.columns_ = Table(std::move(columns)).columns_;
  out.has_header_ = true;
  return out;
}

Table Table::with(Column column) const {
  std::vector<Column> columns = columns_;
  const auto same =
      std::find_if(columns.begin(), columns.end(), [&](const Column& known) { return known.name() == column.name(); });
  if (same != columns.end()) *same = std::move(column);
  else columns.push_back(std::move(column));
  Table out = *this;
  Table checked(std::move(columns));
  out.columns_ = std::move(checked.columns_);
  out.rows_ = checked.rows_;
  return out;
}

Table Table::take(std::span<const int64_t> which) const {
  for (int64_t row : which)
    if (row < 0 || row >= rows_) fail(fmt::format("row {} of a table with {} rows", row, human_count(rows_)));
  Table out = *this;
  out.rows_ = int64_t(which.size());
  for (Column& column : out.columns_) column = column.rows(which);
  std::vector<int64_t> lines;
  for (int64_t row : which) lines.push_back(lines_ ? (*lines_)[size_t(row)] : first_line_ + row);
  out.lines_ = std::make_shared<const std::vector<int64_t>>(std::move(lines));
  return out;
}

Table Table::head(int64_t count) const {
  std::vector<int64_t> which(size_t(std::clamp<int64_t>(count, 0, rows_)));
  std::iota(which.begin(), which.end(), 0);
  return take(which);
}

Table Table::tail(int64_t count) const {
  std::vector<int64_t> which(size_t(std::clamp<int64_t>(count, 0, rows_)));
  std::iota(which.begin(), which.end(), rows_ - int64_t(which.size()));
  return take(which);
}

Table Table::drop_missing() const {
  std::vector<int64_t> whole;
  for (int64_t row = 0; row < rows_; ++row)
    if (std::none_of(columns_.begin(), columns_.end(), [row](const Column& column) { return column.missing(row); }))
      whole.push_back(row);
  return take(whole);
}

std::string Table::place(int64_t row) const {
  const int64_t line = lines_ ? (*lines_)[size_t(row)] : first_line_ + row;
  return fmt::format("row {}{}", line, source_.empty() ? "" : " of " + source_);
}

std::string Table::place(int64_t row, const Column& column) const { return place(row) + ", column " + column.name(); }

namespace {

template <class T>
void write_column(const Table& table, const Column& column, T* to, int64_t step) {
  for (int64_t row = 0; row < table.rows(); ++row) {
    if (column.missing(row))
      throw Error(Code::bad_data, table.place(row, column) + ": the value is missing", {},
                  "drop_missing(), or other columns");
    if (!column.is_number())
      throw Error(Code::bad_data,
                  fmt::format("{}: {} is not a number", table.place(row, column), quoted_value(column.text(row))), {},
                  "columns of numbers, or a TableReader, which makes numbers of names");
    to[row * step] = T(column.numbers()[size_t(row)]);
  }
}

}  // namespace

Tensor Table::to_tensor(const std::vector<std::string>& names, DType type) const {
  const Table chosen = names.empty() ? *this : select(names);
  const auto width = int64_t(chosen.columns_.size());
  Tensor out({rows_, width}, DType::float64);
  for (int64_t i = 0; i < width; ++i) write_column(chosen, chosen.columns_[size_t(i)], out.data<double>() + i, width);
  return out.cast(type);
}

std::string quoted_value(std::string_view value) {
  constexpr size_t most = 40;
  std::string out = "\"";
  for (char c : value.substr(0, most)) out += (c >= 0 && c < ' ') || c == 127 ? '.' : c;
  // A character of several bytes is not cut in two.
  if (value.size() > most)
    while ((value[out.size() - 1] & 0xC0) == 0x80 && out.size() > 1) out.pop_back();
  return out + (value.size() > most ? "...\"" : "\"");
}

}  // namespace cajal
