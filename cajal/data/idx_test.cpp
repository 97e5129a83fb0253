#include "cajal/data/idx.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include "cajal/base/random.h"
#include "cajal/data/datasets.h"
#include "cajal/data/idx_folder.h"
#include "cajal/data/internal/test_support.h"

namespace cajal {
namespace {

using namespace internal;

Bytes bytes(std::initializer_list<int> values) {
  Bytes out;
  for (int value : values) out.push_back(std::byte(value));
  return out;
}

// What gzip would make of it.
Bytes zipped(const Bytes& plain) {
  z_stream stream{};
  deflateInit2(&stream, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
  Bytes out(deflateBound(&stream, uLong(plain.size())) + 64);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<std::byte*>(plain.data()));
  stream.avail_in = uInt(plain.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = uInt(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

std::string refused(const Bytes& data) {
  return error_of([&] { (void)parse_idx(data, "x.idx"); });
}

TEST(Idx, ReadsBytesAsTheyAre) {
  const Tensor tensor = parse_idx(bytes({0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 3, 1, 2, 3, 250, 5, 6}), "x.idx");
  EXPECT_EQ(tensor.dtype(), DType::uint8);
  EXPECT_EQ(tensor.shape(), (Shape{2, 3}));
  EXPECT_EQ(tensor.values<int64_t>(), (std::vector<int64_t>{1, 2, 3, 250, 5, 6}));
}

TEST(Idx, EveryTypeIsBigEndian) {
  EXPECT_EQ(parse_idx(bytes({0, 0, 9, 1, 0, 0, 0, 1, 0xFF}), "").flat(0), -1);
  EXPECT_EQ(parse_idx(bytes({0, 0, 0x0B, 1, 0, 0, 0, 1, 0x12, 0x34}), "").flat(0), 0x1234);
  EXPECT_EQ(parse_idx(bytes({0, 0, 0x0C, 1, 0, 0, 0, 1, 1, 2, 3, 4}), "").flat(0), 0x01020304);
  EXPECT_EQ(parse_idx(bytes({0, 0, 0x0D, 1, 0, 0, 0, 1, 0x3F, 0xC0, 0, 0}), "").flat(0), 1.5);
  EXPECT_EQ(parse_idx(bytes({0, 0, 0x0E, 1, 0, 0, 0, 1, 0xC0, 4, 0, 0, 0, 0, 0, 0}), "").flat(0), -2.5);
}

TEST(Idx, WritesWhatItReads) {
  random::Stream stream(1);
  for (DType type : {DType::uint8, DType::int8, DType::int16, DType::int32, DType::float32, DType::float64})
    for (const Shape& shape : {Shape{}, Shape{0}, Shape{5}, Shape{3, 0, 2}, Shape{2, 3, 4}}) {
      Tensor tensor(shape, type);
      for (int64_t i = 0; i < tensor.size(); ++i) tensor.set_flat(i, double(stream.below(200)) - 100);
      const Path path = scratch_folder() / "x.idx";
      write_idx(path, tensor);
      EXPECT_TRUE(identical(read_idx(path), tensor));
      write_file_atomically(path, zipped(idx_bytes(tensor)));
      EXPECT_TRUE(identical(read_idx(path), tensor)) << "gzipped, without .gz in its name";
    }
  EXPECT_EQ(error_of([] { (void)idx_bytes(Tensor({2}, DType::int64)); }),
            "idx files cannot hold int64 | a cast to uint8, int8, int16, int32, float32 or float64");
}

TEST(Idx, EveryFieldIsChecked) {
  EXPECT_EQ(refused({}), "'x.idx' is empty, and an idx file was expected | get the file again");
  EXPECT_EQ(refused(bytes({0, 0, 8})), "'x.idx' ends in the middle of its first four bytes | get the file again");
  EXPECT_EQ(refused(bytes({0x89, 'P', 'N', 'G'})),
            "'x.idx' is no idx file: it begins with 0x89504e47, and an idx file with two zero bytes | an idx or idx.gz "
            "file as MNIST's");
  EXPECT_EQ(refused(bytes({0, 0, 7, 1})),
            "'x.idx' has elements of type 0x07, which idx does not define | get the file again");
  EXPECT_EQ(refused(bytes({0, 0, 8, 2, 0, 0, 0, 2, 0, 0})),
            "'x.idx' ends before its dimension 2 of 2 | get the file again");
  EXPECT_EQ(
      refused(bytes({0, 0, 8, 1, 0, 0, 0, 3, 1, 2})),
      "'x.idx' ends after 2 of the 3 bytes that its shape [3] of uint8 needs | get the file again: it is cut off");
  EXPECT_EQ(refused(bytes({0, 0, 8, 1, 0, 0, 0, 1, 1, 2})),
            "'x.idx' goes on after the 1 bytes that its shape [1] needs | get the file again");
  Bytes huge = bytes({0, 0, 0x0E, 3});
  huge.resize(16, std::byte(0xFF));
  EXPECT_EQ(refused(huge),
            "'x.idx' claims a shape of [4294967295, 4294967295, 4294967295], more than any memory holds | get the file "
            "again");
  Bytes large = bytes({0, 0, 8, 2, 0, 0xFF, 0, 0, 0, 0xFF, 0, 0, 1});
  EXPECT_EQ(code_of([&] { (void)parse_idx(large, "x.idx"); }), Code::bad_data);  // without asking for 279 TB
}

TEST(Idx, HostileBytesAreRefused) {
  const Tensor tensor = Tensor::full({3, 2, 2}, 0x1234, DType::int16);
  const Bytes whole = idx_bytes(tensor), packed = zipped(whole);
  const Path path = scratch_folder() / "x.idx";
  for (size_t size = 0; size < whole.size(); ++size)
    EXPECT_EQ(code_of([&] { (void)parse_idx(std::span(whole).first(size), "x"); }), Code::bad_data) << size;
  for (size_t size = 0; size < packed.size(); ++size) {
    write_file_atomically(path, std::span(packed).first(size));
    EXPECT_EQ(code_of([&] { (void)read_idx(path); }), Code::bad_data) << size;
  }
  for (size_t place = 0; place < 16; ++place)
    for (int value = 0; value < 256; ++value) {
      Bytes damaged = whole;
      damaged[place] = std::byte(value);
      if (damaged == whole) continue;
      const Code code = code_of([&] { (void)parse_idx(damaged, "x"); });
      EXPECT_EQ(code, Code::bad_data) << place << " " << value;
    }
}

TEST(Idx, GzippedHeadersCannotAskForMemory) {
  const Path path = scratch_folder() / "x.idx.gz";
  write_file_atomically(path, zipped(bytes({0, 0, 8, 2, 0, 0xFF, 0, 0, 0, 0xFF, 0, 0, 1})));
  EXPECT_EQ(code_of([&] { (void)read_idx(path); }), Code::bad_data);
}

// A small data set in MNIST's form.
void write_folder(const Path& folder, std::string_view dot, int64_t labels = 3, int last_label = 2) {
  const std::string separator(dot);
  Tensor x({3, 2, 2}, DType::uint8), y({labels}, DType::uint8);
  y.set_flat(-1, last_label);
  for (const char* part : {"train", "t10k"}) {
    write_idx(folder / (std::string(part) + "-images" + separator + "idx3-ubyte"), x);
    write_idx(folder / (std::string(part) + "-labels" + separator + "idx1-ubyte"), y);
  }
}

TEST(IdxFolder, FindsItsFilesUnderAnyUsualName) {
  for (const char* separator : {"-", "."}) {
    const Path folder = scratch_folder();
    write_folder(folder, separator);
    auto [train, test] = load_idx_folder(folder);
    EXPECT_EQ(train.size(), 3);
    EXPECT_EQ(test.element_spec().x[0].shape, (Shape{2, 2}));
    std::filesystem::remove(folder / (std::string("t10k-labels") + separator + "idx1-ubyte"));
    EXPECT_EQ(error_of([&] { (void)load_idx_folder(folder); }),
              "the folder '" + folder.string() +
                  "' lacks t10k-labels-idx1-ubyte | these files beside each other, gzipped "
                  "(.gz) or not");
  }
  EXPECT_FALSE(find_idx_folder("/nowhere/at/all").complete());
}

TEST(IdxFolder, ChecksLabels) {
  const Path folder = scratch_folder();
  const std::string labels = "'" + (folder / "train-labels-idx1-ubyte").string() + "'";
  write_folder(folder, "-", 4);
  EXPECT_EQ(error_of([&] { (void)load_idx_folder(folder); }),
            labels + " has 4 labels for 3 images | the labels that belong to these images");
  write_folder(folder, "-", 3, 10);
  EXPECT_EQ(load_idx_folder(folder).first.size(), 3);
  EXPECT_EQ(error_of([&] { (void)load_idx_folder(folder, 10); }),
            labels + ": label 2 is 10, and labels lie from 0 to 9");
}

TEST(IdxFolder, SaysWhatIsMissing) {
  const Path folder = scratch_folder();
  EXPECT_EQ(error_of([&] { (void)datasets::mnist(folder.string()); }),
            "the folder '" + folder.string() +
                "' lacks train-images-idx3-ubyte, train-labels-idx1-ubyte, "
                "t10k-images-idx3-ubyte, t10k-labels-idx1-ubyte | these files beside each other, gzipped (.gz) or not");
  EXPECT_EQ(code_of([&] { (void)load_idx_dataset("no_such_set", "", 10); }), Code::not_found);
}

TEST(Datasets, Mnist) {
  TrainTest mnist;
  try {
    mnist = datasets::mnist();
  } catch (const Error& error) {
    GTEST_SKIP() << error.what();
  }
  const auto& [train, test] = mnist;
  EXPECT_EQ(train.size(), 60000);
  EXPECT_EQ(test.size(), 10000);
  EXPECT_EQ(train.element_spec().x[0], (TensorSpec{{28, 28}, DType::uint8}));
  EXPECT_EQ(train.element_spec().y[0], (TensorSpec{{}, DType::uint8}));
  std::vector<int> counts(10);
  for (const Batch& batch : test.batch(1000))
    for (int64_t label : batch.y[0].values<int64_t>()) ++counts[size_t(label)];
  EXPECT_EQ(counts, (std::vector<int>{980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009}));
}

TEST(Datasets, AreKnownByName) {
  for (const char* name : {"digits", "fashion_mnist", "iris", "iron_ore", "mnist", "pima"})
    EXPECT_EQ(dataset_entry(name).name, name);
  std::string_view before;
  for (const DatasetEntry* entry : all_datasets()) {
    EXPECT_LT(before, entry->name) << "sorted, each name once";
    EXPECT_EQ(find_dataset(entry->name), entry);
    EXPECT_GT(entry->classes.size(), 1u) << entry->name;
    EXPECT_FALSE(entry->summary.empty() || entry->origin.empty()) << entry->name;
    before = entry->name;
  }
  EXPECT_EQ(dataset_entry("mnist").classes.size(), 10u);
  EXPECT_EQ(error_of([] { (void)dataset_entry("minst"); }), "there is no data set called 'minst' | 'mnist'");
}

}  // namespace
}  // namespace cajal
