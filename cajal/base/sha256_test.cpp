#include "cajal/base/sha256.h"

#include <gtest/gtest.h>

#include "cajal/base/files.h"

namespace cajal {
namespace {

// Source: NIST, "Examples with intermediate values", and coreutils' sha256sum for the last.
TEST(Sha256, GivesThePublishedSums) {
  EXPECT_EQ(sha256(as_bytes("")), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha256(as_bytes("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(sha256(as_bytes("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(sha256(as_bytes(std::string(1'000'000, 'a'))),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256, PiecesMakeNoDifference) {
  std::string text;
  for (int i = 0; i < 300; ++i) text += char(i * 7);
  for (size_t step : {1u, 3u, 63u, 64u, 65u, 128u, 200u}) {
    Sha256 sum;
    for (size_t at = 0; at < text.size(); at += step) sum.add(as_bytes(std::string_view(text).substr(at, step)));
    EXPECT_EQ(sum.hex(), sha256(as_bytes(text))) << step;
  }
}

}  // namespace
}  // namespace cajal
