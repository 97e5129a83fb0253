#include "cajal/tensor/files/safetensors.h"

#include <cstring>

#include "cajal/tensor/files/internal/test_support.h"

namespace cajal {
namespace {

using namespace internal;

std::shared_ptr<Buffer> buffer_of(std::span<const std::byte> bytes) {
  auto buffer = std::make_shared<Buffer>(bytes.size());
  if (!bytes.empty()) std::memcpy(buffer->data(), bytes.data(), bytes.size());
  return buffer;
}

void read(const Bytes& bytes) { read_safetensors(buffer_of(bytes), "a.safetensors"); }

Bytes file(const std::string& header, size_t data) {
  Bytes out(8 + header.size() + data);
  const uint64_t length = header.size();
  std::memcpy(out.data(), &length, 8);
  std::memcpy(out.data() + 8, header.data(), header.size());
  return out;
}

std::string refusal(const std::string& header, size_t data = 8) {
  const std::string text = error_of([&] { read(file(header, data)); });
  const size_t hint = text.find(" | ");
  return text.substr(0, hint);
}

NamedTensors one_of_each() {
  NamedTensors out;
  for (int i = 0; i < dtype_count; ++i)
    out.add(std::string(name(DType(i))), Tensor::of({0, 1, 1, 0, 1}).cast(DType(i)));
  return out;
}

TEST(Safetensors, ReadsWhatTheirLibraryWrote) {
  const auto records = golden_files("safetensors");
  EXPECT_GE(records.size(), 2u);
  for (const auto& record : records) {
    const Safetensors back = load_safetensors("tests/golden/files/" + record["file"].get<std::string>());
    EXPECT_EQ(back.metadata, record["metadata"].get<Metadata>());
    EXPECT_EQ(back.tensors.size(), record["tensors"].size());
    for (const auto& item : record["tensors"].items()) expect_golden(back.tensors.at(item.key()), item.value());
  }
}

TEST(Safetensors, RoundTrip) {
  const Scratch scratch;
  NamedTensors tensors = one_of_each();
  tensors.add("scalar", Tensor(3.5f));
  tensors.add("empty", Tensor(Shape{3, 0}));
  tensors.add("turned \"\xC3\xA9\"\n", Tensor::of({1., 2., 3., 4.}, {2, 2}).transpose());
  const Metadata metadata = {{"config", "{\"a\": 1}"}, {"", ""}};
  save_safetensors(scratch / "a", tensors, metadata);
  const Safetensors back = load_safetensors(scratch / "a");
  EXPECT_EQ(back.metadata, metadata);
  EXPECT_EQ(back.tensors.size(), tensors.size());
  for (const auto& [name, tensor] : tensors) EXPECT_TRUE(identical(back.tensors.at(name), tensor)) << name;
  save_safetensors(scratch / "b", tensors, metadata);
  EXPECT_EQ(read_file(scratch / "a"), read_file(scratch / "b"));
}

TEST(Safetensors, OfNothing) {
  const Scratch scratch;
  save_safetensors(scratch / "a", {});
  EXPECT_TRUE(load_safetensors(scratch / "a").tensors.empty());
}

TEST(Safetensors, TensorsAreAlignedViewsOfTheFile) {
  const Scratch scratch;
  save_safetensors(scratch / "a", one_of_each());
  const Bytes before = read_file(scratch / "a");
  Safetensors back = load_safetensors(scratch / "a");
  const Buffer* shared = back.tensors.at("float32").buffer().get();
  EXPECT_EQ((before.size() - 5 * (8 * 2 + 4 * 2 + 2 * 3 + 3)) % 64, 0u);
  for (const auto& [name, tensor] : back.tensors) {
    EXPECT_EQ(tensor.buffer().get(), shared) << name;
    EXPECT_EQ(reinterpret_cast<uintptr_t>(tensor.raw()) % size_of(tensor.dtype()), 0u) << name;
  }
  Tensor numbers = back.tensors.at("float32");
  numbers.set({0}, 99);
  EXPECT_EQ(read_file(scratch / "a"), before);
  save_safetensors(scratch / "a", {});
  EXPECT_EQ(numbers.values<float>(), (std::vector<float>{99, 1, 1, 0, 1}));
}

TEST(Safetensors, UnalignedTensorsAreCopied) {
  const std::string header =
      R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"b":{"dtype":"F32","shape":[1],"data_offsets":[1,5]}})";
  Bytes bytes = file(header, 5);
  const float value = 2.5f;
  std::memcpy(bytes.data() + bytes.size() - 4, &value, 4);
  const auto buffer = buffer_of(bytes);
  const Safetensors back = read_safetensors(buffer, "a");
  EXPECT_EQ(back.tensors.at("b").item(), 2.5);
  EXPECT_NE(back.tensors.at("b").buffer(), buffer);
}

