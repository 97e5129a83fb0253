// Rows as tensors, and tensors as answers.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <map>
#include <numeric>

#include "cajal/base/error.h"
#include "cajal/base/text.h"
#include "cajal/data/condition.h"
#include "cajal/data/internal/column_facts.h"
#include "cajal/data/internal/statistics.h"
#include "cajal/data/internal/table_match.h"
#include "cajal/data/splits.h"
#include "cajal/data/table_reader.h"

namespace cajal {
namespace {

[[noreturn]] void refuse(const std::string& message, const std::string& hint = {}) {
  throw Error(Code::bad_data, message, {}, hint);
}

// The index of each row's name among the known ones, -1 where it is missing.
std::vector<int64_t> indices_of(const Table& table, const Column& column, const std::vector<std::string>& known,
                                const std::string& what) {
  std::map<std::string, int64_t> index;
  for (size_t i = 0; i < known.size(); ++i) index[known[i]] = int64_t(i);
  std::vector<int64_t> out(size_t(table.rows()), -1), of_code;  // of_code: -1 is unknown, -2 was not looked for
  if (!column.is_number()) of_code.assign(column.names().size(), -2);
  for (int64_t row = 0; row < table.rows(); ++row) {
    if (column.missing(row)) continue;
    int64_t* cached = column.is_number() ? nullptr : &of_code[size_t(column.codes()[size_t(row)])];
    if (cached && *cached != -2) {
      out[size_t(row)] = *cached;
      continue;
    }
    const std::string text = column.text(row);
    const auto found = index.find(text);
    if (found == index.end())
      refuse(fmt::format("{}: {} is no {} that the model knows", table.place(row, column), quoted_value(text), what),
             choices(text, known));
    out[size_t(row)] = found->second;
    if (cached) *cached = found->second;
  }
  return out;
}

float fed(const Table& table, int64_t row, const Column& column, const TableInput& input, double value) {
  const auto out = float((value - input.centre) * input.scale);
  if (std::isinf(value)) refuse(fmt::format("{}: the value is infinite", table.place(row, column)), "mend the value");
  if (std::isinf(out))
    refuse(fmt::format("{}: {} is far beyond what the model learned from", table.place(row, column), value));
  return out;
}

// One sample after the other: columns are read whole, rows that cannot be used are marked.
class SampleBuilder {
 public:
  SampleBuilder(const Table& table, int64_t features, const std::string& missing)
      : table_(table), width_(features), missing_(missing), x_({table.rows(), features}), gone_(size_t(table.rows())) {}

  void add(const Column& column, const TableInput& input) {
    if (input.is_number) add_numbers(column, input);
    else add_names(column, input);
  }

  void add_target(const Column& column, const TableTarget& target) {
    if (target.classes.empty()) return add_target_numbers(column);
    std::vector<int64_t> indices = indices_of(table_, column, target.classes, "class");
    for (int64_t row = 0; row < table_.rows(); ++row)
      if (indices[size_t(row)] < 0) lose(row, column, false);
    y_ = Tensor::of(indices);
  }

  void add_condition(const TableTarget& target) {
    const Condition condition(target.name);
    for (const std::string& name : condition.columns())
      if (!table_.has(name)) return;
    const std::vector<uint8_t> holds = condition.holds(table_, true);
    y_ = Tensor::of(std::vector<int64_t>(holds.begin(), holds.end()));
  }

  TableSamples finished() {
    TableSamples out;
    for (int64_t row = 0; row < table_.rows(); ++row)
      if (!gone_[size_t(row)]) out.rows.push_back(row);
    if (out.rows.empty()) refuse("no row is left: each has a missing value", "--missing fill");
    out.x = taken(x_, out.rows);
    if (y_.defined()) out.y = taken(y_, out.rows);
    return out;
  }

  // Those rows, side by side.
  static Tensor taken(const Tensor& from, const std::vector<int64_t>& rows) {
    if (int64_t(rows.size()) == from.dim(0)) return from;
    Shape shape = from.shape();
    shape[0] = int64_t(rows.size());
    Tensor out(shape, from.dtype());
    const size_t bytes = from.bytes() / size_t(from.dim(0));
    for (size_t i = 0; i < rows.size(); ++i)
      std::memcpy(out.raw() + i * bytes, from.raw() + size_t(rows[i]) * bytes, bytes);
    return out;
  }

