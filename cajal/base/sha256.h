// SHA-256: a fingerprint of bytes, to know that a file is the one that was meant.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace cajal {

/// The SHA-256 of bytes that come piece by piece. Source: NIST, FIPS 180-4. Cost: about 4 ns a byte.
class Sha256 {
 public:
  void add(std::span<const std::byte> bytes);
  /// The sum of all that was added, as 64 hexadecimal digits. To be called once, at the end.
  std::string hex();

 private:
  void block(const std::byte* bytes);

  std::array<uint32_t, 8> state_ = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                    0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  std::array<std::byte, 64> rest_{};
  uint64_t size_ = 0;
};

/// The same of bytes at once.
std::string sha256(std::span<const std::byte> bytes);

}  // namespace cajal
