// Reading numbers out of bytes that a stranger wrote.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>

#include "cajal/base/error.h"
#include "cajal/base/files.h"

namespace cajal::internal {

static_assert(std::endian::native == std::endian::little, "files hold little-endian numbers, and so does memory here");

/// Throws Error{bad_data}: "'a.npy' at byte 8: the header is cut off".
[[noreturn]] inline void fail_data(std::string_view file, uint64_t place, const std::string& what,
                                   std::string hint = {}) {
  throw Error(Code::bad_data, "'" + std::string(file) + "' at byte " + std::to_string(place) + ": " + what, {}, hint);
}

/// Walks over bytes and refuses to step outside them.
class ByteReader {
 public:
  ByteReader(std::span<const std::byte> bytes, std::string_view file, size_t place = 0)
      : bytes_(bytes), file_(file), place_(place) {}

  size_t place() const { return place_; }
  size_t left() const { return bytes_.size() - place_; }

  /// The next `count` bytes; `what` names them where they are missing.
  std::span<const std::byte> take(uint64_t count, const char* what) {
    if (count > left())
      fail_data(
          file_, place_,
          std::string(what) + " needs " + std::to_string(count) + " bytes and " + std::to_string(left()) + " are left",
          "get the file again: it is cut off or damaged");
    const auto taken = bytes_.subspan(place_, size_t(count));
    place_ += size_t(count);
    return taken;
  }

  std::string_view text(uint64_t count, const char* what) { return as_text(take(count, what)); }

  /// An unsigned little-endian integer.
  template <class T>
  T number(const char* what) {
    T value;
    std::memcpy(&value, take(sizeof(T), what).data(), sizeof(T));
    return value;
  }

 private:
  std::span<const std::byte> bytes_;
  std::string_view file_;
  size_t place_;
};

/// Throws where a byte is neither 0 nor 1: reading such a bool would be undefined.
inline void check_booleans(std::span<const std::byte> bytes, std::string_view file, uint64_t place) {
  for (size_t i = 0; i < bytes.size(); ++i)
    if (uint8_t(bytes[i]) > 1)
      fail_data(file, place + i, "a bool is " + std::to_string(int(bytes[i])) + ", and 0 or 1 was expected");
}

}  // namespace cajal::internal
