// safetensors files: every tensor lies within the file.
#include "cajal/tensor/files/safetensors.h"

#include <cstring>

#include "tests/fuzz/fuzz.h"

namespace cajal::fuzz {

CAJAL_FUZZ_TARGET(safetensors) {
  auto buffer = std::make_shared<Buffer>(bytes.size());
  if (!bytes.empty()) std::memcpy(buffer->data(), bytes.data(), bytes.size());
  const Safetensors file = read_safetensors(buffer, "fuzz.safetensors");
  size_t total = 0;
  for (const auto& [name, tensor] : file.tensors) {
    total += tensor.bytes();
    require(identical(tensor.copy(), tensor), "a tensor can be copied");
  }
  require(total <= bytes.size(), "the tensors are no larger than the file");
}

}  // namespace cajal::fuzz
