// The idx format of MNIST: a type, dimensions and the elements, big-endian; often gzipped.
#pragma once

#include <span>
#include <string_view>

#include "cajal/base/files.h"
#include "cajal/tensor/tensor.h"

namespace cajal {

/// The tensor in an idx file, gzipped or not (its first bytes tell). Bytes stay bytes: uint8, int8, int16, int32,
/// float32 and float64 as the file says.
///
/// Errors: not_found; bad_data naming the field that is wrong: magic, type, dimensions, too few or too many bytes.
/// Source: Y. LeCun, C. Cortes, C. Burges, "The MNIST database of handwritten digits".
Tensor read_idx(const Path& path);

/// The same from memory; `name` stands in errors.
Tensor parse_idx(std::span<const std::byte> bytes, std::string_view name);

/// The idx file of a tensor, not gzipped. Errors: a type that the format has not (int64, bool, 16-bit floats).
Bytes idx_bytes(const Tensor& tensor);
/// The same into a file.
void write_idx(const Path& path, const Tensor& tensor);

}  // namespace cajal
