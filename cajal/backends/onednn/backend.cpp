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

#else

std::string why_no_onednn() { return "this build was made without oneDNN"; }
std::string onednn_version() { return {}; }
std::vector<Kernel> onednn::all_kernels(Choice) { return {}; }

#endif

const Backend& onednn_backend() {
  static const std::vector<Kernel> kernels = onednn::all_kernels(onednn::Choice::table);
  static const Backend backend{"onednn", kernels};
  return backend;
}

}  // namespace cajal
