#include "cajal/formats/pytorch/pytorch.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <functional>
#include <nlohmann/json.hpp>

#include "cajal/base/error.h"

namespace cajal {
namespace {

const Path folder = "tests/golden/pytorch";

std::string error_of(const std::function<void()>& body, Code* code = nullptr) {
  try {
    body();
  } catch (const Error& error) {
    if (code) *code = error.code();
    return error.message() + (error.hint().empty() ? "" : " | " + error.hint());
  }
  if (code) *code = Code(0);
  return "no error";
}

Bytes bytes_of(std::string_view text) { return {as_bytes(text).begin(), as_bytes(text).end()}; }

// A file from before the zip around these pickles, without storages.
Bytes legacy(std::string_view object) {
  std::string out("\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.\x80\x02M\xe9\x03.\x80\x02}.", 25);
  out += object;
  out += "\x80\x02].";
  return bytes_of(out);
}

void expect_tensor(const Tensor& tensor, const nlohmann::json& record) {
  EXPECT_EQ(name(tensor.dtype()), record["dtype"].get<std::string>());
  EXPECT_EQ(tensor.shape(), Shape::of(record["shape"].get<std::vector<int64_t>>()));
  ASSERT_EQ(size_t(tensor.size()), record["values"].size());
  for (int64_t i = 0; i < tensor.size(); ++i) {
    const auto& value = record["values"][size_t(i)];
    EXPECT_EQ(tensor.flat(i), value.is_boolean() ? double(value.get<bool>()) : value.get<double>());
  }
}

TEST(PyTorch, ReadsWhatTorchSaveWrote) {
  const auto golden = nlohmann::json::parse(read_text("tests/golden/pytorch.json"));
  ASSERT_GE(golden["records"].size(), 10u);
  for (const auto& record : golden["records"]) {
    SCOPED_TRACE(record["file"].get<std::string>());
    const PyTorchFile file = load_pytorch(folder / record["file"].get<std::string>());
    EXPECT_EQ(file.tensors.size(), record["tensors"].size());
    for (const auto& [name, described] : record["tensors"].items()) {
      SCOPED_TRACE(name);
      expect_tensor(file.tensors.at(name), described);
    }
    const std::map<std::string, std::string> values = record["values"];
    EXPECT_EQ(file.values, values);
  }
}

TEST(PyTorch, TensorsShareMemoryAsTheyDidThere) {
  for (const char* name : {"views.pt", "views_legacy.pt"}) {
    const NamedTensors tensors = load_pytorch(folder / name).tensors;
    Tensor whole = tensors.at("whole");
    whole.set({6}, -1);
    EXPECT_EQ(tensors.at("part").flat(1), -1) << name;
    EXPECT_EQ(tensors.at("turned").at({0, 1}), -1) << name;
    EXPECT_EQ(tensors.at("repeated").flat(2), 3) << name;
  }
}

TEST(PyTorch, CallsNothing) {
  Code code{};
  // What an attacker writes: os.system("...").
  EXPECT_EQ(error_of(
                [] {
                  (void)read_pytorch(legacy("\x80\x02"
                                            "cos\nsystem\nX\x02\0\0\0ls\x85R."),
                                     "x.pt");
                },
                &code),
            "'x.pt' at byte 38: its pickle asks for os.system, and nothing but tensors, lists and dictionaries is made "
            "from a file | in PyTorch: torch.save(model.state_dict(), \"weights.pt\")");
  EXPECT_EQ(code, Code::unsupported);
  EXPECT_NE(error_of([] {
              (void)read_pytorch(legacy("\x80\x02"
                                        "c__builtin__\neval\n."),
                                 "x.pt");
            }).find("__builtin__.eval"),
            std::string::npos);
  EXPECT_NE(error_of([] {
              (void)read_pytorch(legacy("\x80\x02"
                                        "ctorch\nComplexFloatStorage\n."),
                                 "x.pt");
            }).find("torch.ComplexFloatStorage, a type that is not known here"),
            std::string::npos);
  // A name that is known and is no function.
  EXPECT_NE(error_of([] {
              (void)read_pytorch(legacy("\x80\x02"
                                        "ctorch\nFloatStorage\n)R."),
                                 "x.pt");
            }).find("which is no function"),
            std::string::npos);
}

TEST(PyTorch, BoundsWhatIsNestedAndShared) {
  auto refused = [](const std::string& object) {
    Code code{};
    const std::string text = error_of([&] { (void)read_pytorch(legacy(object), "x.pt"); }, &code);
    EXPECT_EQ(code, Code::bad_data) << text;
    return text;
  };
  // A list in a list in a list.
  std::string deep = "\x80\x02";
  for (int i = 0; i < 200000; ++i) deep += "]";
  for (int i = 1; i < 200000; ++i) deep += "a";
  EXPECT_NE(refused(deep + ".").find("nested more than 64 levels deep"), std::string::npos);
  // A list that holds itself.
  EXPECT_NE(refused("\x80\x02]q\x01h\x01"
                    "a.")
                .find("nested more than 64 levels deep"),
            std::string::npos);
  // Each list twice in the next: 2^60 elements.
  std::string wide =
      "\x80\x02]N"
      "a";
  for (int i = 0; i < 60; ++i)
    wide +=
        "q\x01]h\x01"
        "ah\x01"
        "a";
  EXPECT_NE(refused(wide + ".").find("refer to each other too often"), std::string::npos);
}

TEST(PyTorch, RefusesWhatContradictsItself) {
  const auto tensor = [](const std::string& numbers) {
    return legacy(
        "\x80\x02"
        "ctorch._utils\n_rebuild_tensor_v2\n((X\x07\0\0\0storagectorch\nFloatStorage\nX\x01\0\0\0"
        "0X\x03\0\0\0cpuK\x04NtQ" +
        numbers + "\x89NtR.");
  };
  for (const char* numbers :
       {"K\x01K\x04\x85K\x01\x85", "K\x00K\x03\x85K\x02\x85", "J\xff\xff\xff\xffK\x01\x85K\x01\x85",
        "K\x00J\xff\xff\xff\xff\x85K\x01\x85", "K\x00K\x01\x85)"}) {
    Code code{};
    const std::string text = error_of([&] { (void)read_pytorch(tensor(numbers), "x.pt"); }, &code);
    EXPECT_EQ(code, Code::bad_data) << text;
  }
}

TEST(PyTorch, RefusesEveryPrefixAndSurvivesEveryDamage) {
  for (const char* name : {"alone.pt", "alone_legacy.pt", "views_legacy.pt", "types_legacy.pt"}) {
    const Bytes whole = read_file(folder / name);
    for (size_t size = 0; size < whole.size(); ++size) {
      Code code{};
      error_of([&] { (void)read_pytorch(std::span(whole).first(size), "x.pt"); }, &code);
      EXPECT_EQ(code, Code::bad_data) << name << ", " << size << " bytes";
    }
    for (size_t place = 0; place < whole.size(); ++place)
      for (int bits : {1, 4, 32, 128, 255}) {
        Bytes damaged = whole;
        damaged[place] ^= std::byte(bits);
        error_of([&] { (void)read_pytorch(damaged, "x.pt"); });
      }
  }
}

TEST(PyTorch, SaysWhatItIsNot) {
  EXPECT_FALSE(looks_like_pytorch(as_bytes("no file of this kind")));
  EXPECT_TRUE(looks_like_pytorch(read_file(folder / "alone.pt")));
  EXPECT_TRUE(looks_like_pytorch(read_file(folder / "alone_legacy.pt")));
  EXPECT_EQ(
      error_of([] { (void)read_pytorch(as_bytes("no file of this kind"), "x.pt"); }),
      "'x.pt' at byte 1: the pickle has an opcode that is not known here: 'n' | get the file again: it is damaged, "
      "or no file of torch.save");
}

// ------------------------------------------------------------------------------------------------ files of others

Path data_folder(const std::string& name) {
  const char* data = std::getenv("CAJAL_DATA");
  const Path path = Path(data ? data : "../shared/data") / name;
  return file_exists(path) ? path : Path();
}

TEST(PyTorch, ReadsTheFilesOfAnotherReadersTests) {
  const Path all = data_folder("test_vectors/pytorch_pt_files_burn");
  if (all.empty()) GTEST_SKIP() << "the .pt files of test_vectors/pytorch_pt_files_burn are not there (CAJAL_DATA)";
  int read = 0, refused = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(all)) {
    if (entry.path().extension() != ".pt") continue;
    const std::string error =
        error_of([&] { EXPECT_FALSE(load_pytorch(entry.path()).tensors.empty()) << entry.path(); });
    ++(error == "no error" ? read : refused);
    EXPECT_EQ(error == "no error", entry.path().filename() != "broken.pt") << entry.path() << ": " << error;
  }
  EXPECT_GE(read, 50);
  EXPECT_EQ(refused, 1);
}

TEST(PyTorch, ReadsResNet20) {
  const Path all = data_folder("weights/resnet_cifar10_pytorch");
  if (all.empty()) GTEST_SKIP() << "weights/resnet_cifar10_pytorch is not there (CAJAL_DATA)";
  const NamedTensors tensors = load_pytorch(all / "resnet20-12fca82f.th").tensors;
  EXPECT_EQ(tensors.at("state_dict.module.conv1.weight").shape(), (Shape{16, 3, 3, 3}));
  EXPECT_EQ(tensors.at("state_dict.module.linear.weight").shape(), (Shape{10, 64}));
  int64_t weights = 0;
  for (const auto& [name, tensor] : tensors)
    if (name.ends_with(".weight") || name.ends_with(".bias")) weights += tensor.size();
  EXPECT_EQ(weights, 269722);
}

}  // namespace
}  // namespace cajal