 private:
  // A value is missing: the row goes, or it is an error. True where the value can be filled in.
  bool lose(int64_t row, const Column& column, bool fillable) {
    if (missing_ == "error")
      refuse(table_.place(row, column) + ": the value is missing",
             fillable ? "--missing fill (the median, or the most frequent name), or --missing drop"
                      : "--missing drop leaves such rows out");
    if (missing_ == "fill" && fillable) return true;
    gone_[size_t(row)] = true;
    return false;
  }

  void add_numbers(const Column& column, const TableInput& input) {
    const std::vector<double> values = internal::numbers_of(table_, column);
    float* to = x_.data<float>() + at_;
    for (int64_t row = 0; row < table_.rows(); ++row, to += width_) {
      double value = values[size_t(row)];
      if (std::isnan(value)) {
        if (!lose(row, column, true)) continue;
        value = input.fill;
      }
      *to = fed(table_, row, column, input, value);
    }
    ++at_;
  }

  void add_names(const Column& column, const TableInput& input) {
    const std::vector<int64_t> indices = indices_of(table_, column, input.categories, "name");
    const auto filled = std::find(input.categories.begin(), input.categories.end(), input.fill_name);
    float* to = x_.data<float>() + at_;
    for (int64_t row = 0; row < table_.rows(); ++row, to += width_) {
      int64_t index = indices[size_t(row)];
      if (index < 0) {
        if (!lose(row, column, true) || filled == input.categories.end()) continue;
        index = filled - input.categories.begin();
      }
      to[index] = 1;
    }
    at_ += int64_t(input.categories.size());
  }

  void add_target_numbers(const Column& column) {
    const std::vector<double> values = internal::numbers_of(table_, column);
    y_ = Tensor({table_.rows(), 1});
    for (int64_t row = 0; row < table_.rows(); ++row) {
      const double value = values[size_t(row)];
      if (std::isnan(value)) lose(row, column, false);
      else if (std::isinf(float(value)))
        refuse(fmt::format("{}: {} cannot be foretold", table_.place(row, column), value), "smaller units");
      else y_.data<float>()[row] = float(value);
    }
  }

