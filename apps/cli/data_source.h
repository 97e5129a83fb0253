// DataSource: the data that a verb was pointed at, and what it was taken for.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cajal/data/datasets.h"
#include "cajal/data/playground.h"
#include "cajal/data/table_reader.h"

namespace cajal::cli {

/// How a table stands in its file, where that cannot be guessed.
struct TableForm {
  std::string header = "auto";
  std::string delimiter = "auto";
  std::string decimal = "auto";

  template <class V>
  void fields(V& v) {
    v("header", header, "auto|yes|no", "of a table: whether the first row names the columns");
    v("delimiter", delimiter, "auto|C", "of a table: what stands between two fields; 'tab' for a tab");
    v("decimal", decimal, "auto|point|comma", "of a table: how numbers are written");
  }
};

/// What a table needs to be said where it cannot be guessed, and how much of it is held out.
struct DataOptions {
  std::string target = {};
  std::vector<std::string> inputs = {};
  std::vector<std::string> categories = {};
  std::vector<std::string> na_values = {};
  TableForm form = {};
  std::string missing = "error";
  double test_size = 0.2;

  template <class V>
  void fields(V& v) {
    v("target", target, "COLUMN", "of a table: what is foretold; a name, a number from 1 on, or a condition");
    v("inputs", inputs, "A,B,...", "of a table: the columns to learn from; all that can be used unless given");
    v("categories", categories, "A,B,...", "of a table: columns whose numbers are names");
    v("na_values", na_values, "X,Y,...", "of a table: what stands for a missing value besides NA, ? and the like");
    form.fields(v);
    v("missing", missing, "error|fill|drop", "of a table: what becomes of rows with missing values");
    v("test_size", test_size, "SHARE", "of a table's rows held out to test with");
  }
};

/// Samples to learn from and samples held out, with what to call them.
struct DataSource {
  enum class Kind { samples, table, plane };
  Kind kind = Kind::samples;
  std::string name;                  ///< "digits": what a run is called
  std::string description;           ///< one line: what it was taken for
  std::vector<std::string> remarks;  ///< lines to be said after it
  Dataset train, test;               ///< `test` is undefined where nothing is held out
  std::vector<std::string> classes;  ///< empty: a number is foretold
  std::string target = {};           ///< what is foretold, where it has a name

  std::shared_ptr<const Table> table;  ///< of a table: its rows and which of them are where
  std::shared_ptr<const TableReader> reader;
  std::vector<int64_t> train_rows, test_rows;

  std::optional<PlaygroundSettings> settings;  ///< of points in the plane
  Tensor train_points, test_points;            ///< [n, 3]: x, y, label

  bool regression() const { return classes.empty(); }
  /// What a model must know to read data of this kind again: goes into its file.
  Config notes() const;
};

/// Opens what the word means: a known data set, a folder of idx files, a table in a file, a link to TensorFlow
/// Playground. `seed` divides a table's rows.
///
/// Errors: not_found with the nearest name; unsupported for other kinds of data; whatever is wrong in a table.
DataSource open_data(const std::string& what, const DataOptions& options = {}, uint64_t seed = 0);

/// The same for a model that was trained before: a table is read as its reader says, and all of it is for testing.
DataSource open_data_for(const std::string& what, const Config& notes, const TableForm& form = {});

/// "32 x 32 x 3".
std::string size_text(const Shape& shape);

/// Whether the word is a table in a file.
bool is_table(const std::string& what);

/// What can be named as data, for help: "digits, mnist, or a folder of idx files".
std::string data_help();

}  // namespace cajal::cli
