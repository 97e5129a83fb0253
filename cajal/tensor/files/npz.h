// NumPy's .npz: a zip archive of .npy files.
#pragma once

#include "cajal/base/files.h"
#include "cajal/tensor/files/named_tensors.h"

namespace cajal {

/// Reads all arrays of an .npz file, in the file's order, by their names without ".npy".
/// Errors: not_found, io; bad_data naming file and byte; unsupported types as for load_npy.
NamedTensors load_npz(const Path& path);

/// The same from bytes; `name` stands in errors.
NamedTensors read_npz(std::span<const std::byte> bytes, std::string_view name);

/// How an archive of arrays is written.
struct NpzOptions {
  bool compress = false;  ///< as numpy.savez_compressed: smaller and much slower
};

/// Writes an .npz file. Errors: bfloat16; io.
void save_npz(const Path& path, const NamedTensors& tensors, NpzOptions options = {});

}  // namespace cajal
