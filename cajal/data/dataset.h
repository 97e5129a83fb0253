// Dataset: where samples come from and what is done to them on the way, as a description that can be run again and
// again.
#pragma once

#include <cstdint>
#include <functional>
#include <iterator>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "cajal/base/random.h"
#include "cajal/tensor/tensor.h"

namespace cajal {

/// One sample, or a batch of samples: inputs, targets, and how much each sample counts.
///
/// Converts to its first input where a tensor is wanted.
struct Batch {
  std::vector<Tensor> x, y;
  Tensor weight;  ///< undefined: every sample counts 1

  /// Throws Error where there is no input.
  operator const Tensor&() const;
};

/// Shape and type of one tensor of an element. "batch" as first dimension stands for a number that varies.
struct TensorSpec {
  Shape shape;
  DType dtype = DType::float32;
  friend bool operator==(const TensorSpec&, const TensorSpec&) = default;
};

/// Shapes and types of an element.
struct ElementSpec {
  std::vector<TensorSpec> x, y;
  std::optional<TensorSpec> weight;
  friend bool operator==(const ElementSpec&, const ElementSpec&) = default;
};

/// One tensor, several, or none: what a data set's maker takes.
struct TensorList : std::vector<Tensor> {
  TensorList() = default;
  TensorList(const Tensor& tensor) {
    if (tensor.defined()) push_back(tensor);
  }
  TensorList(std::initializer_list<Tensor> tensors) : std::vector<Tensor>(tensors) {}
  TensorList(std::vector<Tensor> tensors) : std::vector<Tensor>(std::move(tensors)) {}
};

namespace internal {
class DatasetNode;
class Pass;
class Rows;
}  // namespace internal

/// One pass over a data set, element after element.
class DatasetCursor {
 public:
  DatasetCursor(std::shared_ptr<const internal::DatasetNode> node, uint64_t epoch);
  DatasetCursor(DatasetCursor&&) noexcept;
  DatasetCursor& operator=(DatasetCursor&&) noexcept;
  ~DatasetCursor();

  /// Fetches the next element; false at the end. What is in `into` is written over where it fits and nobody else holds
  /// it.
  bool next(Batch& into);
  /// Leaves out up to `count` elements and gives how many there were: free where the data set is indexed.
  int64_t skip(int64_t count);
  /// How many elements were fetched or left out.
  int64_t position() const { return position_; }

 private:
  std::shared_ptr<const internal::DatasetNode> node_;
  std::unique_ptr<internal::Pass> pass_;
  int64_t position_ = 0;
};

/// A sequence of samples (or of batches), with the names and the meaning that tf.data gives its operations.
///
/// A value: copies are cheap, operations give a new data set and change nothing. Whatever is random is a pure function
/// of seed, epoch and position, so that an epoch can be begun again at any place: `data.begin_epoch(3).skip(1000)`.
/// Each plain loop over one data set is its next epoch.
///
///     for (const Batch& photos : Dataset(images).shuffle().batch(64)) ...
///
/// A data set is *indexed* where any sample can be had by its number: tensors, ranges and files are, and so is what
/// take, skip, shuffle, map, batch, repeat, zip, concatenate and enumerate make of them. Samples of tensors are then
/// copied straight into the batch; nothing is allocated for each. Errors that `f` of map or a generator throws come
/// through.
class Dataset {
 public:
  static constexpr int64_t unknown = -1;
  static constexpr int64_t infinite = INT64_MAX;

  /// None yet: `defined()` is false, and using it is an Error.
  Dataset() = default;
  /// A sample for each index of the tensors' first axes, which must agree. The tensors are shared, not copied.
  /// Errors: scalars, first axes that differ, no input. Several inputs: `Dataset(TensorList{a, b}, y)`.
  Dataset(TensorList x, TensorList y = {}, Tensor weight = {});
  explicit Dataset(std::shared_ptr<const internal::DatasetNode> node) : node_(std::move(node)) {}

  struct GeneratorOptions {
    int64_t size = unknown;  ///< how many elements come, if that is known
    int64_t batch_size = 0;  ///< not 0: the elements are batches of that many samples
  };
  /// What a function hands out until it returns false. `make` is called for each epoch and gives that function.
  static Dataset from_generator(std::function<std::function<bool(Batch&)>()> make, GeneratorOptions options);
  static Dataset from_generator(std::function<std::function<bool(Batch&)>()> make) {
    return from_generator(std::move(make), GeneratorOptions());
  }
  /// One element for each file, as `read` makes it; `unbatch()` after it where a file holds many samples.
  static Dataset from_files(std::vector<std::string> files, std::function<Batch(const std::string&)> read,
                            int num_parallel_calls = 1);
  /// The int64 scalars start, start + step, ... before stop.
  static Dataset range(int64_t stop) { return range(0, stop); }
  static Dataset range(int64_t start, int64_t stop, int64_t step = 1);

