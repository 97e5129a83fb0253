// The record of the oneDNN backend.
#include "cajal/backends/onednn/backend.h"

#include "cajal/backends/onednn/internal/kernels.h"
#ifdef CAJAL_WITH_ONEDNN
#include "cajal/backends/onednn/internal/library.h"
#endif

namespace cajal {

#ifdef CAJAL_WITH_ONEDNN

std::string why_no_onednn() { return onednn::library().missing; }
std::string onednn_version() { return onednn::library().missing.empty() ? onednn::library().number : std::string(); }

std::string why_no_onednn_bfloat16() {
  if (std::string missing = why_no_onednn(); !missing.empty()) return missing;
  return onednn::bfloat16_instructions().empty() ? "the CPU has neither AVX512_BF16 nor AMX, or may not use them" : "";
}

std::vector<Kernel> onednn::all_kernels(Choice choice) {
  std::vector<Kernel> out = convolution_kernels(choice);
  for (const Kernel& kernel : matmul_kernels(choice)) out.push_back(kernel);
  for (Kernel& kernel : out) kernel.mixed = true;
  return out;
}

#else

std::string why_no_onednn() { return "this build was made without oneDNN"; }
std::string onednn_version() { return {}; }
std::string why_no_onednn_bfloat16() { return why_no_onednn(); }
std::vector<Kernel> onednn::all_kernels(Choice) { return {}; }

#endif

const Backend& onednn_backend() {
  static const std::vector<Kernel> kernels = onednn::all_kernels(onednn::Choice::table);
  static const Backend backend{"onednn", kernels};
  return backend;
}

}  // namespace cajal
