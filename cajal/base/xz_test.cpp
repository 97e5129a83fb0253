#include "cajal/base/xz.h"

#include <gtest/gtest.h>

#include <string>

#include "cajal/base/error.h"

namespace cajal {
namespace {

// "cajal\n" as the program xz packs it.
Bytes packed() {
  Bytes out;
  for (int byte : {0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00, 0x00, 0x04, 0xe6, 0xd6, 0xb4, 0x46, 0x02, 0x00, 0x21, 0x01,
                   0x16, 0x00, 0x00, 0x00, 0x74, 0x2f, 0xe5, 0xa3, 0x01, 0x00, 0x05, 0x63, 0x61, 0x6a, 0x61, 0x6c,
                   0x0a, 0x00, 0x00, 0x00, 0xcd, 0x29, 0x34, 0x10, 0x1f, 0x79, 0x75, 0x91, 0x00, 0x01, 0x1e, 0x06,
                   0xc1, 0x2f, 0xa4, 0x1d, 0x1f, 0xb6, 0xf3, 0x7d, 0x01, 0x00, 0x00, 0x00, 0x00, 0x04, 0x59, 0x5a})
    out.push_back(std::byte(byte));
  return out;
}

Code code_of(const Bytes& bytes, size_t most = SIZE_MAX) {
  try {
    (void)unxz(bytes, "x.xz", most);
  } catch (const Error& error) {
    EXPECT_NE(error.message().find("'x.xz'"), std::string::npos) << error.message();
    return error.code();
  }
  return Code(0);
}

#define SKIP_WITHOUT_LZMA() \
  if (!can_read_xz()) GTEST_SKIP() << "liblzma is not there"

TEST(Xz, OneStreamAndSeveral) {
  SKIP_WITHOUT_LZMA();
  EXPECT_EQ(as_text(unxz(packed(), "x.xz")), "cajal\n");
  Bytes twice = packed();
  const Bytes again = packed();
  twice.insert(twice.end(), again.begin(), again.end());
  EXPECT_EQ(as_text(unxz(twice, "x.xz")), "cajal\ncajal\n");
  EXPECT_TRUE(is_xz(twice));
  EXPECT_FALSE(
      is_xz(as_bytes("\xfd"
                     "7zXY")));
}

TEST(Xz, RefusesEveryPrefixAndEveryDamage) {
  SKIP_WITHOUT_LZMA();
  const Bytes whole = packed();
  for (size_t size = 0; size < whole.size(); ++size)
    EXPECT_EQ(code_of(Bytes(whole.begin(), whole.begin() + std::ptrdiff_t(size))), Code::bad_data) << size;
  for (size_t place = 0; place < whole.size(); ++place) {
    Bytes damaged = whole;
    damaged[place] ^= std::byte(0x10);
    const Code code = code_of(damaged);
    EXPECT_TRUE(code == Code::bad_data || code == Code::unsupported) << place;
  }
}

TEST(Xz, HasALimit) {
  SKIP_WITHOUT_LZMA();
  EXPECT_EQ(code_of(packed(), 6), Code(0));
  EXPECT_EQ(code_of(packed(), 5), Code::bad_data);
}

}  // namespace
}  // namespace cajal
