// Splitting data into what is learned from and what is held out; labels as one-hot rows.
#pragma once

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "cajal/data/dataset.h"

namespace cajal {

/// How train_test_split splits. A size below 1 is a share, from 1 on a number of samples; 0: not given.
struct SplitOptions {
  double test_size = 0;               ///< 0.25 where neither size is given
  double train_size = 0;              ///< the rest
  std::optional<uint64_t> seed = {};  ///< none: the process's next one
  bool shuffle = true;
  Tensor stratify = {};  ///< integer labels whose shares are kept in both parts
};

/// What train_test_split gives, in scikit-learn's order.
struct TrainTestTensors {
  Tensor x_train, x_test, y_train, y_test;
};

/// Splits inputs and targets, shuffled together.
///
/// Example: auto [x_train, x_test, y_train, y_test] = train_test_split(x, y, {.test_size = 0.2});
/// Errors: first axes that differ, sizes that leave a part empty, a class with one sample where classes are stratified.
TrainTestTensors train_test_split(const Tensor& x, const Tensor& y, SplitOptions options = {});

/// The same for any number of tensors: train and test of the first, of the second, ...
std::vector<Tensor> train_test_split(const std::vector<Tensor>& tensors, SplitOptions options = {});

/// The first `left_size` elements and the last `right_size`; the one not given (0) is the rest. A size below 1 is a
/// share.
///
/// With `shuffle` the elements are drawn at random, the same ones in every epoch. A data set that can only be read in
/// order is read into memory. Errors: no size given, sizes that leave a part empty or are more than there is.
std::pair<Dataset, Dataset> split_dataset(const Dataset& dataset, double left_size, double right_size = 0,
                                          bool shuffle = false, std::optional<uint64_t> seed = {});

/// One row for each label, 1 at the label's place and 0 elsewhere.
///
/// Shapes: [...] or [..., 1] -> [..., num_classes]; num_classes 0: the largest label + 1. Types: integers -> float32.
/// Errors: a label below 0 or not below num_classes.
Tensor to_categorical(const Tensor& labels, int64_t num_classes = 0);

}  // namespace cajal
