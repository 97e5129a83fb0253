#include "cajal/tensor/files/zip.h"

#include <sstream>

#include "cajal/tensor/files/internal/test_support.h"

namespace cajal {
namespace {

using namespace internal;

const std::string repetitive(5000, 'a');

Bytes archive(ZipOptions options = {}) {
  std::ostringstream out;
  ZipWriter zip(out, options);
  zip.add("a.txt", {as_bytes("hello "), as_bytes("world")});
  zip.add("folder/b", {as_bytes(repetitive)});
  zip.add("empty", {});
  zip.finish();
  const std::string text = out.str();
  const auto bytes = as_bytes(text);
  return Bytes(bytes.begin(), bytes.end());
}

void read_everything(const Bytes& bytes) {
  const ZipReader zip(bytes, "a.zip");
  for (const ZipEntry& entry : zip.entries()) zip.read(entry);
}

TEST(Zip, RoundTrip) {
  for (bool compress : {false, true})
    for (bool zip64 : {false, true}) {
      const Bytes bytes = archive({.compress = compress, .zip64 = zip64});
      const ZipReader zip(bytes, "a.zip");
      ASSERT_EQ(zip.entries().size(), 3u);
      EXPECT_EQ(as_text(zip.read(zip.entry("a.txt"))), "hello world");
      EXPECT_EQ(as_text(zip.read(zip.entry("folder/b"))), repetitive);
      EXPECT_TRUE(zip.read(zip.entry("empty")).empty());
      EXPECT_EQ(zip.entry("folder/b").packed < 100, compress);
      EXPECT_EQ(zip.entry("a.txt").method, 0);
      EXPECT_FALSE(zip.contains("b"));
    }
}

TEST(Zip, TheSameFilesGiveTheSameBytes) { EXPECT_EQ(archive({.compress = true}), archive({.compress = true})); }

TEST(Zip, MissingNames) {
  const Bytes bytes = archive();
  EXPECT_EQ(error_of([&] { ZipReader(bytes, "a.zip").entry("a.text"); }), "'a.zip' holds no 'a.text' | 'a.txt'");
}

TEST(Zip, ACommentAtTheEnd) {
  Bytes bytes = archive();
  bytes[bytes.size() - 2] = std::byte(3);
  for (char c : {'x', 'y', 'z'}) bytes.push_back(std::byte(c));
  EXPECT_EQ(ZipReader(bytes, "a.zip").entries().size(), 3u);
}

TEST(Zip, TwoFilesOfOneNameAreRefused) {
  std::ostringstream out;
  ZipWriter zip(out);
  zip.add("a", {});
  zip.add("a", {});
  zip.finish();
  const std::string text = out.str();
  EXPECT_EQ(error_of([&] { ZipReader(as_bytes(text), "a.zip"); }), "'a.zip' at byte 109: two files are named 'a'");
}

TEST(Zip, AFalseChecksumIsFound) {
  Bytes bytes = archive();
  bytes[35] = std::byte('H');  // the first letter of "hello world"
  EXPECT_EQ(error_of([&] { read_everything(bytes); }),
            "'a.zip' at byte 0: 'a.txt' is damaged: its checksum is wrong | get the file again");
}

TEST(Zip, AClaimThatCannotBeTrueTakesNoMemory) {
  Bytes bytes = archive({.compress = true});
  const std::string_view text = as_text(bytes);
  const size_t entry = text.find("PK\1\2", text.find("PK\1\2") + 1);
  for (size_t i = 24; i < 28; ++i) bytes[entry + i] = std::byte(0xF0);
  EXPECT_NE(error_of([&] { read_everything(bytes); }).find("claims more bytes than its packed data can hold"),
            std::string::npos);
}

TEST(Zip, OtherMethodsAndEncryptionAreNamed) {
  Bytes bytes = archive();
  const size_t entry = as_text(bytes).find("PK\1\2");
  bytes[entry + 10] = std::byte(12);
  EXPECT_EQ(
      error_of([&] { read_everything(bytes); }),
      "'a.txt' in 'a.zip' is packed by method 12, and only plain and deflated files can be read | unzip it and zip it "
      "again without options");
  bytes[entry + 8] = std::byte(1);
  EXPECT_NE(error_of([&] { read_everything(bytes); }).find("is encrypted"), std::string::npos);
}

TEST(Zip, EveryPrefixAndEveryDamage) {
  for (bool zip64 : {false, true}) {
    std::ostringstream out;
    ZipWriter zip(out, {.compress = true, .zip64 = zip64});
    zip.add("a", {as_bytes("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")});
    zip.add("b", {as_bytes("b")});
    zip.finish();
    const std::string text = out.str();
    const Bytes whole(as_bytes(text).begin(), as_bytes(text).end());
    expect_prefixes_refused(whole, read_everything);
    expect_damage_survived(whole, read_everything);
  }
}

}  // namespace
}  // namespace cajal
