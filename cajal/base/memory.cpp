#include "cajal/base/memory.h"

#include <algorithm>
#include <fstream>
#include <sstream>
#include <utility>

#include "cajal/base/error.h"
#include "cajal/base/text.h"

namespace cajal {
namespace {

// The first word of a file as a number; `otherwise` where it is none ("max") or the file is not there.
uint64_t number_in(const std::string& path, uint64_t otherwise) {
  std::ifstream file(path);
  uint64_t value = 0;
  return file >> value ? value : otherwise;
}

uint64_t of_the_system() {
  std::ifstream file("/proc/meminfo");
  for (std::string line; std::getline(file, line);)
    if (line.starts_with("MemAvailable:")) {
      uint64_t kilobytes = 0;
      std::istringstream(line.substr(13)) >> kilobytes;
      return kilobytes * 1024;
    }
  return UINT64_MAX;
}

// Containers see the limit of their group here, under the second version's names or the first's.
uint64_t of_the_group() {
  const std::string root = "/sys/fs/cgroup/";
  for (const auto& [limit, used] : {std::pair("memory.max", "memory.current"),
                                    std::pair("memory/memory.limit_in_bytes", "memory/memory.usage_in_bytes")}) {
    const uint64_t most = number_in(root + limit, UINT64_MAX), taken = number_in(root + used, 0);
    if (most != UINT64_MAX) return most > taken ? most - taken : 0;
  }
  return UINT64_MAX;
}

}  // namespace

uint64_t free_memory() { return std::min(of_the_system(), of_the_group()); }

void require_memory(uint64_t bytes, const std::string& what, const std::string& hint) {
  constexpr uint64_t little = uint64_t(64) << 20;
  if (bytes <= little) return;
  const uint64_t there = free_memory();
  if (bytes > there)
    throw Error(Code::out_of_memory,
                what + " needs " + human_bytes(bytes) + " of memory, and " + human_bytes(there) + " are free", {},
                hint);
}

}  // namespace cajal
