// TableReader: what makes inputs and targets of a table's rows, and names of a model's outputs. Saved with the model.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "cajal/base/config.h"
#include "cajal/base/files.h"
#include "cajal/data/csv.h"
#include "cajal/data/dataset.h"
#include "cajal/data/table.h"

namespace cajal {

/// What of a table is learned from what. Columns are named as in Table, by name or number.
struct TableReaderOptions {
  /// What is to be foretold: a column, or a condition that makes two classes, no and yes, of the rows ("FE > 60 and P
  /// <= 0.08", see condition.h). Empty: a column called target, label or class, or else the last one that can be.
  std::string target = {};
  std::vector<std::string> inputs = {};      ///< empty: all other columns that can be used
  std::vector<std::string> categories = {};  ///< columns of numbers whose numbers are names
  std::string target_kind = {};              ///< "classes" or "number"; empty: found out
  /// What becomes of rows with missing values: "error"; "fill" (the median, the most frequent name; rows without a
  /// target are left out); "drop".
  std::string missing = "error";
  std::vector<std::string> na_values = {};  ///< as in CsvOptions: remembered for files that are read later
};

/// An input column.
struct TableInput {
  std::string name;
  int position = 0;                          ///< in the table that it was found in, from 0 on
  bool is_number = true;                     ///< else a name from `categories`, as a one-hot row
  std::vector<std::string> categories = {};  ///< sorted
  double fill = 0;                           ///< what stands for a missing number: the median
  std::string fill_name = {};                ///< and for a missing name: the most frequent one
  /// A number is fed as (value - centre) scale. 0 and 1, but for columns that float32 would spoil: all values beyond
  /// 1e30 or below 1e-30, or close together far from 0.
  double centre = 0, scale = 1;
};

/// What is foretold.
struct TableTarget {
  std::string name;                       ///< of the column; the text of a condition
  int position = -1;                      ///< -1 for a condition
  std::vector<std::string> classes = {};  ///< empty: a number
  double mean = 0, stddev = 1;            ///< of a number, in the training rows
};

/// Rows as a network takes them.
struct TableSamples {
  Tensor x;                   ///< [rows, features] float32
  Tensor y;                   ///< classes: [rows] int64; a number: [rows, 1] float32; undefined without a target column
  std::vector<int64_t> rows;  ///< which rows of the table these are: not all, where rows were left out
  Dataset dataset() const { return Dataset(x, y); }
};

/// Rows to learn from, and rows held out.
struct TableSplit {
  Dataset train, test;
  std::vector<int64_t> train_rows, test_rows;  ///< of the table, ascending
};

/// How rows are held out.
struct TableSplitOptions {
  double test_size = 0.2;  ///< a share below 1, or a number of rows; 0: all rows are for training, `test` is undefined
  uint64_t seed = 0;
};

/// Reads rows of a table as inputs and targets, always in the same way.
///
///     Table table = read_csv("iris.csv");
///     TableReader reader(table, {.target = "species"});
///     auto [train, test, train_rows, test_rows] = reader.split(table);
///     Sequential model({Normalization({.mean = reader.mean(), .variance = reader.variance()}),
///                       Dense(16, "relu"), Dense(int64_t(reader.target().classes.size()))});
///
/// What it finds out: numbers are inputs as they are, names become one-hot rows. A target of texts, or of at most 20
/// different whole numbers, gives classes, sorted; any other a number. Left out, unless they are asked for, are columns
/// that are empty, always the same, dates, texts of which each or more than 100 are different, and a count of the rows.
class TableReader {
 public:
  /// Errors: columns that are not there; a value that is missing or is no number among numbers, with row and column; a
  /// target with one class only, or with none at all; nothing left as input.
  explicit TableReader(const Table& table, const TableReaderOptions& options = {});

  const std::vector<TableInput>& inputs() const { return inputs_; }
  const TableTarget& target() const { return target_; }
  bool has_classes() const { return !target_.classes.empty(); }

  /// "I took 'species' (last column, 3 names) as the target and the 4 number columns as input; say --target and
  /// --inputs to choose."
  const std::string& sentence() const { return sentence_; }
  /// What else should be said, a line each: columns that were left out, rows that were.
  const std::vector<std::string>& notes() const { return notes_; }

  /// How many numbers a sample has, and what they are called: "petal_width", "colour=red".
  int64_t features() const;
  std::vector<std::string> feature_names() const;

  /// The samples of a table: the one that it was made from, or a new one, whose columns are found by name whatever
  /// their order, or by position where there are no names. The target column may be absent.
  ///
  /// Errors (bad_data, with row, column and value): a column that is absent; a name that was not there in training; no
  /// number where one is expected; a missing value (unless they are filled or dropped); infinity.
  TableSamples read(const Table& table) const;
  /// How a file must be read for it: with its words for missing values, and names that look like numbers kept as texts.
  CsvOptions csv_options(CsvOptions options = {}) const;
  /// The same from a file.
  TableSamples read(const Path& path, CsvOptions options = {}) const;

  /// Rows to learn from and rows held out, drawn at random with every class's share kept. From now on `mean`,
  /// `variance`, `target` and what missing values are filled with are those of the training rows.
  TableSplit split(const Table& table, TableSplitOptions options = {});

  /// Mean and variance of each feature in the training rows, for Normalization: 0 and 1 for one-hot features and those
  /// that never change. Shapes: [features]. Undefined before `split`; not saved here but in the network.
  const Tensor& mean() const { return mean_; }
  const Tensor& variance() const { return variance_; }

  /// A network's outputs as a table: the column `target`, and for classes the probability of each answer.
  ///
  /// Shapes: [rows, classes]; [rows, 1] for two classes and for numbers. `logits`: outputs are made probabilities
  /// first.
  Table answers(const Tensor& outputs, bool logits = true) const;

  /// All that `read` and `answers` need.
  Config config() const;
  /// Errors: bad_data where that is no reader's configuration.
  static TableReader from_config(const Config& config);

 private:
  TableReader() = default;
  void find_target(const Table& table, const TableReaderOptions& options);
  void find_inputs(const Table& table, const TableReaderOptions& options);
  void find_fills(const Table& table, const std::vector<int64_t>& rows);
  void describe(const Table& table, const TableReaderOptions& options, bool guessed);

  bool header_ = true;
  std::vector<std::string> columns_;  // all of the table's
  std::vector<TableInput> inputs_;
  TableTarget target_;
  std::string missing_ = "error";
  std::vector<std::string> na_values_;
  std::string sentence_, target_words_;
  std::vector<std::string> notes_;
  Tensor mean_, variance_;
};

}  // namespace cajal
