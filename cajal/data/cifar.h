// The binary batches of CIFAR-10: a label and a picture in three planes, again and again.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cajal/base/files.h"
#include "cajal/data/datasets.h"

namespace cajal {

/// Pictures and their labels.
struct LabelledImages {
  Tensor images;  ///< [n, height, width, channels] uint8
  Tensor labels;  ///< [n] uint8
};

/// The pictures of one batch file's bytes; `name` stands in errors. Shapes: [n, 32, 32, 3], [n].
///
/// The file has red, green and blue in planes of their own: here they stand side by side.
/// Errors: bad_data where the bytes are no whole number of records (3,073 bytes each), or a label is not below 10.
LabelledImages parse_cifar10(std::span<const std::byte> bytes, std::string_view name);

/// The same from a file, packed by gzip or xz or not (its first bytes tell).
LabelledImages read_cifar10(const Path& path);

/// Whether a folder has all six batches (data_batch_1 to 5 and test_batch: .bin, .bin.gz or .bin.xz), or the archive
/// of them, cifar-10-binary.tar.gz. Nothing is read.
bool has_cifar10(const Path& folder);

/// All of a folder: what to learn from, and the test batch. Errors: not_found naming the file that is missing.
TrainTest load_cifar10_folder(const Path& folder);

/// What the labels mean, as the folder's batches.meta.txt says; empty where there is none.
std::vector<std::string> cifar10_classes(const Path& folder);

}  // namespace cajal
