// Files of tensors and tables, looked at.
#pragma once

#include "apps/cli/inspection.h"
#include "cajal/tensor/files/named_tensors.h"

namespace cajal::cli {

Inspection inspect_npy(const Path& path, const InspectionOptions& options);
Inspection inspect_npz(const Path& path, const InspectionOptions& options);
Inspection inspect_idx(const Path& path, const InspectionOptions& options);
Inspection inspect_table(const Path& path);
Inspection inspect_cifar(const Path& path, const InspectionOptions& options);
Inspection inspect_pytorch(const Path& path, const InspectionOptions& options);

/// The tensors of a file that is no model, with what the file says besides.
Inspection inspect_tensors(const Path& path, const std::string& kind, const NamedTensors& tensors,
                           const Config& metadata, const InspectionOptions& options);

/// "runs/a/model.safetensors: a Cajal model, 2.7 MB"
std::string title(const Path& path, const std::string& what);
/// {"file", "kind", "bytes"}
Config file_facts(const Path& path, const std::string& kind);

/// One entry for each tensor: name, shape, type, bytes; `numbers`: what its values are like.
Config tensor_facts(const NamedTensors& tensors, bool numbers);
/// A table of each tensor's numbers, and a warning for each that holds what it should not.
std::string numbers_text(const NamedTensors& tensors);

}  // namespace cajal::cli
