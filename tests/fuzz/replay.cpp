// Runs every file of every corpus through its target: the targets cannot rot, and what was found once stays mended.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <functional>

#include "cajal/base/files.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/seeds.h"

namespace cajal::fuzz {

#define CAJAL_LISTED(stem) CAJAL_FUZZ_TARGET(stem);
#include "cajal/listing/fuzz_targets.inc"
#undef CAJAL_LISTED

namespace {

struct Target {
  std::string name;
  std::function<void(Input)> run;
};

const std::vector<Target>& targets() {
  static const std::vector<Target> table = {
#define CAJAL_LISTED(stem) {#stem, stem##_target},
#include "cajal/listing/fuzz_targets.inc"
#undef CAJAL_LISTED
  };
  return table;
}

std::vector<Path> corpus(const std::string& target) {
  std::vector<Path> out;
  const Path folder = Path("tests/fuzz/corpus") / target;
  if (std::filesystem::exists(folder))
    for (const auto& entry : std::filesystem::directory_iterator(folder)) out.push_back(entry.path());
  std::sort(out.begin(), out.end());
  return out;
}

// True where the target takes the bytes, false where it refuses them.
bool taken(const Target& target, Input bytes, const std::string& what) {
  try {
    target.run(bytes);
    return true;
  } catch (const Error& error) {
    EXPECT_FALSE(error.message().empty()) << what;
  } catch (const std::exception& error) {
    ADD_FAILURE() << what << " is answered by no Error: " << error.what();
  }
  return false;
}

TEST(Fuzz, NoFileOfTheCorpusIsAFinding) {
  for (const Target& target : targets()) {
    int good = 0, refused = 0;
    for (const Path& file : corpus(target.name)) ++(taken(target, read_file(file), file.string()) ? good : refused);
    EXPECT_GT(good, 0) << target.name << ": no file of its corpus is taken";
    EXPECT_GT(refused, 0) << target.name << ": no file of its corpus is refused";
  }
}

TEST(Fuzz, WhatOurWritersWriteIsTaken) {
  for (const Target& target : targets()) {
    const auto files = seeds(target.name);
    EXPECT_FALSE(files.empty()) << target.name << " has no seeds";
    for (size_t i = 0; i < files.size(); ++i)
      EXPECT_TRUE(taken(target, files[i], target.name)) << target.name << ", seed " << i;
  }
}

TEST(Fuzz, NoBeginningOfAFileIsAFinding) {
  for (const Target& target : targets())
    for (const Bytes& file : seeds(target.name))
      for (size_t size = 0; size < file.size(); size += 1 + file.size() / 50)
        taken(target, Input(file).first(size), target.name + ", cut off after " + std::to_string(size));
}

// Not run by itself: --gtest_also_run_disabled_tests --gtest_filter='*WriteSeeds' writes the corpora's seeds anew.
TEST(Fuzz, DISABLED_WriteSeeds) {
  for (const Target& target : targets()) {
    const auto files = seeds(target.name);
    for (size_t i = 0; i < files.size(); ++i)
      write_file_atomically(Path("tests/fuzz/corpus") / target.name / ("seed" + std::to_string(i)), files[i]);
  }
}

}  // namespace
}  // namespace cajal::fuzz
