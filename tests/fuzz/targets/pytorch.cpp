// PyTorch's files: every tensor lies within the file, and can be copied.
#include "cajal/formats/pytorch/pytorch.h"

#include "tests/fuzz/fuzz.h"

namespace cajal::fuzz {

CAJAL_FUZZ_TARGET(pytorch) {
  const PyTorchFile file = read_pytorch(bytes, "fuzz.pt");
  size_t copied = 0;
  for (const auto& [name, tensor] : file.tensors) {
    require(!name.empty(), "every tensor has a name");
    if ((copied += tensor.bytes()) > size_t(1) << 24) break;
    require(identical(tensor.copy(), tensor), "a tensor can be copied");
  }
}

}  // namespace cajal::fuzz
