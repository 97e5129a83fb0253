#include "cajal/tensor/files/npy.h"

#include "cajal/tensor/files/internal/test_support.h"

namespace cajal {
namespace {

using namespace internal;

Bytes npy(const std::string& header, const std::string& data, char version = 1) {
  std::string text = std::string("\x93NUMPY") + version + '\0';
  text += char(header.size() & 0xFF);
  text += char(header.size() >> 8);
  if (version > 1) text += std::string(2, '\0');
  text += header + data;
  const auto bytes = as_bytes(text);
  return Bytes(bytes.begin(), bytes.end());
}

std::string refusal(const std::string& header, const std::string& data = std::string(24, '\0')) {
  return error_of([&] { read_npy(npy(header, data), "a.npy"); });
}

TEST(Npy, ReadsWhatNumPyWrote) {
  int read = 0;
  for (const auto& record : golden_files("npy")) {
    const Path path = "tests/golden/files/" + record["file"].get<std::string>();
    if (record.contains("supported")) {
      EXPECT_EQ(code_of([&] { load_npy(path); }), Code::unsupported) << path;
    } else if (record["dtype"] == "uint64") {
      EXPECT_EQ(code_of([&] { load_npy(path); }), Code::bad_data);
    } else {
      expect_golden(load_npy(path), record);
      ++read;
    }
  }
  EXPECT_GE(read, 15);
}

TEST(Npy, ReadsCandlesFile) {
  const Path path = data_file("test_vectors/candle_files/test.npy");
  if (path.empty()) GTEST_SKIP() << "the data sets are not there: set CAJAL_DATA to their folder";
  const Tensor tensor = load_npy(path);
  EXPECT_EQ(tensor.size() * int64_t(size_of(tensor.dtype())) + 128, int64_t(read_file(path).size()));
}

TEST(Npy, RoundTripOfEveryType) {
  const Scratch scratch;
  for (int i = 0; i < dtype_count; ++i) {
    const auto type = DType(i);
    const Tensor tensor = Tensor::of({0, 1, 1, 0, 1, 0}, {2, 3}).cast(type);
    if (type == DType::bfloat16) {
      EXPECT_EQ(error_of([&] { save_npy(scratch / "a.npy", tensor); }),
                "NumPy has no type bfloat16, so an .npy file cannot hold it | cast to float32 first, or save as "
                ".safetensors");
      continue;
    }
    save_npy(scratch / "a.npy", tensor);
    EXPECT_TRUE(identical(load_npy(scratch / "a.npy"), tensor)) << name(type);
  }
}

TEST(Npy, RoundTripOfEveryShape) {
  const Scratch scratch;
  const Tensor base = Tensor::of({1, 2, 3, 4, 5, 6}, {2, 3});
  for (const Tensor& tensor : {base, base.transpose(), base[1], base[1][2], base.slice(0, {1, 1}), base.reshape({6}),
                               base.broadcast_to({2, 2, 3})}) {
    save_npy(scratch / "a.npy", tensor);
    EXPECT_TRUE(identical(load_npy(scratch / "a.npy"), tensor)) << tensor;
  }
}

TEST(Npy, HeaderIsNumPys) {
  const std::string header = npy_header(Tensor(Shape{3}));
  EXPECT_EQ(header.size() % 64, 0u);
  EXPECT_NE(header.find("{'descr': '<f4', 'fortran_order': False, 'shape': (3,), }"), std::string::npos);
  EXPECT_NE(npy_header(Tensor(true)).find("'shape': ()"), std::string::npos);
  EXPECT_NE(npy_header(Tensor(Shape{2, 3}, DType::uint8)).find("'|u1', 'fortran_order': False, 'shape': (2, 3)"),
            std::string::npos);
}

TEST(Npy, HeadersOfOtherWriters) {
  const std::string data(24, '\0');
  for (const char* header : {"{\"shape\":(2L,3L),\"fortran_order\":True,\"descr\":\"=f4\"}\n",
                             "{ 'descr':'|i4','shape':(6,),'fortran_order':False,}"})
    EXPECT_EQ(read_npy(npy(header, data), "a").size(), 6) << header;
}

TEST(Npy, HostileHeaders) {
  const auto with_shape = [](const std::string& shape, const std::string& type = "<f4") {
    return "{'descr': '" + type + "', 'fortran_order': False, 'shape': " + shape + "}";
  };
  EXPECT_EQ(
      refusal(with_shape("(2, 3)"), std::string(23, 'x')),
      "'a.npy' at byte 67: the shape [2, 3] of '<f4' does not fit the 23 bytes that follow | get the file again: it is "
      "cut off, damaged, or several arrays in one");
  EXPECT_EQ(refusal(with_shape("(-2, 3)")), "'a.npy' at byte 61: the shape should have an integer of 0 or more here");
  EXPECT_EQ(refusal(with_shape("(99999999999999999999,)")),
            "'a.npy' at byte 79: the shape has a size of more than 64 bits");
  EXPECT_NE(refusal(with_shape("(4611686018427387904, 4)")), "no error");
  EXPECT_NE(refusal(with_shape("(4611686018427387904, 4611686018427387904, 0)")), "no error");
  EXPECT_NE(refusal(with_shape("(2, 3")), "no error");
  EXPECT_NE(refusal(with_shape("(2 3)")), "no error");
  EXPECT_NE(refusal(with_shape("(6,)") + "x"), "no error");
  EXPECT_EQ(refusal(with_shape("(3,)", "<c8")),
            "'a.npy' holds elements of NumPy's type '<c8' | save it as float32, float64, int64, uint8 or bool: "
            "array.astype('float32')");
  EXPECT_NE(refusal(with_shape("(6,)", "")), "no error");
  EXPECT_NE(refusal("{'descr': '<f4', 'shape': (6,)}"), "no error");
  EXPECT_NE(refusal("{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (6,)}"), "no error");
  EXPECT_NE(refusal("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (6,)}").find("records"),
            std::string::npos);
  EXPECT_EQ(refusal(with_shape("(24,)", "|b1"), std::string(24, '\2')),
            "'a.npy' at byte 66: a bool is 2, and 0 or 1 was expected");
  EXPECT_EQ(code_of([] { read_npy(npy("{}", "", 4), "a"); }), Code::unsupported);
}

TEST(Npy, EveryPrefixAndEveryDamage) {
  const Scratch scratch;
  save_npy(scratch / "a.npy", Tensor::of({1, 2, 3}));
  const Bytes whole = read_file(scratch / "a.npy");
  const auto read = [](const Bytes& bytes) { read_npy(bytes, "a.npy"); };
  expect_prefixes_refused(whole, read);
  expect_damage_survived(whole, read);
}

}  // namespace
}  // namespace cajal
