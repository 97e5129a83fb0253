#include "cajal/data/internal/tar.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "cajal/base/error.h"
#include "cajal/base/files.h"

namespace cajal::internal {
namespace {

constexpr size_t block_size = 512;
using Block = std::array<std::byte, block_size>;

[[noreturn]] void fail_tar(std::string_view archive, const char* what) {
  throw Error(Code::bad_data, "'" + std::string(archive) + "' " + what, {}, "get the file again");
}

// A field of text ends at its first zero, or at its end.
std::string_view field(const Block& block, size_t at, size_t length) {
  const std::string_view text = as_text(block).substr(at, length);
  return text.substr(0, text.find('\0'));
}

// A number in octal digits, between blanks.
uint64_t number(const Block& block, size_t at, size_t length, std::string_view archive) {
  uint64_t value = 0;
  for (char c : field(block, at, length)) {
    if (c == ' ') continue;
    if (c < '0' || c > '7') fail_tar(archive, "is no tar archive: a field that should be a number is none");
    value = value << 3 | uint64_t(c - '0');
  }
  return value;
}

// The header's bytes summed, its own field counted as blanks.
void check_sum(const Block& block, std::string_view archive) {
  uint64_t sum = 0;
  for (size_t i = 0; i < block_size; ++i) sum += i >= 148 && i < 156 ? uint64_t(' ') : uint64_t(block[i]);
  if (sum != number(block, 148, 8, archive)) fail_tar(archive, "is no tar archive, or damaged");
}

void skip(ReadStream stream, size_t bytes, std::string_view archive) {
  std::array<std::byte, 16 * block_size> unused;
  while (bytes > 0) {
    const size_t piece = std::min(bytes, unused.size());
    if (stream({unused.data(), piece}) < piece) fail_tar(archive, "is cut off in the middle of a file");
    bytes -= piece;
  }
}

}  // namespace

void read_tar(ReadStream stream, std::string_view archive,
              FunctionRef<void(const std::string&, size_t, ReadStream)> take) {
  Block block;
  while (const size_t came = stream(block)) {
    if (came < block_size) fail_tar(archive, "is cut off in the middle of a header");
    if (block == Block{}) return;  // the end is a block of zeros
    check_sum(block, archive);
    const size_t size = number(block, 124, 12, archive);
    size_t left = size;
    auto read = [&](std::span<std::byte> out) {
      const size_t got = stream(out.first(std::min(out.size(), left)));
      left -= got;
      return got;
    };
    const char kind = char(block[156]);
    if (kind == '0' || kind == '\0') take(std::string(field(block, 0, 100)), size, read);
    skip(stream, left + (block_size - size % block_size) % block_size, archive);
  }
}

}  // namespace cajal::internal
