// A folder with the four idx files of a data set like MNIST.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cajal/base/files.h"
#include "cajal/data/datasets.h"

namespace cajal {

/// The four files of an idx folder. An empty path: there is none.
struct IdxFolder {
  Path train_images, train_labels, test_images, test_labels;

  bool complete() const {
    return !train_images.empty() && !train_labels.empty() && !test_images.empty() && !test_labels.empty();
  }
};

/// Finds them: names that begin with train, t10k or test, go on with images or labels and hold "idx" or "ubyte",
/// with dots or dashes, gzipped or not ("train-images-idx3-ubyte.gz", "t10k-labels.idx1-ubyte").
/// Nothing is read; a folder that does not exist has none.
IdxFolder find_idx_folder(const Path& folder);

/// Loads any such folder: images as they are, labels as bytes.
///
/// `classes` > 0: labels must lie below it. Errors: not_found naming the files that are missing; bad_data where a file
/// is damaged, labels are no list, their number is not that of the images, training and test images differ in shape.
TrainTest load_idx_folder(const Path& folder, int64_t classes = 0);

/// Loads the data set `name` from `folder`, or, if that is "", from the first of $CAJAL_DATA/name, ../shared/data/name
/// and the cache that has it. Errors: not_found naming the four files and the places looked at.
TrainTest load_idx_dataset(const std::string& name, const std::string& folder, int64_t classes);

}  // namespace cajal
