// NumPy's .npy: one array.
#pragma once

#include <iosfwd>
#include <span>
#include <string>
#include <string_view>

#include "cajal/base/files.h"
#include "cajal/tensor/tensor.h"

namespace cajal {

/// Reads an .npy file, versions 1 to 3, either byte order, row- or column-major (then the tensor's strides say so).
///
/// Types: those of DType but bfloat16, which NumPy does not have; uint16 becomes int32, uint32 and uint64 int64.
/// Errors: not_found, io; bad_data naming file and byte; unsupported for complex numbers, texts, dates and records.
Tensor load_npy(const Path& path);

/// The same from bytes; `name` stands in errors.
Tensor read_npy(std::span<const std::byte> bytes, std::string_view name);

/// Writes an .npy file, version 1, row-major. Errors: bfloat16; io.
void save_npy(const Path& path, const Tensor& tensor);

/// The bytes that stand before an array's data, which is what follows.
std::string npy_header(const Tensor& tensor);

}  // namespace cajal
