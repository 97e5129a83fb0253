// .npz archives, and with them zip: every file in the list can be unpacked or is refused.
#include "cajal/tensor/files/npz.h"

#include "cajal/tensor/files/zip.h"
#include "tests/fuzz/fuzz.h"

namespace cajal::fuzz {

CAJAL_FUZZ_TARGET(npz) {
  const ZipReader zip(bytes, "fuzz.zip");
  for (const ZipEntry& entry : zip.entries()) require(zip.contains(entry.name), "a file in the list is found");
  size_t elements = 0;
  for (const auto& [name, tensor] : read_npz(bytes, "fuzz.npz")) elements += tensor.contiguous().bytes();
  require(elements <= 1100 * (bytes.size() + 1), "an archive unpacks to no more than deflate can pack");
}

}  // namespace cajal::fuzz
