// The kernels that `cajal bench --tune` found to be the fastest on this machine: a file in the user's cache folder.
//
//   {"cajal": "0.1.0", "cpu": "...", "simd": "AVX-512", "kernels": {"conv(...) float32 [...]": "onednn direct", ...}}
#pragma once

#include "cajal/base/files.h"
#include "cajal/program/kernel.h"

namespace cajal {

/// kernels.json in the cache folder.
Path tuned_kernels_file();

/// Adds to what is in the file; what another machine or another Cajal wrote there goes. Programs started from now on
/// use it.
void save_tuned_kernels(const KernelTable& kernels);

/// What is in the file; empty where there is none, or where it is of another machine or another Cajal.
/// Errors: bad_data where it is no such file.
KernelTable load_tuned_kernels(const Path& path);

}  // namespace cajal
