// BatchReader: a data set as the batches of a training loop, epoch after epoch, restartable at any step.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "cajal/data/dataset.h"

namespace cajal {

/// Cuts a data set into batches.
///
/// Samples are gathered `batch_size` at a time; where the data set is indexed they can be shuffled anew for each epoch,
/// and `seek` costs nothing. A data set that is in batches already is taken as it comes.
///
///     BatchReader reader(train, 128, true);
///     for (int epoch = 0; epoch < 5; ++epoch)
///       for (reader.begin_epoch(epoch); reader.next(batch);) step(batch);
///
/// Cost: for 128 x 784 bytes a few microseconds; nothing is allocated while shapes stay the same.
class BatchReader {
 public:
  /// `batch_size` 0: 32, or the data set's own. `shuffle` has no effect where data can only be read in order.
  /// Errors: an empty data set; a batch size beside a data set that has its own.
  BatchReader(Dataset data, int64_t batch_size, bool shuffle = false, std::optional<uint64_t> seed = {});
  BatchReader(BatchReader&&) noexcept;
  BatchReader& operator=(BatchReader&&) noexcept;
  ~BatchReader();

  /// Batches in an epoch; Dataset::unknown (until one has ended) or Dataset::infinite.
  int64_t steps() const;
  /// Samples in an epoch; Dataset::unknown or Dataset::infinite.
  int64_t samples() const;
  /// Samples in a batch that is not the last.
  int64_t batch_size() const;
  /// True where the order changes with the epoch because this reader shuffles.
  bool shuffles() const;

  /// Goes to the first batch of an epoch. Epoch 0 is begun when the reader is made.
  void begin_epoch(uint64_t epoch);
  uint64_t epoch() const;
  /// Fetches the next batch; false at the end of the epoch. Tensors of the right shape and type in `into` are written
  /// where they are, whoever else holds them.
  bool next(Batch& into);
  /// How many batches of this epoch were fetched or left out.
  int64_t position() const;
  /// Goes to a batch of this epoch. Free where the data set is indexed; otherwise the epoch is read again up to there.
  /// Throws Error where the epoch has not that many.
  void seek(int64_t step);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace cajal
