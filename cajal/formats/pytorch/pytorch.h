// What PyTorch's torch.save wrote: tensors by name, without PyTorch and without running what a pickle asks for.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>

#include "cajal/base/files.h"
#include "cajal/tensor/files/named_tensors.h"

namespace cajal {

/// What a PyTorch file holds.
struct PyTorchFile {
  NamedTensors tensors;                       ///< by the path to them: "state_dict.conv1.weight", "layers.0.bias"
  std::map<std::string, std::string> values;  ///< numbers and texts beside them, as text: "epoch"
};

/// Whether the bytes begin as one of torch.save's formats does. A zip archive may be something else.
bool looks_like_pytorch(std::span<const std::byte> bytes);

/// Opens a .pt, .pth or .th file: a state dictionary, a checkpoint, a tensor, lists and dictionaries of them, from any
/// version of torch.save.
///
/// Nothing in the file is executed: its pickle is read as data, and names outside of a closed list are refused.
/// A tensor that stands alone is called "tensor". Tensors that share memory in PyTorch do here.
/// Errors: not_found, io; bad_data with the byte where it is cut off or contradicts itself; unsupported for whole
/// modules (save the state_dict), types that DType has not, sparse or quantised tensors, big-endian files.
/// Source: PyTorch, `torch/serialization.py`; Python, `pickletools`.
PyTorchFile load_pytorch(const Path& path);

/// The same from memory; `name` stands in errors.
PyTorchFile read_pytorch(std::span<const std::byte> bytes, std::string_view name);

}  // namespace cajal
