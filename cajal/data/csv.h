// Tables in text files: CSV and its relatives.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cajal/base/files.h"
#include "cajal/data/table.h"

namespace cajal {

/// How a table stands in a file. What is not said is found out from the first rows.
struct CsvOptions {
  std::optional<bool> header = {};          ///< whether the first row names the columns
  char delimiter = 0;                       ///< ',', ';', '|', a tab, or any other; 0: found out
  char decimal = 0;                         ///< '.' or ','; 0: found out
  std::vector<std::string> na_values = {};  ///< missing values besides those that always are, see read_csv
  char quote = '"';                         ///< round fields with delimiters or line ends in them; 0: none
  /// Columns of numbers to be kept as texts: postal codes and the like. Names that are not there are passed over.
  std::vector<std::string> text_columns = {};
};

/// Reads a table from a text file, gzipped (.gz) or not.
///
/// RFC 4180, and what is met besides: byte order marks, lines that end in \r\n or \r, no line end at the end, empty
/// lines, other delimiters, decimal commas. A column whose every value is a number is one of numbers, any other one of
/// texts. Missing values are empty fields and NA, N/A, #N/A, <NA>, NaN, nan, NAN, null, Null, NULL, ?. Without a header
/// the columns are called column_1, column_2, ... Texts that are not UTF-8 are taken as Latin-1.
/// Errors (bad_data): rows with more or fewer fields than the first, quotes that are not closed, an empty file, a
/// header without rows, two columns of one name, bytes that are no text; with the row, counted in lines from 1.
/// Cost: about a second for 100 MB; memory for the numbers, 4 bytes for each text, and the different texts.
Table read_csv(const Path& path, const CsvOptions& options = {});

/// The same from a text; `name` stands in errors.
Table parse_csv(std::string_view text, const std::string& name, const CsvOptions& options = {});

/// How a table is written.
struct WriteCsvOptions {
  bool header = true;
  char delimiter = ',';
};

/// The table as text that read_csv reads back to the same values.
std::string csv_text(const Table& table, WriteCsvOptions options = {});

/// Writes that text beside the old file and renames it.
void write_csv(const Path& path, const Table& table, WriteCsvOptions options = {});

}  // namespace cajal
