// How a reader is found for a table. What it does with rows is in table_reader_read.cpp.
#include "cajal/data/table_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "cajal/base/error.h"
#include "cajal/base/text.h"
#include "cajal/data/condition.h"
#include "cajal/data/internal/column_facts.h"
#include "cajal/data/internal/statistics.h"

namespace cajal {
namespace {

constexpr int64_t most_number_classes = 20;
constexpr size_t most_classes = 1000, most_one_hot = 1000;

std::string counted(int64_t count, const std::string& one) {
  return fmt::format("{} {}{}", human_count(count), one, count == 1 ? "" : "s");
}

void check_word(const std::string& what, const std::string& given, const std::vector<std::string>& known) {
  if (std::find(known.begin(), known.end(), given) == known.end())
    fail(fmt::format("{} is '{}'", what, given), choices(given, known));
}

// A column called as targets are; -1 where there is none, or more than one.
int named_as_target(const Table& table) {
  int found = -1;
  for (size_t i = 0; i < table.columns().size(); ++i) {
    const std::string name = lower(table.columns()[i].name());
    if (name != "target" && name != "label" && name != "class") continue;
    if (found >= 0) return -1;
    found = int(i);
  }
  return found;
}

int guess_target(const Table& table) {
  if (const int named = named_as_target(table); named >= 0) return named;
  for (int at = int(table.columns().size()) - 1; at >= 0; --at)
    if (internal::why_left_out(table.columns()[size_t(at)]).empty()) return at;
  return int(table.columns().size()) - 1;
}

// Few whole numbers, each for more than one row, are classes.
bool are_classes(const Column& column) {
  const auto different = internal::different_whole_numbers(column, most_number_classes);
  return different && *different <= most_number_classes && (*different <= 2 || 2 * *different <= column.size());
}

std::vector<std::string> classes_of(const Table& table, const Column& column, const TableReaderOptions& options,
                                    bool named_category) {
  if (options.target_kind == "number") return {};
  if (options.target_kind == "classes" || named_category) return internal::sorted_names(column);
  if (column.is_number()) return are_classes(column) ? internal::sorted_names(column) : std::vector<std::string>();
  if (internal::is_mostly_numbers(column)) {
    (void)internal::numbers_of(table, column);  // says which is none
    return {};
  }
  return internal::sorted_names(column);
}

void check_classes(const std::string& target, const std::vector<std::string>& classes, int64_t rows,
                   bool asked_for = false) {
  if (classes.size() < 2)
    throw Error(Code::bad_data,
                fmt::format("the target '{}' is {}: there is nothing to tell apart", target,
                            classes.empty() ? "empty" : "always " + quoted_value(classes[0])),
                {}, "--target with another column");
  if (classes.size() > most_classes || (!asked_for && classes.size() > 2 && int64_t(classes.size()) == rows))
    throw Error(Code::bad_data,
                fmt::format("the target '{}' has {} different texts in {}: too many for classes", target,
                            human_count(int64_t(classes.size())), counted(rows, "row")),
                {}, "--target with another column");
}

// "numbers from 0.1 to 2.5"
std::string range_words(const std::vector<double>& values) {
  const std::vector<double> sorted = internal::sorted_values(values);
  if (sorted.empty()) return "no number";
  return fmt::format("numbers from {:.6g} to {:.6g}", sorted.front(), sorted.back());
}

// What float32 would spoil is moved and scaled before it becomes float32.
void find_range(TableInput& input, const std::vector<double>& values) {
  double most = 0;
  std::vector<double> finite;
  for (double value : values)
    if (std::isfinite(value)) finite.push_back(value), most = std::max(most, std::abs(value));
  if (most == 0) return;
  if (most < 1e-30 || most > 1e30) input.scale = std::pow(10., -std::clamp(std::floor(std::log10(most)), -300., 300.));
  const double scale = input.scale;
  for (double& value : finite) value *= scale;  // squares stay in range
  const internal::Moments moments = internal::moments_of(finite, 0);
  if (moments.stddev < 1e-4 * std::abs(moments.mean)) input.centre = moments.mean / scale;
}

TableInput input_of(const Table& table, int position, bool named_category) {
  const Column& column = table.columns()[size_t(position)];
  TableInput out{.name = column.name(), .position = position};
  out.is_number = !named_category && internal::is_mostly_numbers(column);
  if (out.is_number) {
    find_range(out, internal::numbers_of(table, column));
    return out;
  }
  out.categories = internal::sorted_names(column);
  if (out.categories.size() > most_one_hot)
    throw Error(Code::bad_data,
                fmt::format("column '{}' has {} different texts, and each would be an input", column.name(),
                            human_count(int64_t(out.categories.size()))),
                {}, fmt::format("leave it out, or at most {}", most_one_hot));
  return out;
}

double median(std::vector<double> values) { return internal::quantile(internal::sorted_values(values), 0.5); }

std::string most_frequent(const Column& column) {
  const Table counts = Table({column}).value_counts(column.name());
  return counts.rows() ? counts.columns()[0].text(0) : std::string();
}

}  // namespace

TableReader::TableReader(const Table& table, const TableReaderOptions& options)
    : header_(table.has_header()), columns_(table.names()), missing_(options.missing), na_values_(options.na_values) {
  check_word("missing", missing_, {"error", "fill", "drop"});
  if (!options.target_kind.empty()) check_word("the kind of the target", options.target_kind, {"classes", "number"});
  if (table.rows() == 0 || table.columns().empty()) fail("the table is empty: there is nothing to learn from");
  find_target(table, options);
  find_inputs(table, options);
  std::vector<int64_t> all(size_t(table.rows()));
  for (size_t i = 0; i < all.size(); ++i) all[i] = int64_t(i);
  find_fills(table, all);
  describe(table, options, options.target.empty());
}

void TableReader::find_target(const Table& table, const TableReaderOptions& options) {
  const int rows = int(std::min<int64_t>(table.rows(), INT32_MAX));
  if (!options.target.empty() && !table.has(options.target) && Condition::looks_like_one(options.target)) {
    const std::vector<uint8_t> holds = Condition(options.target).holds(table);
    const auto yes = std::count(holds.begin(), holds.end(), 1);
    target_ = {.name = options.target, .classes = {"no", "yes"}};
    if (yes == 0 || yes == rows) check_classes(options.target, {yes ? "yes" : "no"}, rows);
    target_words_ = fmt::format("yes in {} of {} rows", human_count(yes), human_count(rows));
    return;
  }
  target_.position = options.target.empty() ? guess_target(table) : int(&table[options.target] - &table.columns()[0]);
  const Column& column = table.columns()[size_t(target_.position)];
  target_.name = column.name();
  bool named = false;
  for (const std::string& name : options.categories) named |= &table[name] == &column;
  target_.classes = classes_of(table, column, options, named);
  if (has_classes()) {
    check_classes(target_.name, target_.classes, table.rows(), options.target_kind == "classes");
    target_words_ = counted(int64_t(target_.classes.size()), column.is_number() ? "whole number" : "name");
  } else {
    const std::vector<double> values = internal::numbers_of(table, column);
    if (internal::sorted_values(values).empty()) check_classes(target_.name, {}, table.rows());
    target_words_ = range_words(values);
  }
}

void TableReader::find_inputs(const Table& table, const TableReaderOptions& options) {
  std::set<int> chosen, named;
  for (const std::string& name : options.categories) named.insert(int(&table[name] - &table.columns()[0]));
  for (const std::string& name : options.inputs) {
    const int at = int(&table[name] - &table.columns()[0]);
    if (at == target_.position) fail(fmt::format("'{}' is the target, and is named as an input too", target_.name));
    if (!chosen.insert(at).second)
      fail(fmt::format("'{}' is named as an input twice", table.columns()[size_t(at)].name()));
    inputs_.push_back(input_of(table, at, named.count(at) > 0));
  }
  std::vector<std::string> left_out;
  for (int at = 0; options.inputs.empty() && at < int(table.columns().size()); ++at) {
    if (at == target_.position) continue;
    const Column& column = table.columns()[size_t(at)];
    const std::string why = internal::why_left_out(column);
    if (why.empty()) inputs_.push_back(input_of(table, at, named.count(at) > 0));
    else left_out.push_back(fmt::format("'{}' ({})", column.name(), why));
  }
  const std::string list = join(left_out, ", ");
  if (inputs_.empty())
    throw Error(Code::bad_data, "no column is left as input" + (list.empty() ? list : ": left out were " + list), {},
                "--inputs with the columns to learn from");
  if (!list.empty()) notes_.push_back("left out: " + list + "; --inputs takes what it names");
}

void TableReader::find_fills(const Table& table, const std::vector<int64_t>& rows) {
  for (TableInput& input : inputs_) {
    const Column& whole = table.columns()[size_t(input.position)];
    if (missing_ != "fill" || whole.missing_count() == 0) {
      if (!input.is_number && input.fill_name.empty()) input.fill_name = most_frequent(whole);
      if (input.is_number) input.fill = median(internal::numbers_of(table, whole));
      continue;
    }
    const Column column = whole.rows(rows);
    if (input.is_number) {
      const double value = median(internal::numbers_of(table.take(rows), column));
      if (!std::isnan(value)) input.fill = value;
    } else if (const std::string name = most_frequent(column); !name.empty()) {
      input.fill_name = name;
    }
  }
}

void TableReader::describe(const Table& table, const TableReaderOptions& options, bool guessed) {
  int64_t numbers = 0, names = 0;
  for (const TableInput& input : inputs_) ++(input.is_number ? numbers : names);
  std::vector<std::string> kinds;
  if (numbers) kinds.push_back(counted(numbers, "number column"));
  if (names) kinds.push_back(counted(names, "column") + " of names");
  std::string input_words = "the " + join(kinds, " and ");
  if (names) input_words += fmt::format(" ({} inputs)", human_count(features()));
  const int position = target_.position, last = int(table.columns().size()) - 1;
  std::string where = position == last ? "last column, "
                      : position >= 0  ? fmt::format("column {}, ", position + 1)
                                       : "";
  if (guessed)
    sentence_ = fmt::format("I took '{}' ({}{}) as the target and {} as input; say --target and --inputs to choose.",
                            target_.name, where, target_words_, input_words);
  else
    sentence_ = fmt::format("target: {} ({}); input: {}{}", position >= 0 ? "'" + target_.name + "'" : target_.name,
                            target_words_, input_words, options.inputs.empty() ? "; --inputs chooses others" : "");
}

}  // namespace cajal
