#include "cajal/data/cifar.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <cstring>

#include "cajal/base/text.h"
#include "cajal/base/xz.h"
#include "cajal/data/dataset_folder.h"
#include "cajal/data/internal/tar.h"
#include "cajal/data/internal/test_support.h"

namespace cajal {
namespace {

using namespace internal;

constexpr size_t record = 3073;

// Records whose label is their number and whose bytes tell picture, channel and pixel apart.
Bytes records(int count) {
  Bytes out;
  for (int i = 0; i < count; ++i) {
    out.push_back(std::byte(i % 10));
    for (int channel = 0; channel < 3; ++channel)
      for (int pixel = 0; pixel < 1024; ++pixel) out.push_back(std::byte((i + 50 * channel + pixel) & 0xFF));
  }
  return out;
}

// A header of tar, and the file padded to whole blocks.
Bytes tarred(const std::string& name, const Bytes& content) {
  Bytes out(512);
  auto put = [&](size_t at, const std::string& text) { std::memcpy(out.data() + at, text.data(), text.size()); };
  put(0, name);
  char octal[13];
  std::snprintf(octal, sizeof octal, "%011o", unsigned(content.size()));
  put(124, octal);
  put(148, "        ");
  put(156, "0");
  unsigned sum = 0;
  for (std::byte byte : out) sum += unsigned(byte);
  std::snprintf(octal, sizeof octal, "%06o", sum);
  put(148, std::string(octal) + '\0');
  out.insert(out.end(), content.begin(), content.end());
  out.resize((out.size() + 511) / 512 * 512);
  return out;
}

void write_gzip(const Path& path, const Bytes& bytes) {
  gzFile file = gzopen(path.c_str(), "wb1");
  gzwrite(file, bytes.data(), unsigned(bytes.size()));
  gzclose(file);
}

TEST(Cifar, PlanesBecomePixels) {
  const LabelledImages all = parse_cifar10(records(3), "x.bin");
  EXPECT_EQ(all.images.shape(), (Shape{3, 32, 32, 3}));
  EXPECT_EQ(all.images.dtype(), DType::uint8);
  EXPECT_EQ(all.labels.values<int64_t>(), (std::vector<int64_t>{0, 1, 2}));
  for (int64_t i : {0, 2})
    for (int64_t y : {0, 7, 31})
      for (int64_t x : {0, 30})
        for (int64_t channel : {0, 1, 2})
          EXPECT_EQ(all.images.at({i, y, x, channel}), double((i + 50 * channel + y * 32 + x) & 0xFF));
}

TEST(Cifar, RefusesWhatIsNoBatch) {
  EXPECT_EQ(error_of([] { (void)parse_cifar10({}, "x.bin"); }),
            "'x.bin' is empty, and a batch of CIFAR-10 was expected | get the file again");
  Bytes bytes = records(2);
  bytes.pop_back();
  EXPECT_EQ(
      error_of([&] { (void)parse_cifar10(bytes, "x.bin"); }),
      "'x.bin' has 6,145 bytes, which is no whole number of pictures of 3,073 bytes with their label | get the file "
      "again");
  bytes = records(2);
  bytes[record] = std::byte(10);
  EXPECT_EQ(error_of([&] { (void)parse_cifar10(bytes, "x.bin"); }),
            "'x.bin' has the label 10 at picture 1, and labels lie from 0 to 9 | get the file again");
}

TEST(Cifar, AFolderMustHaveAllBatches) {
  const Path folder = scratch_folder();
  EXPECT_FALSE(has_cifar10(folder));
  EXPECT_EQ(code_of([&] { (void)load_cifar10_folder(folder); }), Code::not_found);
  for (const char* name : {"data_batch_1", "data_batch_2", "data_batch_3", "data_batch_4", "data_batch_5"})
    write_file_atomically(folder / (std::string(name) + ".bin"), records(1));
  EXPECT_FALSE(has_cifar10(folder));
  write_gzip(folder / "test_batch.bin.gz", records(10));
  EXPECT_TRUE(has_cifar10(folder));
  EXPECT_EQ(read_cifar10(folder / "test_batch.bin.gz").images.dim(0), 10);
  const std::string refused = error_of([&] { (void)load_cifar10_folder(folder); });
  EXPECT_NE(refused.find("has 1 pictures, and a batch of CIFAR-10 has 10,000"), std::string::npos) << refused;
}

TEST(Cifar, ClassesAreReadFromTheFolder) {
  const Path folder = scratch_folder();
  EXPECT_TRUE(cifar10_classes(folder).empty());
  write_file_atomically(folder / "batches.meta.txt", "cup\nplate\r\n\n");
  EXPECT_EQ(cifar10_classes(folder), (std::vector<std::string>{"cup", "plate"}));
}

TEST(Cifar, TheArchiveIsTheSameData) {
  const Path folder = scratch_folder();
  const Bytes batch = records(10000);
  Bytes archive = tarred("cifar-10-batches-bin/readme.html", records(1));
  for (const char* name :
       {"data_batch_3", "data_batch_1", "data_batch_2", "data_batch_4", "data_batch_5", "test_batch"}) {
    const Bytes entry = tarred("cifar-10-batches-bin/" + std::string(name) + ".bin", batch);
    archive.insert(archive.end(), entry.begin(), entry.end());
  }
  const size_t whole = archive.size();
  archive.resize(whole + 1024);
  write_gzip(folder / "cifar-10-binary.tar.gz", archive);
  ASSERT_TRUE(has_cifar10(folder));
  const auto [train, test] = load_cifar10_folder(folder);
  EXPECT_EQ(train.size(), 50000);
  EXPECT_EQ(test.size(), 10000);
  Batch some;
  train.read(std::vector<int64_t>{0, 10003}, some);
  EXPECT_TRUE(identical(some.x[0][1], parse_cifar10(batch, "x").images[3]));
  archive.resize(whole - 512 * 7000);
  write_gzip(folder / "cifar-10-binary.tar.gz", archive);
  EXPECT_EQ(code_of([&] { (void)load_cifar10_folder(folder); }), Code::bad_data);
}

TEST(Tar, RefusesWhatIsNone) {
  auto read = [](Bytes bytes) {
    size_t place = 0, files = 0;
    auto stream = [&](std::span<std::byte> out) {
      const size_t count = std::min(out.size(), bytes.size() - place);
      std::memcpy(out.data(), bytes.data() + place, count);
      place += count;
      return count;
    };
    read_tar(stream, "x.tar", [&](const std::string&, size_t, ReadStream) { ++files; });
    return files;
  };
  Bytes good = tarred("a", Bytes(700));
  EXPECT_EQ(read(good), 1u);
  good.resize(good.size() + 1024);
  EXPECT_EQ(read(good), 1u);
  for (size_t size : {100, 600, 1500})
    EXPECT_EQ(code_of([&] { read(Bytes(good.begin(), good.begin() + std::ptrdiff_t(size))); }), Code::bad_data) << size;
  good[3] = std::byte('x');
  EXPECT_EQ(code_of([&] { read(good); }), Code::bad_data);
}

TEST(Cifar, TheTestBatchIsTheOneThatEverybodyHas) {
  const DatasetEntry& entry = dataset_entry("cifar10");
  const Path folder = find_dataset_folder(entry);
  if (folder.empty() || !file_exists(folder / "test_batch.bin.xz") || !can_read_xz())
    GTEST_SKIP() << "CIFAR-10's test_batch.bin.xz is not there (CAJAL_DATA), or no liblzma";
  const LabelledImages test = read_cifar10(folder / "test_batch.bin.xz");
  EXPECT_EQ(test.images.shape(), (Shape{10000, 32, 32, 3}));
  const std::vector<int64_t> labels = test.labels.values<int64_t>();
  EXPECT_EQ(std::vector<int64_t>(labels.begin(), labels.begin() + 8), (std::vector<int64_t>{3, 8, 8, 0, 6, 6, 1, 6}));
  std::vector<int> counts(10);
  for (int64_t label : labels) ++counts[size_t(label)];
  EXPECT_EQ(counts, std::vector<int>(10, 1000));
  double sums[3] = {};
  const uint8_t* values = test.images.data<uint8_t>();
  for (int64_t i = 0; i < test.images.size(); ++i) sums[i % 3] += values[i];
  // The means of the test set as published with it: 0.4942, 0.4851, 0.4504.
  const double published[] = {0.4942, 0.4851, 0.4504};
  for (int channel = 0; channel < 3; ++channel)
    EXPECT_NEAR(sums[channel] / 255 / (10000 * 1024), published[channel], 1e-4);
  const std::vector<std::string> classes = cifar10_classes(folder);
  EXPECT_EQ(classes, std::vector<std::string>(entry.classes.begin(), entry.classes.end()));
}

}  // namespace
}  // namespace cajal
