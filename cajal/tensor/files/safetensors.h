// The safetensors container: named tensors and texts, mapped into memory without copying.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "cajal/base/files.h"
#include "cajal/tensor/files/named_tensors.h"

namespace cajal {

using Metadata = std::map<std::string, std::string>;

/// What a safetensors file holds.
struct Safetensors {
  NamedTensors tensors;  ///< in the order of their bytes
  Metadata metadata;
};

/// Opens a safetensors file.
///
/// Tensors are views of the mapped file: pages are read when touched, writing to a tensor changes this process's copy
/// and not the file. Tensors that are not aligned in the file are copied. While tensors live, replace the file by
/// writing another and renaming it (as save_safetensors does), never in place. Types: all of DType; unsupported for
/// others (8-bit floats, unsigned integers of more than 8 bits, complex). Errors: not_found, io; bad_data where the
/// header is too long, not JSON, or does not describe every byte exactly once.
Safetensors load_safetensors(const Path& path);

/// The same from memory: the tensors are views of the buffer where aligned. `name` stands in errors.
Safetensors read_safetensors(std::shared_ptr<Buffer> buffer, std::string_view name);

/// Writes a safetensors file. Types of 8 bytes come first, then 4, 2, 1, so that every tensor is aligned; among equals
/// the order given. The same content gives the same bytes. Errors: a tensor named "__metadata__", a name that is not
/// UTF-8, a header of more than 100 MB; io.
void save_safetensors(const Path& path, const NamedTensors& tensors, const Metadata& metadata = {});

}  // namespace cajal
