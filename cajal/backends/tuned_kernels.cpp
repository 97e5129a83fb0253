#include "cajal/backends/tuned_kernels.h"

#include "cajal/backends/machine.h"
#include "cajal/base/config.h"
#include "cajal/base/error.h"
#include "cajal/base/version.h"

namespace cajal {
namespace {

// On another machine, or in another version, other kernels may be the fastest.
Config here() {
  Config out;
  out.set("cajal", std::string(version));
  out.set("cpu", this_machine().cpu);
  out.set("simd", std::string(simd_name()));
  return out;
}

bool is_of_here(const Config& file) {
  const Config own = here();
  for (const auto& [key, value] : own.map())
    if (!(file[key] == value)) return false;
  return true;
}

KernelTable kernels_of(const Config& file) {
  const auto& kernels = file["kernels"].map();
  KernelTable out;
  if (is_of_here(file))
    for (const auto& [call, kernel] : kernels) out[call] = kernel.text();
  return out;
}

}  // namespace

Path tuned_kernels_file() { return cache_folder() / "kernels.json"; }

KernelTable load_tuned_kernels(const Path& path) {
  if (!file_exists(path)) return {};
  try {
    return kernels_of(Config::parse(read_text(path)));
  } catch (const Error& error) {
    throw Error(Code::bad_data, path.string() + " is no table of kernels: " + error.message(), {},
                "remove it: 'cajal bench WORKLOAD --tune' writes it again");
  }
}

void save_tuned_kernels(const KernelTable& kernels) {
  const Path path = tuned_kernels_file();
  KernelTable all = load_tuned_kernels(path);
  for (const auto& [call, kernel] : kernels) all[call] = kernel;
  Config list{Config::Map{}}, file = here();
  for (const auto& [call, kernel] : all) list.set(call, kernel);
  file.set("kernels", list);
  write_file_atomically(path, file.json(1) + "\n");
}

const KernelTable& tuned_kernels() {
  static const KernelTable found = [] {
    Path path;
    try {
      path = tuned_kernels_file();
    } catch (const Error&) {  // there is no folder for such files
      return KernelTable();
    }
    return load_tuned_kernels(path);
  }();
  return found;
}

}  // namespace cajal