  /// Each element as `f` changes it. f may be called on `num_parallel_calls` threads at a time; order is kept.
  Dataset map(std::function<Batch(Batch)> f, int num_parallel_calls = 1) const;
  /// The same with random numbers for f: a stream of its own for each seed, epoch and position.
  Dataset map(std::function<Batch(Batch, random::Stream&)> f, uint64_t seed, int num_parallel_calls = 1) const;
  /// The elements for which `keep` is true.
  Dataset filter(std::function<bool(const Batch&)> keep) const;
  /// The elements in random order: each is drawn from the next `buffer_size` (0: from all). Without a seed the
  /// process's own sequence gives one. An indexed data set shuffles numbers and holds no element.
  Dataset shuffle(int64_t buffer_size = 0, std::optional<uint64_t> seed = {},
                  bool reshuffle_each_iteration = true) const;
  /// `batch_size` elements at a time along a new first axis; the last batch has what is left, or is left out.
  Dataset batch(int64_t batch_size, bool drop_remainder = false) const;
  /// The parts along the first axis, one by one.
  Dataset unbatch() const;
  /// All elements `count` times; -1: without end. Each time is the next epoch: shuffles before it differ.
  Dataset repeat(int64_t count = -1) const;
  /// The first `count` elements; -1: all.
  Dataset take(int64_t count) const;
  /// What comes after the first `count` elements; -1: nothing.
  Dataset skip(int64_t count) const;
  /// Keeps the elements of the first whole pass in memory; later passes are those same elements.
  Dataset cache() const;
  /// Makes up to `buffer_size` elements ahead, on a thread of its own; its errors come out where the element is
  /// fetched.
  Dataset prefetch(int64_t buffer_size = 2) const;
  /// This, then `other`; shapes and types must agree where both are known.
  Dataset concatenate(const Dataset& other) const;
  /// The inputs of `x`, the inputs of `y` as targets, the input of `weight` as weight, as far as the shortest reaches.
  static Dataset zip(const Dataset& x, const Dataset& y, const Dataset& weight = {});
  /// With the element's number, an int64 scalar, as first input.
  Dataset enumerate(int64_t start = 0) const;

  bool defined() const { return node_ != nullptr; }
  /// How many elements an epoch has; `unknown` or `infinite`.
  int64_t cardinality() const;
  /// Shapes and types of the elements. Reads the first one where only that tells; Error where there is none.
  ElementSpec element_spec() const;
  /// Samples per element, after `batch`; 0 where an element is one sample.
  int64_t batch_size() const;
  /// True where any element can be had by its number, at no cost for those before it.
  bool indexed() const;
  /// The cardinality; throws Error where that is unknown or infinite.
  int64_t size() const;
  /// Gathers elements by number along a first axis, in the order of epoch 0. Tensors of the right shape and type in
  /// `into` are written where they are, and nothing is allocated. For a loop, BatchReader is faster.
  /// Errors: not indexed, a number outside of the data set, elements of different shapes.
  void read(std::span<const int64_t> rows, Batch& into) const;

  /// Runs through epoch `epoch`: the same one is the same order, always.
  DatasetCursor begin_epoch(uint64_t epoch) const;

  /// The elements of one epoch, for range-based `for`.
  class Iterator {
   public:
    using value_type = Batch;
    using difference_type = std::ptrdiff_t;
    explicit Iterator(DatasetCursor cursor) : cursor_(std::move(cursor)) { ++*this; }
    const Batch& operator*() const { return batch_; }
    const Batch* operator->() const { return &batch_; }
    Iterator& operator++() {
      more_ = cursor_.next(batch_);
      return *this;
    }
    void operator++(int) { ++*this; }
    friend bool operator==(const Iterator& iterator, std::default_sentinel_t) { return !iterator.more_; }

   private:
    DatasetCursor cursor_;
    Batch batch_;
    bool more_ = false;
  };
  /// Begins this data set's next epoch; the first is 0.
  Iterator begin() const;
  std::default_sentinel_t end() const { return {}; }

  /// For what builds on the pipeline; throws Error where undefined.
  const std::shared_ptr<const internal::DatasetNode>& node() const;

 private:
  std::shared_ptr<const internal::DatasetNode> node_;
};

}  // namespace cajal
