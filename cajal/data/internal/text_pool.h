// Different texts, each stored once and known by a number.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace cajal::internal {

/// A set of texts that remembers the order in which they came: the first one is 0. A text costs its characters and
/// about 16 bytes.
class TextPool {
 public:
  /// The text's number; a new one where it was not there. Error where there are more than 2^31 - 2.
  int32_t intern(std::string_view text);
  /// The text's number, or -1.
  int32_t find(std::string_view text) const;
  /// Valid until the next `intern`.
  std::string_view operator[](int32_t code) const;
  int64_t size() const { return int64_t(ends_.size()); }

 private:
  size_t slot_of(std::string_view text) const;
  void grow();

  std::string characters_;
  std::vector<uint64_t> ends_;
  std::vector<int32_t> slots_;  // open addressing; the number plus one, 0 is free
};

}  // namespace cajal::internal
