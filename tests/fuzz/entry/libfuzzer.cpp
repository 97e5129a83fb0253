// What libFuzzer calls: one program for each target, whose function the build names FUZZ_TARGET.
#include <cstdint>

#include "tests/fuzz/fuzz.h"

namespace cajal::fuzz {
void FUZZ_TARGET(Input bytes);
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  try {
    cajal::fuzz::FUZZ_TARGET(std::as_bytes(std::span(data, size)));
  } catch (const cajal::Error& error) {
    cajal::fuzz::require(!error.message().empty(), "an error has a message");
  }
  return 0;
}
