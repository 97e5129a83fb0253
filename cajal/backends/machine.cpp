#include "cajal/backends/machine.h"

#include <fmt/format.h>
#include <hwy/highway.h>
#include <zlib.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <thread>

#if defined(__linux__)
#include <sched.h>
#endif

#include "cajal/backends/amx/backend.h"
#include "cajal/backends/onednn/backend.h"
#include "cajal/base/text.h"

namespace cajal {
namespace {

// What stands behind a key in a file of "key : value" or "key=value" lines; empty where there is none.
std::string value_in(const char* file, std::string_view key, char separator) {
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) {
    const size_t at = line.find(separator);
    if (at != std::string::npos && trim(line.substr(0, at)) == key) return std::string(trim(line.substr(at + 1)));
  }
  return {};
}

uint64_t kilobytes_in(const char* file, std::string_view key) {
  std::istringstream in(value_in(file, key, ':'));
  uint64_t count = 0;
  in >> count;
  return count * 1024;
}

std::vector<std::string> features() {
  static const std::vector<std::string> wanted = {
      "sse4_2",      "avx",      "avx2",     "fma",      "f16c",  "avx512f", "avx512bw", "avx512_vnni",
      "avx512_bf16", "avx_vnni", "amx_bf16", "amx_int8", "asimd", "asimdhp", "bf16",     "sve"};
  std::string flags = value_in("/proc/cpuinfo", "flags", ':');
  if (flags.empty()) flags = value_in("/proc/cpuinfo", "Features", ':');
  const std::vector<std::string> there = split(flags, ' ');
  std::vector<std::string> out;
  for (const std::string& name : wanted)
    if (std::find(there.begin(), there.end(), name) != there.end()) out.push_back(name);
  return out;
}

int usable_cores() {
#if defined(__linux__)
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) == 0) return CPU_COUNT(&set);
#endif
  return int(std::max(1u, std::thread::hardware_concurrency()));
}

}  // namespace

std::vector<std::pair<std::string, std::string>> libraries() {
  std::vector<std::pair<std::string, std::string>> out = {
      {"Highway", fmt::format("{}.{}.{}", HWY_MAJOR, HWY_MINOR, HWY_PATCH)},
      {"fmt", fmt::format("{}.{}.{}", FMT_VERSION / 10000, FMT_VERSION / 100 % 100, FMT_VERSION % 100)},
      {"nlohmann-json",
       fmt::format("{}.{}.{}", NLOHMANN_JSON_VERSION_MAJOR, NLOHMANN_JSON_VERSION_MINOR, NLOHMANN_JSON_VERSION_PATCH)},
      {"zlib", zlibVersion()}};
#if defined(_OPENMP)
  out.push_back({"OpenMP", std::to_string(_OPENMP)});
#endif
  return out;
}

std::string simd_name() {
  [[maybe_unused]] const int64_t there = int64_t(hwy::SupportedTargets());
#if HWY_ARCH_X86
  if (there & HWY_AVX3) return "AVX-512";
  if (there & HWY_AVX2) return "AVX2";
  return "SSE2";
#elif HWY_ARCH_WASM
  return "WebAssembly";
#elif HWY_ARCH_ARM
  return "NEON";
#else
  return "plain";
#endif
}

Machine this_machine() {
  Machine machine;
  machine.cpu = value_in("/proc/cpuinfo", "model name", ':');
  machine.features = features();
  machine.simd = simd_name();
  machine.cores = usable_cores();
  machine.memory = kilobytes_in("/proc/meminfo", "MemTotal");
  machine.free_memory = kilobytes_in("/proc/meminfo", "MemAvailable");
  std::string system = value_in("/etc/os-release", "PRETTY_NAME", '=');
  std::erase(system, '"');
  machine.system = system;
  return machine;
}

std::string why_no_bfloat16() { return why_no_amx().empty() ? "" : why_no_onednn_bfloat16(); }

}  // namespace cajal
