// A pickle's objects as tensors with names.
#pragma once

#include <functional>

#include "cajal/formats/pytorch/internal/pickle.h"
#include "cajal/formats/pytorch/pytorch.h"

namespace cajal::internal {

/// The memory of a storage: at least its elements.
using FindStorage = std::function<std::shared_ptr<Buffer>(const PickleValue& storage)>;

/// All storages that the object's tensors lie in, by key, each once.
std::vector<PickleRef> storages_of(PickleRef object, const PickleBytes& bytes);

/// The tensors inside the object, named by the way to them, and the numbers and texts beside them.
PyTorchFile named_objects(PickleRef object, const PickleBytes& bytes, const FindStorage& find);

/// Bytes of that many elements; refused where no memory could hold them.
size_t storage_bytes(const PickleValue& storage, const PickleBytes& bytes);

}  // namespace cajal::internal
