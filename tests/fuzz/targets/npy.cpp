// .npy files: what is read has every element that its shape promises, and can be described again.
#include "cajal/tensor/files/npy.h"

#include "tests/fuzz/fuzz.h"

namespace cajal::fuzz {

CAJAL_FUZZ_TARGET(npy) {
  const Tensor tensor = read_npy(bytes, "fuzz.npy");
  const Tensor plain = tensor.contiguous();
  std::string file = npy_header(plain);
  file += as_text({plain.raw(), plain.bytes()});
  const Tensor again = read_npy(as_bytes(file), "again.npy");
  require(identical(again, plain), "an array is read as it was written");
}

}  // namespace cajal::fuzz
