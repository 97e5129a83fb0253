// What a table says about its columns.
#include <algorithm>
#include <cmath>
#include <numeric>

#include "cajal/data/internal/statistics.h"
#include "cajal/data/table.h"

namespace cajal {
namespace internal {

Moments moments_of(const std::vector<double>& values, int less) {
  double sum = 0, squares = 0;
  int64_t count = 0;
  for (double value : values)
    if (!std::isnan(value)) sum += value, ++count;
  if (!count) return {};
  const double mean = sum / double(count);
  for (double value : values)
    if (!std::isnan(value)) squares += (value - mean) * (value - mean);
  return {mean, count > less ? std::sqrt(squares / double(count - less)) : 0};
}

double quantile(const std::vector<double>& sorted, double share) {
  if (sorted.empty()) return std::nan("");
  const double place = share * double(sorted.size() - 1);
  const auto below = size_t(place);
  const size_t above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (place - double(below)) * (sorted[above] - sorted[below]);
}

std::vector<double> sorted_values(const std::vector<double>& values) {
  std::vector<double> out;
  for (double value : values)
    if (!std::isnan(value)) out.push_back(value);
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace internal

namespace {

Column described(const Column& column) {
  const std::vector<double> sorted = internal::sorted_values(column.numbers());
  const internal::Moments moments = internal::moments_of(sorted, 1);
  const double none = std::nan("");
  const bool any = !sorted.empty();
  return Column(column.name(),
                {double(sorted.size()), any ? moments.mean : none, sorted.size() > 1 ? moments.stddev : none,
                 internal::quantile(sorted, 0), internal::quantile(sorted, 0.25), internal::quantile(sorted, 0.5),
                 internal::quantile(sorted, 0.75), internal::quantile(sorted, 1)});
}

struct Count {
  std::string value;
  int64_t rows = 0, first = 0;  // how many, and where the first one is
};

// The different values, the most frequent first; of equally frequent ones that which was met first.
std::vector<Count> counts_of(const Column& column) {
  std::vector<int64_t> order;
  for (int64_t row = 0; row < column.size(); ++row)
    if (!column.missing(row)) order.push_back(row);
  auto before = [&](int64_t a, int64_t b) {
    if (column.is_number()) return column.numbers()[size_t(a)] < column.numbers()[size_t(b)];
    return column.codes()[size_t(a)] < column.codes()[size_t(b)];
  };
  std::stable_sort(order.begin(), order.end(), before);
  std::vector<Count> out;
  for (size_t i = 0; i < order.size(); ++i) {
    if (i == 0 || before(order[i - 1], order[i])) out.push_back({column.text(order[i]), 0, order[i]});
    ++out.back().rows;
  }
  std::sort(out.begin(), out.end(),
            [](const Count& a, const Count& b) { return a.rows != b.rows ? a.rows > b.rows : a.first < b.first; });
  return out;
}

Column described_texts(const Column& column) {
  const std::vector<Count> counts = counts_of(column);
  const std::string none;
  return Column(column.name(),
                {std::to_string(column.size() - column.missing_count()), std::to_string(counts.size()),
                 counts.empty() ? none : counts[0].value, counts.empty() ? none : std::to_string(counts[0].rows)});
}

}  // namespace

Table Table::describe() const {
  std::vector<Column> out;
  for (const Column& column : columns_)
    if (column.is_number()) out.push_back(described(column));
  const bool numbers = !out.empty();
  if (!numbers)
    for (const Column& column : columns_) out.push_back(described_texts(column));
  std::string name = "statistic";
  while (has(name)) name += "_";
  const std::vector<std::string> of_numbers = {"count", "mean", "std", "min", "25%", "50%", "75%", "max"};
  const std::vector<std::string> of_texts = {"count", "different", "most frequent", "how often"};
  out.insert(out.begin(), Column(name, numbers ? of_numbers : of_texts));
  return Table(std::move(out));
}

Table Table::value_counts(std::string_view name) const {
  const Column& column = (*this)[name];
  std::vector<double> rows, numbers;
  std::vector<std::string> texts;
  for (const Count& count : counts_of(column)) {
    rows.push_back(double(count.rows));
    if (column.is_number()) numbers.push_back(column.numbers()[size_t(count.first)]);
    else texts.push_back(count.value);
  }
  Column values = column.is_number() ? Column(column.name(), numbers) : Column(column.name(), texts);
  return Table({values, Column(column.name() == "count" ? "rows" : "count", rows)});
}

}  // namespace cajal