TEST(Safetensors, WhatCannotBeSaved) {
  const Scratch scratch;
  EXPECT_EQ(error_of([&] {
              save_safetensors(scratch / "a", {{"__metadata__", Tensor(1)}});
            }),
            "a tensor cannot be named '__metadata__' | another name");
  EXPECT_EQ(
      error_of([&] {
        save_safetensors(scratch / "a", {{"\xFF", Tensor(1)}});
      }),
      "a tensor's name or a text of the metadata is not UTF-8, which a safetensors file needs | keep other bytes in "
      "uint8 tensors");
  EXPECT_THROW(save_safetensors(scratch / "a", {}, {{"a", "\xFF"}}), Error);
  EXPECT_EQ(error_of([&] {
              save_safetensors(scratch / "a", {}, {{"a", std::string(100'000'001, 'x')}});
            }),
            "the header of a safetensors file would be 100 MB long, and 100 MB is the most | keep large texts in uint8 "
            "tensors");
  EXPECT_FALSE(file_exists(scratch / "a"));
}

std::string entry(const std::string& name, const std::string& type, const std::string& shape,
                  const std::string& offsets) {
  return "\"" + name + R"(":{"dtype":")" + type + R"(","shape":)" + shape + R"(,"data_offsets":)" + offsets + "}";
}

TEST(Safetensors, HostileHeaders) {
  const std::string good = entry("a", "F32", "[2]", "[0,8]"), at = "'a.safetensors' at byte 8: ";
  EXPECT_EQ(refusal("{" + good + "}"), "no error");
  EXPECT_EQ(refusal("[]"), at + "the header is not a JSON object");
  EXPECT_EQ(refusal("{" + good), at + "the header is not a JSON object");
  EXPECT_EQ(refusal(std::string(100'000, '[')), at + "the header is not a JSON object");
  EXPECT_EQ(refusal("{" + good + "," + good + "}"), at + "the header has the key 'a' twice");
  EXPECT_EQ(refusal("{" + good + "}", 9), at + "the tensors end at byte 8 of 9 bytes of data");
  EXPECT_EQ(refusal("{" + entry("a", "F32", "[1]", "[4,8]") + "}"),
            at + "the tensor 'a' begins at byte 4 of the data, and byte 0 was expected");
  EXPECT_EQ(refusal("{" + good + "," + entry("b", "F32", "[1]", "[4,8]") + "}"),
            at + "the tensor 'b' begins at byte 4 of the data, and byte 8 was expected");
  EXPECT_EQ(refusal("{" + entry("a", "F32", "[3]", "[0,8]") + "}"),
            at + "the tensor 'a' has the shape [3] of F32 and 8 bytes");
  EXPECT_EQ(refusal("{" + entry("a", "F32", "[2]", "[8,0]") + "}"),
            at + "the tensor 'a' lies outside the 8 bytes of data");
  EXPECT_EQ(refusal("{" + entry("a", "F32", "[4]", "[0,16]") + "}"),
            at + "the tensor 'a' lies outside the 8 bytes of data");
  EXPECT_EQ(refusal("{" + entry("a", "F4", "[2]", "[0,8]") + "}"),
            "the tensor 'a' in 'a.safetensors' has the type 'F4'");
  for (const char* shape : {"[-2]", "[2.0]", "[\"2\"]", "2", "[9223372036854775808]", "[4611686018427387904,2]",
                            "[4611686018427387904,4611686018427387904]", "null", "[[2]]"})
    EXPECT_NE(refusal("{" + entry("a", "F32", shape, "[0,8]") + "}"), "no error") << shape;
  for (const char* offsets : {"[0]", "[0,8,8]", "[-1,7]", "0", "[0,18446744073709551615]", "[0,1e1]"})
    EXPECT_NE(refusal("{" + entry("a", "F32", "[2]", offsets) + "}"), "no error") << offsets;
  EXPECT_NE(refusal(R"({"a":{"dtype":"F32","shape":[2]}})"), "no error");
  EXPECT_NE(refusal(R"({"a":3})"), "no error");
  EXPECT_EQ(refusal("{" + good + R"(,"__metadata__":{"x":1}})"), at + "the metadata 'x' is not a text");
  EXPECT_EQ(refusal("{" + good + R"(,"__metadata__":[]})"), at + "the metadata is not a JSON object");
}

TEST(Safetensors, HeaderLengthsAreNotBelieved) {
  for (const uint64_t length : {uint64_t(100'000'001), UINT64_MAX, uint64_t(50)}) {
    Bytes bytes = file("{}", 0);
    std::memcpy(bytes.data(), &length, 8);
    EXPECT_EQ(code_of([&] { read(bytes); }), Code::bad_data);
  }
}

TEST(Safetensors, BooleansAreZeroOrOne) {
  Bytes bytes = file("{" + entry("a", "BOOL", "[2]", "[0,2]") + "}", 2);
  read(bytes);
  bytes.back() = std::byte(7);
  EXPECT_EQ(code_of([&] { read(bytes); }), Code::bad_data);
}

TEST(Safetensors, EveryPrefixAndEveryDamage) {
  const Scratch scratch;
  save_safetensors(scratch / "a", {{"x", Tensor::of({1, 2})}, {"y", Tensor::of({true})}}, {{"k", "v"}});
  const Bytes whole = read_file(scratch / "a");
  expect_prefixes_refused(whole, read);
  expect_damage_survived(whole, read);
}

}  // namespace
}  // namespace cajal
