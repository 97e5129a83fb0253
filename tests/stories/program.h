// The program run as a person runs it, in a folder of its own.
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>

namespace cajal {

/// What a command printed to both of its outputs, and how it ended.
struct Answer {
  int status = 0;
  std::string out;
  bool says(const std::string& text) const { return out.find(text) != std::string::npos; }
};

/// A shell's answer to a command.
inline Answer answer_to(const std::string& command) {
  FILE* pipe = popen(fmt::format("{{ {} ; }} 2>&1", command).c_str(), "r");
  Answer answer;
  char part[256];
  while (size_t count = fread(part, 1, sizeof part, pipe)) answer.out.append(part, count);
  const int status = pclose(pipe);
  answer.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return answer;
}

/// A test with an empty folder, named after it, in which the program runs. Skipped where CAJAL_PROGRAM is not set.
class WithProgram : public testing::Test {
 protected:
  void SetUp() override {
    program_ = std::getenv("CAJAL_PROGRAM");
    if (!program_) GTEST_SKIP() << "CAJAL_PROGRAM is not set";
    folder_ = std::filesystem::temp_directory_path() / testing::UnitTest::GetInstance()->current_test_info()->name();
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
  }
  Answer shell(const std::string& command) const {
    return answer_to(fmt::format("cd {} && {}", folder_.string(), command));
  }
  Answer run(const std::string& arguments) const { return shell(fmt::format("{} {}", program_, arguments)); }

  const char* program_ = nullptr;
  std::filesystem::path folder_;
};

}  // namespace cajal
