#include "cajal/tensor/files/npz.h"

#include <sstream>

#include "cajal/tensor/files/internal/test_support.h"
#include "cajal/tensor/files/zip.h"

namespace cajal {
namespace {

using namespace internal;

NamedTensors some() {
  return {{"z", Tensor::of({1.f, 2.f})},
          {"layer/kernel:0", Tensor::of({1, 2, 3, 4}, {2, 2}).transpose()},
          {"a", Tensor::of({true})},
          {"zeros", Tensor(Shape{100, 100})}};
}

TEST(Npz, ReadsWhatNumPyWrote) {
  const auto records = golden_files("npz");
  EXPECT_GE(records.size(), 2u);
  for (const auto& record : records) {
    const NamedTensors tensors = load_npz("tests/golden/files/" + record["file"].get<std::string>());
    EXPECT_EQ(tensors.size(), record["arrays"].size());
    for (const auto& item : record["arrays"].items()) expect_golden(tensors.at(item.key()), item.value());
  }
}

TEST(Npz, ReadsCandlesFile) {
  const Path path = data_file("test_vectors/candle_files/test.npz");
  if (path.empty()) GTEST_SKIP() << "the data sets are not there: set CAJAL_DATA to their folder";
  const NamedTensors tensors = load_npz(path);
  EXPECT_GE(tensors.size(), 1u);
  for (const auto& [name, tensor] : tensors) EXPECT_GT(tensor.size(), 0) << name;
}

TEST(Npz, RoundTripKeepsTheOrder) {
  const Scratch scratch;
  for (bool compress : {false, true}) {
    save_npz(scratch / "a.npz", some(), {.compress = compress});
    const NamedTensors back = load_npz(scratch / "a.npz");
    EXPECT_EQ(back.names(), some().names());
    for (const auto& [name, tensor] : some()) EXPECT_TRUE(identical(back.at(name), tensor)) << name;
    EXPECT_EQ(read_file(scratch / "a.npz").size() < 2000, compress);
  }
  save_npz(scratch / "none.npz", {});
  EXPECT_TRUE(load_npz(scratch / "none.npz").empty());
}

TEST(Npz, WhatCannotBeSavedLeavesNothing) {
  const Scratch scratch;
  EXPECT_THROW(save_npz(scratch / "a.npz", {{"x", Tensor::of<bfloat16>({1.f})}}), Error);
  EXPECT_FALSE(file_exists(scratch / "a.npz"));
}

TEST(Npz, OtherArchivesAreRefused) {
  std::ostringstream out;
  ZipWriter zip(out);
  zip.add("readme.txt", {as_bytes("hello")});
  zip.add("b.npy", {as_bytes("no array")});
  zip.finish();
  const std::string text = out.str();
  EXPECT_EQ(error_of([&] { read_npz(as_bytes(text), "a.npz"); }),
            "'readme.txt' in 'a.npz' is not an .npy file | an archive that numpy.savez wrote");
}

TEST(Npz, ABadArrayIsNamedWithItsArchive) {
  std::ostringstream out;
  ZipWriter zip(out);
  zip.add("b.npy", {as_bytes("no array")});
  zip.finish();
  const std::string text = out.str();
  EXPECT_EQ(error_of([&] { read_npz(as_bytes(text), "a.npz"); }),
            "'b.npy' in 'a.npz' at byte 0: this is not an .npy file: it does not begin with NumPy's mark");
}

TEST(Npz, EveryPrefixAndSomeDamage) {
  const Scratch scratch;
  save_npz(scratch / "a.npz", {{"x", Tensor::of({1, 2})}});
  const Bytes whole = read_file(scratch / "a.npz");
  const auto read = [](const Bytes& bytes) { read_npz(bytes, "a.npz"); };
  expect_prefixes_refused(whole, read);
  expect_damage_survived(whole, read);
}

TEST(NamedTensors, NamesAreUniqueAndFound) {
  NamedTensors tensors = some();
  EXPECT_EQ(error_of([&] { tensors.add("z", Tensor(1)); }), "two tensors are named 'z' | a name of its own for each");
  EXPECT_EQ(error_of([&] { tensors.add("y", Tensor()); }),
            "the tensor 'y' has no value | leave it out, or give it one");
  EXPECT_EQ(error_of([&] { tensors.at("layer/kernal:0"); }),
            "there is no tensor named 'layer/kernal:0' | 'layer/kernel:0'");
  EXPECT_EQ(code_of([&] { tensors.at("q"); }), Code::not_found);
  EXPECT_EQ(tensors.find("q"), nullptr);
  EXPECT_TRUE(tensors.contains("a"));
}

}  // namespace
}  // namespace cajal
