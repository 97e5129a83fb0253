#include "cajal/tensor/files/npz.h"

#include <ostream>

#include "cajal/base/error.h"
#include "cajal/tensor/files/npy.h"
#include "cajal/tensor/files/zip.h"

namespace cajal {
namespace {

constexpr std::string_view ending = ".npy";

NamedTensors read_all(const ZipReader& zip) {
  NamedTensors out;
  for (const ZipEntry& entry : zip.entries()) {
    if (!std::string_view(entry.name).ends_with(ending))
      throw Error(Code::bad_data, "'" + entry.name + "' in '" + zip.name() + "' is not an .npy file", {},
                  "an archive that numpy.savez wrote");
    const std::string name = entry.name.substr(0, entry.name.size() - ending.size());
    out.add(name, read_npy(zip.read(entry), entry.name + "' in '" + zip.name()));
  }
  return out;
}

}  // namespace

NamedTensors load_npz(const Path& path) { return read_all(ZipReader(path)); }

NamedTensors read_npz(std::span<const std::byte> bytes, std::string_view name) {
  return read_all(ZipReader(bytes, name));
}

void save_npz(const Path& path, const NamedTensors& tensors, NpzOptions options) {
  write_file_atomically(path, [&](std::ostream& out) {
    ZipWriter zip(out, {.compress = options.compress});
    for (const auto& [name, tensor] : tensors) {
      const Tensor plain = tensor.contiguous();
      zip.add(name + std::string(ending), {as_bytes(npy_header(plain)), {plain.raw(), plain.bytes()}});
    }
    zip.finish();
  });
}

}  // namespace cajal
