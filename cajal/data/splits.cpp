#include "cajal/data/splits.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "cajal/base/error.h"
#include "cajal/base/text.h"
#include "cajal/data/internal/node.h"
#include "cajal/data/internal/permutation.h"

namespace cajal {
namespace {

using Rows = std::vector<int64_t>;

struct Sizes {
  int64_t left, right;
};

// A share or a number of samples as a number of samples; `round` decides about parts of one.
int64_t samples_of(double size, int64_t count, double (*round)(double), const char* name) {
  if (!(size >= 0) || size > 1e15 || (size >= 1 && size != std::floor(size)))
    fail(fmt::format("{} is {}", name, size), "a share below 1, or a whole number of samples");
  return int64_t(size < 1 ? round(size * double(count)) : size);
}

Sizes checked_sizes(Sizes sizes, int64_t count) {
  if (sizes.left > 0 && sizes.right > 0 && sizes.left + sizes.right <= count) return sizes;
  fail(fmt::format("{} samples cannot be split into {} and {}", human_count(count), human_count(sizes.left),
                   human_count(sizes.right)),
       "sizes that leave neither part empty");
}

// Labels in the order of their first sample would favour early classes: sorted by label instead.
std::map<int64_t, Rows> rows_by_class(const Tensor& labels, int64_t count) {
  if (labels.rank() != 1 || labels.dim(0) != count || !is_integer(labels.dtype()))
    fail(fmt::format("stratify was given {} {} for {} samples", labels.shape().text(), name(labels.dtype()), count),
         "one integer label for each sample");
  const std::vector<int64_t> values = labels.values<int64_t>();
  std::map<int64_t, Rows> out;
  for (size_t i = 0; i < values.size(); ++i) out[values[i]].push_back(int64_t(i));
  for (const auto& entry : out)
    if (entry.second.size() < 2)
      fail(fmt::format("class {} has one sample, which cannot be in both parts", entry.first),
           "leave that class out, or no stratify");
  return out;
}

// How many of each class go to the test part: the share of each, the largest remainders rounded up.
std::map<int64_t, int64_t> quotas(const std::map<int64_t, Rows>& by_class, int64_t chosen, int64_t count) {
  std::map<int64_t, int64_t> out;
  std::vector<std::pair<double, int64_t>> remainders;
  int64_t left = chosen;
  for (const auto& [label, rows] : by_class) {
    const double exact = double(rows.size()) * double(chosen) / double(count);
    out[label] = int64_t(exact);
    left -= out[label];
    remainders.emplace_back(exact - std::floor(exact), label);
  }
  std::stable_sort(remainders.begin(), remainders.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  for (size_t i = 0; i < remainders.size() && left > 0; ++i, --left) ++out[remainders[i].second];
  return out;
}

void shuffle_rows(Rows& rows, random::Stream& stream) {
  const Rows before = rows;
  const Rows order = internal::permutation(int64_t(rows.size()), stream);
  for (size_t i = 0; i < rows.size(); ++i) rows[i] = before[size_t(order[i])];
}

struct Parts {
  Rows train, test;
};

Parts stratified_parts(const Tensor& labels, Sizes sizes, int64_t count, random::Stream& stream) {
  auto by_class = rows_by_class(labels, count);
  const auto for_test = quotas(by_class, sizes.right, count), for_train = quotas(by_class, sizes.left, count);
  Parts parts;
  for (auto& [label, rows] : by_class) {
    shuffle_rows(rows, stream);
    const int64_t test = for_test.at(label), all = int64_t(rows.size());
    const int64_t train = sizes.left + sizes.right == count ? all - test : std::min(for_train.at(label), all - test);
    parts.test.insert(parts.test.end(), rows.begin(), rows.begin() + test);
    parts.train.insert(parts.train.end(), rows.begin() + test, rows.begin() + test + train);
  }
  shuffle_rows(parts.train, stream);
  shuffle_rows(parts.test, stream);
  return parts;
}

// As scikit-learn: the test part comes first in the shuffled order, last without shuffle.
Parts plain_parts(Sizes sizes, int64_t count, bool shuffle, random::Stream& stream) {
  Rows order(static_cast<size_t>(count));
  std::iota(order.begin(), order.end(), 0);
  if (!shuffle)
    return {{order.begin(), order.begin() + sizes.left},
            {order.begin() + sizes.left, order.begin() + sizes.left + sizes.right}};
  shuffle_rows(order, stream);
  const auto test_end = order.begin() + sizes.right;
  return {{test_end, test_end + sizes.left}, {order.begin(), test_end}};
}

Sizes split_sizes(const SplitOptions& options, int64_t count) {
  const double asked = options.test_size == 0 && options.train_size == 0 ? 0.25 : options.test_size;
  int64_t test = samples_of(asked, count, std::ceil, "test_size");
  int64_t train = samples_of(options.train_size, count, std::floor, "train_size");
  if (options.train_size == 0) train = count - test;
  if (asked == 0) test = count - train;
  return checked_sizes({train, test}, count);
}

Parts split_rows(const SplitOptions& options, int64_t count) {
  const Sizes sizes = split_sizes(options, count);
  random::Stream stream(options.seed ? *options.seed : options.shuffle ? random::next_seed() : 0);
  if (!options.stratify.defined()) return plain_parts(sizes, count, options.shuffle, stream);
  if (!options.shuffle) fail("stratify was given without shuffle", "shuffle, or no stratify");
  return stratified_parts(options.stratify, sizes, count, stream);
}

}  // namespace

std::vector<Tensor> train_test_split(const std::vector<Tensor>& tensors, SplitOptions options) {
  if (tensors.empty()) fail("train_test_split was given no tensors");
  const Dataset all{TensorList(tensors)};
  const Parts parts = split_rows(options, all.size());
  Batch train, test;
  all.read(parts.train, train);
  all.read(parts.test, test);
  std::vector<Tensor> out;
  for (size_t i = 0; i < tensors.size(); ++i) {
    out.push_back(train.x[i]);
    out.push_back(test.x[i]);
  }
  return out;
}

TrainTestTensors train_test_split(const Tensor& x, const Tensor& y, SplitOptions options) {
  const std::vector<Tensor> parts = train_test_split(std::vector<Tensor>{x, y}, std::move(options));
  return {parts[0], parts[1], parts[2], parts[3]};
}

std::pair<Dataset, Dataset> split_dataset(const Dataset& dataset, double left_size, double right_size, bool shuffle,
                                          std::optional<uint64_t> seed) {
  if (dataset.cardinality() == Dataset::infinite) (void)dataset.size();
  if (left_size == 0 && right_size == 0) fail("split_dataset was given neither size", "left_size 0.8");
  Dataset all = dataset;
  if (!all.indexed()) {
    all = all.cache();
    auto cursor = all.begin_epoch(0);
    for (Batch unused; cursor.next(unused);) continue;
  }
  const int64_t count = all.size();
  int64_t left = samples_of(left_size, count, std::round, "left_size");
  int64_t right = samples_of(right_size, count, std::round, "right_size");
  if (left_size == 0) left = count - right;
  if (right_size == 0) right = count - left;
  const Sizes sizes = checked_sizes({left, right}, count);
  if (shuffle) all = all.shuffle(0, seed, false);
  return {all.take(sizes.left), all.skip(count - sizes.right)};
}

Tensor to_categorical(const Tensor& labels, int64_t num_classes) {
  if (!is_integer(labels.dtype()) && labels.dtype() != DType::boolean)
    fail("to_categorical was given " + std::string(name(labels.dtype())), "integer labels: cast(DType::int32)");
  const std::vector<int64_t> values = labels.values<int64_t>();
  const int64_t largest = values.empty() ? -1 : *std::max_element(values.begin(), values.end());
  const int64_t classes = num_classes > 0 ? num_classes : largest + 1;
  Shape shape = labels.shape();
  if (shape.rank() > 1 && shape.back() == 1) shape.erase(shape.rank() - 1);
  shape.push_back(classes);
  Tensor out(shape);
  float* to = out.data<float>();
  for (size_t i = 0; i < values.size(); ++i) {
    if (values[i] < 0 || values[i] >= classes)
      fail(fmt::format("label {} is {}, and there are {} classes", i, values[i], classes),
           fmt::format("labels from 0 to {}", classes - 1));
    to[int64_t(i) * classes + values[i]] = 1;
  }
  return out;
}

}  // namespace cajal
