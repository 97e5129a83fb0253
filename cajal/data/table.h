// Table: named columns of numbers or texts, as a course's first lesson meets data.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cajal/tensor/tensor.h"

namespace cajal {

namespace internal {
class TextPool;
}

/// One column of a table: numbers (float64) or texts; any value may be missing. Copies share their values.
class Column {
 public:
  /// NaN is a missing value.
  Column(std::string name, std::vector<double> numbers);
  /// An empty text is a missing value.
  Column(std::string name, const std::vector<std::string>& texts);
  /// Texts as numbers of a pool's entries, -1 where missing.
  Column(std::string name, std::vector<int32_t> codes, std::shared_ptr<const internal::TextPool> pool);

  const std::string& name() const { return name_; }
  Column renamed(std::string name) const;
  bool is_number() const { return numbers_ != nullptr; }
  int64_t size() const;
  bool missing(int64_t row) const;
  int64_t missing_count() const;

  /// The numbers, NaN where missing; Error where the column holds texts.
  const std::vector<double>& numbers() const;
  /// For texts: which of `names()` each row has, -1 where missing; Error where the column holds numbers.
  const std::vector<int32_t>& codes() const;
  /// The different texts, in the order in which they were first met. After rows were left out some may have no row.
  std::vector<std::string> names() const;
  std::string_view name_of(int32_t code) const;
  /// The value as text: the shortest digits that give the number again; "" where missing.
  std::string text(int64_t row) const;

  /// The values at those rows.
  Column rows(std::span<const int64_t> which) const;

 private:
  std::string name_;
  std::shared_ptr<const std::vector<double>> numbers_;
  std::shared_ptr<const std::vector<int32_t>> codes_;
  std::shared_ptr<const internal::TextPool> pool_;
};

/// Columns of equal length, each with a name of its own.
///
///     Table flowers = read_csv("iris.csv");
///     std::cout << flowers.head() << flowers.describe();
///     Tensor x = flowers.drop({"species"}).to_tensor();
///
/// A value: operations give a new table that shares columns, and change nothing. A column is asked for by its name, by
/// its number from 1 on ("3"; "-1" and "last" are the last one), or it is an Error that knows the nearest name.
class Table {
 public:
  Table() = default;
  /// Errors: columns of different lengths, two of one name.
  explicit Table(std::vector<Column> columns);

  int64_t rows() const { return rows_; }
  const std::vector<Column>& columns() const { return columns_; }
  std::vector<std::string> names() const;
  /// True where the names come from the file and were not made up ("column_1").
  bool has_header() const { return has_header_; }
  bool has(std::string_view name) const { return find(name) >= 0; }
  /// The place of a column, from 0 on; -1 where there is none.
  int find(std::string_view name) const;
  const Column& operator[](std::string_view name) const;
  const Column& column(std::string_view name) const { return (*this)[name]; }

  Table select(const std::vector<std::string>& names) const;
  Table drop(const std::vector<std::string>& names) const;
  /// With other names for all columns, in their order.
  Table renamed(const std::vector<std::string>& names) const;
  /// With the column added, or in the place of the one with its name.
  Table with(Column column) const;
  Table take(std::span<const int64_t> rows) const;
  Table head(int64_t count = 5) const;
  Table tail(int64_t count = 5) const;
  /// The rows for which a condition holds: filter("FE > 60 and P <= 0.08"); see condition.h.
  Table filter(const std::string& condition) const;
  /// The rows in which nothing is missing.
  Table drop_missing() const;

  /// Number of values, mean, standard deviation (n - 1), least, quartiles and greatest of each column of numbers;
  /// where there are none, for each column of texts how many, how many different ones, and the most frequent.
  Table describe() const;
  /// How often each value of a column is there, the most frequent first.
  Table value_counts(std::string_view name) const;

  /// The numbers of the columns (all of them unless named). Shapes: [rows, columns].
  /// Errors: a text or a missing value, with its row and column.
  Tensor to_tensor(const std::vector<std::string>& names = {}, DType type = DType::float32) const;

  /// As text with aligned columns; the middle of long and of wide tables is left out.
  std::string text(int64_t most_rows = 10) const;

  /// Where a value stands, for messages: "row 17 of iris.csv, column petal_width". Rows are lines of the file.
  std::string place(int64_t row, const Column& column) const;
  std::string place(int64_t row) const;
  /// The name of the file, without its folders; empty where the table comes from none.
  const std::string& source() const { return source_; }

  /// Where the rows come from, set by who reads a file: lines[i] is the line of row i; empty: first_line, first_line +
  /// 1, ...
  void set_source(std::string name, int64_t first_line, std::vector<int64_t> lines, bool has_header);

 private:
  std::vector<Column> columns_;
  int64_t rows_ = 0;
  std::string source_;
  int64_t first_line_ = 1;
  std::shared_ptr<const std::vector<int64_t>> lines_;
  bool has_header_ = true;
};

std::ostream& operator<<(std::ostream& out, const Table& table);

/// A value from a file as it stands in messages: in quotes, shortened, with unprintable characters as '.'.
std::string quoted_value(std::string_view value);

}  // namespace cajal
