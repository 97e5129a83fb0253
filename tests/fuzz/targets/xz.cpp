// xz files, and tar archives inside them: they unpack to no more than was allowed, or are refused.
#include "cajal/base/xz.h"

#include <algorithm>
#include <cstring>

#include "cajal/data/internal/tar.h"
#include "tests/fuzz/fuzz.h"

namespace cajal::fuzz {
namespace {

void walk_tar(std::span<const std::byte> left) {
  size_t total = 0;
  const size_t whole = left.size();
  auto stream = [&](std::span<std::byte> out) {
    const size_t count = std::min(out.size(), left.size());
    if (count) std::memcpy(out.data(), left.data(), count);
    left = left.subspan(count);
    return count;
  };
  internal::read_tar(stream, "fuzz.tar", [&](const std::string&, size_t, internal::ReadStream read) {
    std::byte piece[100];
    total += read(piece);
  });
  require(total <= whole, "the files of an archive are no larger than it");
}

}  // namespace

CAJAL_FUZZ_TARGET(xz) {
  constexpr size_t most = size_t(1) << 24;
  if (!is_xz(bytes) || !can_read_xz()) return walk_tar(bytes);
  const Bytes plain = unxz(bytes, "fuzz.xz", most);
  require(plain.size() <= most, "xz unpacks to no more than was allowed");
  if (plain.size() >= 512) walk_tar(plain);  // less is no archive
}

}  // namespace cajal::fuzz
