// The record of the AMX backend.
#include "cajal/backends/amx/backend.h"

#include "cajal/backends/amx/internal/kernels.h"
#include "cajal/backends/amx/internal/tiles.h"

namespace cajal {

const std::string& why_no_amx() { return amx::why_no_tiles(); }

std::vector<Kernel> amx::all_kernels([[maybe_unused]] Choice choice) {
#ifdef CAJAL_HAS_AMX
  std::vector<Kernel> out = convolution_kernels(choice);
  for (const Kernel& kernel : matmul_kernels(choice)) out.push_back(kernel);
  for (Kernel& kernel : out) kernel.mixed = true;
  return out;
#else
  return {};
#endif
}

const Backend& amx_backend() {
  static const std::vector<Kernel> kernels = amx::all_kernels(amx::Choice::worth_it);
  static const Backend backend{"amx", kernels};
  return backend;
}

}  // namespace cajal