  const Table& table_;
  int64_t width_, at_ = 0;
  const std::string& missing_;
  Tensor x_, y_;
  std::vector<bool> gone_;
};

// Indices of samples to learn from and of those held out, ascending.
std::pair<std::vector<int64_t>, std::vector<int64_t>> split_rows(const TableSamples& samples, bool classes,
                                                                 const TableSplitOptions& options) {
  std::vector<int64_t> all(samples.rows.size()), alone;
  std::iota(all.begin(), all.end(), 0);
  if (options.test_size == 0) return {all, {}};
  SplitOptions split{.test_size = options.test_size, .seed = options.seed};
  if (classes) {
    // A class with a single row can only be learned from.
    const std::vector<int64_t> labels = samples.y.values<int64_t>();
    std::map<int64_t, int64_t> count;
    for (int64_t label : labels) ++count[label];
    std::vector<int64_t> kept;
    std::vector<int64_t> many;
    for (int64_t i : all) {
      const bool single = count[labels[size_t(i)]] == 1;
      (single ? alone : many).push_back(i);
      if (!single) kept.push_back(labels[size_t(i)]);
    }
    all = std::move(many);
    split.stratify = Tensor::of(kept);
  }
  const std::vector<Tensor> parts = train_test_split({Tensor::of(all)}, split);
  std::vector<int64_t> train = parts[0].values<int64_t>(), test = parts[1].values<int64_t>();
  train.insert(train.end(), alone.begin(), alone.end());
  std::sort(train.begin(), train.end());
  std::sort(test.begin(), test.end());
  return {train, test};
}

std::vector<int64_t> of_table(const TableSamples& samples, const std::vector<int64_t>& which) {
  std::vector<int64_t> out;
  for (int64_t i : which) out.push_back(samples.rows[size_t(i)]);
  return out;
}

Dataset part_of(const TableSamples& samples, const std::vector<int64_t>& which) {
  return Dataset(SampleBuilder::taken(samples.x, which), SampleBuilder::taken(samples.y, which));
}

std::vector<double> column_of(const Tensor& x, const std::vector<int64_t>& rows, int64_t at) {
  std::vector<double> out;
  for (int64_t row : rows) out.push_back(double(x.data<float>()[row * x.dim(1) + at]));
  return out;
}

std::vector<double> probabilities(const float* row, size_t classes, size_t width, bool logits) {
  std::vector<double> out(row, row + width);
  if (width == 1 && classes == 2) {
    const double yes = logits ? 1 / (1 + std::exp(-out[0])) : out[0];
    return {1 - yes, yes};
  }
  if (!logits) return out;
  const double most = *std::max_element(out.begin(), out.end());
  double sum = 0;
  for (double& value : out) sum += value = std::exp(value - most);
  for (double& value : out) value /= sum;
  return out;
}

}  // namespace

int64_t TableReader::features() const {
  int64_t out = 0;
  for (const TableInput& input : inputs_) out += input.is_number ? 1 : int64_t(input.categories.size());
  return out;
}

std::vector<std::string> TableReader::feature_names() const {
  std::vector<std::string> out;
  for (const TableInput& input : inputs_) {
    if (input.is_number) out.push_back(input.name);
    for (const std::string& name : input.categories) out.push_back(input.name + "=" + name);
  }
  return out;
}

TableSamples TableReader::read(const Table& table) const {
  if (table.rows() == 0) refuse("the table is empty: it has no row");
  const internal::MatchedColumns columns = internal::match_columns(table, {columns_, header_, inputs_, target_});
  SampleBuilder samples(table, features(), missing_);
  for (size_t i = 0; i < inputs_.size(); ++i) samples.add(*columns.inputs[i], inputs_[i]);
  if (columns.target) samples.add_target(*columns.target, target_);
  else if (target_.position < 0) samples.add_condition(target_);
  return samples.finished();
}

CsvOptions TableReader::csv_options(CsvOptions options) const {
  options.na_values.insert(options.na_values.end(), na_values_.begin(), na_values_.end());
  for (const TableInput& input : inputs_)
    if (!input.is_number) options.text_columns.push_back(input.name);
  return options;
}

TableSamples TableReader::read(const Path& path, CsvOptions options) const {
  return read(read_csv(path, csv_options(std::move(options))));
}

TableSplit TableReader::split(const Table& table, TableSplitOptions options) {
  TableSamples samples = read(table);
  if (!samples.y.defined()) refuse("the table lacks the target '" + target_.name + "'");
  const auto [train, test] = split_rows(samples, has_classes(), options);
  const int64_t lost = table.rows() - int64_t(samples.rows.size());
  if (lost)
    notes_.push_back(
        fmt::format("{} of {} rows lack a value and are left out", human_count(lost), human_count(table.rows())));
  if (missing_ == "fill") {
    find_fills(table, of_table(samples, train));
    samples = read(table);
  }
  mean_ = Tensor({features()}), variance_ = Tensor::full({features()}, 1);
  int64_t at = 0;
  for (const TableInput& input : inputs_) {
    if (input.is_number) {
      const internal::Moments moments = internal::moments_of(column_of(samples.x, train, at), 0);
      mean_.set({at}, moments.mean);
      if (moments.stddev > 0) variance_.set({at}, moments.stddev * moments.stddev);
    }
    at += input.is_number ? 1 : int64_t(input.categories.size());
  }
  if (!has_classes()) {
    const internal::Moments moments = internal::moments_of(column_of(samples.y, train, 0), 0);
    target_.mean = moments.mean, target_.stddev = moments.stddev > 0 ? moments.stddev : 1;
  }
  return {part_of(samples, train), test.empty() ? Dataset() : part_of(samples, test), of_table(samples, train),
          of_table(samples, test)};
}

Table TableReader::answers(const Tensor& outputs, bool logits) const {
  const Tensor scores = outputs.cast(DType::float32).contiguous();
  const size_t classes = target_.classes.size();
  const size_t width = scores.rank() == 2 ? size_t(scores.dim(1)) : 0;
  if (width == 0 || (width != classes && !(width == 1 && (classes == 2 || classes == 0))))
    fail(fmt::format("outputs of shape {} do not answer '{}'", outputs.shape().text(), target_.name),
         classes ? fmt::format("[rows, {}]", classes) : "[rows, 1]");
  const auto rows = size_t(scores.dim(0));
  if (!classes) {
    const std::vector<float> values = scores.values<float>();
    return Table({Column(target_.name, std::vector<double>(values.begin(), values.end()))});
  }
  std::vector<std::string> names(rows);
  std::vector<std::vector<double>> shares(classes, std::vector<double>(rows));
  for (size_t row = 0; row < rows; ++row) {
    const std::vector<double> p = probabilities(scores.data<float>() + row * width, classes, width, logits);
    names[row] = target_.classes[size_t(std::max_element(p.begin(), p.end()) - p.begin())];
    for (size_t i = 0; i < classes; ++i) shares[i][row] = p[i];
  }
  std::vector<Column> columns = {Column(target_.name, names)};
  for (size_t i = 0; i < classes; ++i) columns.emplace_back("p(" + target_.classes[i] + ")", std::move(shares[i]));
  return Table(std::move(columns));
}

}  // namespace cajal
