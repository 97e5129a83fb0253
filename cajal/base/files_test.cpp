#include "cajal/base/files.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <functional>
#include <ostream>
#include <thread>

#include "cajal/base/clock.h"
#include "cajal/base/error.h"

namespace cajal {
namespace {

namespace fs = std::filesystem;

// A folder of its own, gone at the end of the test.
class Files : public testing::Test {
 protected:
  void SetUp() override {
    const auto* info = testing::UnitTest::GetInstance()->current_test_info();
    folder_ = Path(testing::TempDir()) / (std::string("files_") + info->name() + std::to_string(getpid()));
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }

  size_t files_in_folder() const { return size_t(std::distance(fs::directory_iterator(folder_), {})); }

  Path folder_;
};

Code code_of(const std::function<void()>& body) {
  try {
    body();
  } catch (const Error& error) {
    return error.code();
  }
  return Code(0);
}

std::string hint_of(const std::function<void()>& body) {
  try {
    body();
  } catch (const Error& error) {
    return error.hint();
  }
  return "no error";
}

Bytes gzip(std::string_view text) {
  z_stream stream{};
  deflateInit2(&stream, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
  Bytes out(deflateBound(&stream, text.size()) + 64);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = uInt(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = uInt(out.size());
  deflate(&stream, Z_FINISH);
  out.erase(out.begin() + std::ptrdiff_t(stream.total_out), out.end());
  deflateEnd(&stream);
  return out;
}

TEST_F(Files, RoundTrip) {
  const Path path = folder_ / "new" / "folder" / "a.bin";
  const std::string text("a\0b\n\xff", 5);
  write_file_atomically(path, text);
  EXPECT_TRUE(file_exists(path));
  EXPECT_EQ(read_text(path), text);
  EXPECT_EQ(as_text(read_file(path)), text);
  write_file_atomically(path, "");
  EXPECT_EQ(read_text(path), "");
  write_file_atomically(path, std::string_view("literal"));
  EXPECT_EQ(read_text(path), "literal");
}

TEST_F(Files, LargeFilesThroughTheStream) {
  const std::string piece(100'000, 'x'), large(3'000'000, 'y');
  write_file_atomically(folder_ / "large", [&](std::ostream& out) {
    for (int i = 0; i < 20; ++i) out << piece << i;
    out.write(large.data(), std::streamsize(large.size()));
    out << "end";
  });
  const std::string back = read_text(folder_ / "large");
  EXPECT_EQ(back.size(), 20 * piece.size() + 10 + 20 + large.size() + 3);
  EXPECT_EQ(back.substr(0, piece.size() + 2), piece + "0x");
  EXPECT_TRUE(back.ends_with("yend"));
}

TEST_F(Files, AFailedWriteLeavesTheOldFileAndNothingElse) {
  const Path path = folder_ / "a";
  write_file_atomically(path, "old");
  EXPECT_THROW(write_file_atomically(path,
                                     [](std::ostream& out) {
                                       out << "half";
                                       throw std::runtime_error("stop");
                                     }),
               std::runtime_error);
  EXPECT_EQ(code_of([&] { write_file_atomically(path, [](std::ostream& out) { out.setstate(std::ios::failbit); }); }),
            Code::io);
  EXPECT_EQ(read_text(path), "old");
  EXPECT_EQ(files_in_folder(), 1u);
}

TEST_F(Files, AFullDiskIsAnErrorWithItsReason) {
  if (!file_exists("/dev/full")) GTEST_SKIP() << "there is no /dev/full here";
  try {
    write_file_atomically("/dev/full", "text");
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), Code::io);
    EXPECT_EQ(error.message(), "there is no room on the disk to write '/dev/full'");
  }
}

TEST_F(Files, DevicesAreNotReplaced) {
  write_file_atomically("/dev/null", "text");
  EXPECT_TRUE(fs::is_character_file("/dev/null"));
}

TEST_F(Files, KeepsPermissionsAndFollowsLinks) {
  const Path path = folder_ / "real", link = folder_ / "link";
  write_file_atomically(path, "old");
  fs::permissions(path, fs::perms::owner_read | fs::perms::owner_write);
  fs::create_symlink("real", link);
  write_file_atomically(link, "new");
  EXPECT_TRUE(fs::is_symlink(link));
  EXPECT_EQ(read_text(path), "new");
  EXPECT_EQ(fs::status(path).permissions(), fs::perms::owner_read | fs::perms::owner_write);
}

TEST_F(Files, ManyWritersLeaveOneWholeFile) {
  const Path path = folder_ / "shared";
  std::vector<std::thread> writers;
  for (char c : {'a', 'b', 'c', 'd'})
    writers.emplace_back([&, c] {
      for (int i = 0; i < 5; ++i) write_file_atomically(path, std::string(200'000, c));
    });
  for (auto& writer : writers) writer.join();
  const std::string text = read_text(path);
  EXPECT_EQ(text, std::string(200'000, text[0]));
  EXPECT_EQ(files_in_folder(), 1u);
}

TEST_F(Files, WhatIsMissingIsNamed) {
  write_file_atomically(folder_ / "train.csv", "");
  EXPECT_EQ(code_of([&] { read_file(folder_ / "trian.csv"); }), Code::not_found);
  EXPECT_EQ(hint_of([&] { read_file(folder_ / "trian.csv"); }), "'" + (folder_ / "train.csv").string() + "'");
  EXPECT_NE(hint_of([&] { read_file(folder_ / "none" / "a"); }).find("does not exist either"), std::string::npos);
  EXPECT_EQ(code_of([&] { MappedFile file(folder_ / "none"); }), Code::not_found);
  EXPECT_EQ(code_of([&] { read_file(folder_); }), Code::io);
  EXPECT_EQ(code_of([&] { write_file_atomically(folder_, "text"); }), Code::io);
  EXPECT_EQ(code_of([&] { write_file_atomically(folder_ / "", "text"); }), Code::invalid_argument);
  EXPECT_EQ(code_of([&] { write_file_atomically(folder_ / "train.csv" / "a", "text"); }), Code::io);
}

TEST_F(Files, FilesWithoutASizeAreReadWhole) {
  if (!file_exists("/proc/self/status")) GTEST_SKIP() << "there is no /proc here";
  EXPECT_NE(read_text("/proc/self/status").find("Pid:"), std::string::npos);
}

TEST_F(Files, MappedMemoryIsPrivate) {
  const Path path = folder_ / "a";
  write_file_atomically(path, "abc");
  const MappedFile file(path);
  ASSERT_EQ(as_text(file.bytes()), "abc");
  file.bytes()[0] = std::byte('X');
  EXPECT_EQ(as_text(file.bytes()), "Xbc");
  EXPECT_EQ(read_text(path), "abc");
  write_file_atomically(path, "");
  EXPECT_TRUE(MappedFile(path).bytes().empty());
  EXPECT_EQ(as_text(file.bytes()), "Xbc");
}

TEST_F(Files, GzipInPiecesAndWhole) {
  std::string text;
  for (int i = 0; i < 50'000; ++i) text += std::to_string(int64_t(i) * i);
  const Bytes zipped = gzip(text);
  EXPECT_EQ(as_text(gunzip(zipped, "memory")), text);
  write_file_atomically(folder_ / "a.gz", zipped);
  EXPECT_EQ(as_text(read_gzip(folder_ / "a.gz")), text);
  GzipReader reader(folder_ / "a.gz");
  std::string back;
  Bytes piece(777);
  while (const size_t count = reader.read(piece)) back += as_text(std::span(piece).first(count));
  EXPECT_EQ(back, text);
}

TEST_F(Files, GzipOfNothingSeveralMembersAndPadding) {
  EXPECT_TRUE(gunzip(gzip(""), "a").empty());
  Bytes two = gzip("one");
  const Bytes second = gzip("two");
  two.insert(two.end(), second.begin(), second.end());
  EXPECT_EQ(as_text(gunzip(two, "a")), "onetwo");
  two.resize(two.size() + 100);
  EXPECT_EQ(as_text(gunzip(two, "a")), "onetwo");
  two.push_back(std::byte('x'));
  EXPECT_EQ(code_of([&] { gunzip(two, "a"); }), Code::bad_data);
}

TEST_F(Files, GzipRefusesEveryPrefixAndEveryDamage) {
  const Bytes zipped = gzip("hello hello hello");
  for (size_t size = 0; size < zipped.size(); ++size)
    EXPECT_EQ(code_of([&] { gunzip(std::span(zipped).first(size), "a.gz"); }), Code::bad_data) << size;
  for (size_t place = 0; place < zipped.size(); ++place)
    for (int bit = 0; bit < 8; ++bit) {
      Bytes damaged = zipped;
      damaged[place] ^= std::byte(1 << bit);
      // Not every bit counts: the header's time, the unused end of the last byte.
      try {
        EXPECT_EQ(as_text(gunzip(damaged, "a.gz")), "hello hello hello") << place;
      } catch (const Error& error) {
        EXPECT_EQ(error.code(), Code::bad_data) << place;
      }
    }
}

TEST_F(Files, GzipHasALimitAndAName) {
  const Bytes zipped = gzip(std::string(1'000'000, 'a'));
  EXPECT_EQ(gunzip(zipped, "a", 1'000'000).size(), 1'000'000u);
  EXPECT_EQ(code_of([&] { gunzip(zipped, "a", 999'999); }), Code::bad_data);
  try {
    gunzip(as_bytes("no gzip at all"), "some.gz");
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_NE(error.message().find("'some.gz' is not gzip data"), std::string::npos) << error.message();
  }
}

TEST(Clock, GoesForward) {
  Stopwatch watch;
  std::this_thread::sleep_for(std::chrono::milliseconds(2));
  const double first = watch.seconds();
  EXPECT_GE(first, 0.002);
  EXPECT_GE(watch.restart(), first);
  EXPECT_LT(watch.seconds(), first + 60);
}

}  // namespace
}  // namespace cajal
