// The records of a table in text, as RFC 4180 writes them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace cajal::internal {

/// One field of a record, without its quotes.
struct CsvField {
  std::string_view text;
  bool quoted = false;
  bool doubled = false;  ///< quotes inside stand twice

  /// The text as it is meant; `scratch` holds it where it had to be changed.
  std::string_view value(char quote, std::string& scratch) const;
};

/// Goes through a text record by record. Lines end with \n, \r\n or \r; a quoted field may hold them. Empty lines are
/// left out. The text must outlive what is read from it.
class CsvScanner {
 public:
  /// `name` stands in errors. A quote of 0: there are no quotes.
  CsvScanner(std::string_view text, char delimiter, char quote, std::string name)
      : text_(text), delimiter_(delimiter), quote_(quote), name_(std::move(name)) {}

  /// The next record; false at the end. Errors: a quote that is never closed or is followed by other characters; more
  /// than 100,000 fields.
  bool next(std::vector<CsvField>& fields);

  /// The line, counted from 1, on which the last record began.
  int64_t line() const { return record_line_; }
  /// How many characters were read.
  size_t position() const { return at_; }

 private:
  CsvField plain_field();
  CsvField quoted_field();
  bool end_record();
  [[noreturn]] void refuse(int64_t line, const std::string& what, const std::string& hint) const;

  std::string_view text_;
  char delimiter_, quote_;
  std::string name_;
  size_t at_ = 0;
  int64_t line_ = 1, record_line_ = 1;
};

}  // namespace cajal::internal
