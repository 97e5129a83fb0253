// The file of the kernels that were found to be the fastest.
#include "cajal/backends/tuned_kernels.h"

#include <gtest/gtest.h>

#include <cstdlib>

#include "cajal/base/config.h"
#include "cajal/base/error.h"

namespace cajal {
namespace {

class TunedKernels : public testing::Test {
 protected:
  void SetUp() override {
    if (const char* before = std::getenv("CAJAL_CACHE")) before_ = before;
    folder_ = std::filesystem::temp_directory_path() / "tuned_kernels";
    std::filesystem::remove_all(folder_);
    setenv("CAJAL_CACHE", folder_.c_str(), 1);
  }
  void TearDown() override {
    if (before_.empty()) unsetenv("CAJAL_CACHE");
    else setenv("CAJAL_CACHE", before_.c_str(), 1);
  }
  KernelTable loaded() const { return load_tuned_kernels(tuned_kernels_file()); }
  std::string before_;
  Path folder_;
};

TEST_F(TunedKernels, AreAddedToThoseThatAreThere) {
  EXPECT_TRUE(loaded().empty());
  save_tuned_kernels({{"conv() float32 [1]", "cpu direct"}, {"conv() float32 [2]", "onednn direct"}});
  save_tuned_kernels({{"conv() float32 [1]", "onednn direct"}, {"exp() float32 [3]", "cpu exp"}});
  EXPECT_EQ(loaded(), (KernelTable{{"conv() float32 [1]", "onednn direct"},
                                   {"conv() float32 [2]", "onednn direct"},
                                   {"exp() float32 [3]", "cpu exp"}}));
}

TEST_F(TunedKernels, OfAnotherMachineAreNotTaken) {
  save_tuned_kernels({{"conv() float32 [1]", "cpu direct"}});
  for (const char* key : {"cpu", "simd", "cajal"}) {
    Config file = Config::parse(read_text(tuned_kernels_file()));
    file.set(key, "another");
    write_file_atomically(folder_ / "other.json", file.json());
    EXPECT_TRUE(load_tuned_kernels(folder_ / "other.json").empty()) << key;
  }
}

TEST_F(TunedKernels, ADamagedFileIsTold) {
  for (std::string_view text : {"{\"kernels\": ", "[]", "{\"kernels\": 3}", "{}"}) {
    write_file_atomically(tuned_kernels_file(), text);
    EXPECT_THROW(loaded(), Error) << text;
  }
}

}  // namespace
}  // namespace cajal
