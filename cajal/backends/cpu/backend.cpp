// The record of the cpu backend, from the folder's listing: one file, the kernels of one op or of a few that are alike.
#include "cajal/backends/cpu/backend.h"

#include "cajal/backends/cpu/internal/blocks.h"
#include "cajal/backends/cpu/internal/kernels.h"

namespace cajal {
namespace cpu {

#define CAJAL_LISTED(stem) std::vector<Kernel> stem##_kernels();
#include "cajal/listing/cpu_kernels.inc"
#undef CAJAL_LISTED

std::vector<Kernel> all_kernels() {
  std::vector<Kernel> out;
  for (auto kernels : {
#define CAJAL_LISTED(stem) stem##_kernels,
#include "cajal/listing/cpu_kernels.inc"
#undef CAJAL_LISTED
       })
    for (const Kernel& kernel : kernels()) out.push_back(kernel);
  return out;
}

}  // namespace cpu

const Backend& cpu_backend() {
  static const std::vector<Kernel> kernels = cpu::all_kernels();
  static const Backend backend{"cpu", kernels, cpu::find_block, true, true, true};
  return backend;
}

}  // namespace cajal
