// Machine: what the program runs on, in words.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace cajal {

/// What the program runs on. What cannot be found out is empty or 0.
struct Machine {
  std::string cpu;                    ///< "AMD EPYC 9654 96-Core Processor"
  std::vector<std::string> features;  ///< of the CPU, those that matter here: "avx2", "avx512f", "amx_bf16"
  std::string simd;                   ///< the instruction set that kernels use: "AVX-512"
  int cores = 0;                      ///< those that this process may use
  uint64_t memory = 0;                ///< bytes
  uint64_t free_memory = 0;           ///< bytes that a program can still have
  std::string system;                 ///< "Debian GNU/Linux 12 (bookworm)"
};

/// Looks at the machine. Cost: a millisecond.
Machine this_machine();

/// The libraries that Cajal stands on, with the versions it was built with: {"Highway", "1.0.3"}.
std::vector<std::pair<std::string, std::string>> libraries();

/// The instruction set that kernels use: "AVX-512", "AVX2", "SSE2", "NEON", "WebAssembly".
std::string simd_name();

/// Why mixed_bfloat16 gains nothing here: "the CPU has neither AVX512_BF16 nor AMX"; empty where it does.
std::string why_no_bfloat16();

}  // namespace cajal
