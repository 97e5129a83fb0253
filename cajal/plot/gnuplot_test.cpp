#include "cajal/plot/internal/gnuplot.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>

#include "cajal/base/error.h"
#include "cajal/base/files.h"
#include "cajal/plot/figure.h"

namespace cajal::plot::internal {
namespace {

TEST(Gnuplot, ItsComplaintStandsInTheError) {
  if (!available()) GTEST_SKIP() << "gnuplot is not installed (apt-get install gnuplot-nox)";
  try {
    run_gnuplot("set terminal svg\nplot sin(\n");
    FAIL() << "nothing was refused";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), Code::bad_data);
    EXPECT_NE(error.message().find("invalid expression"), std::string::npos) << error.what();
  }
}

/// A folder with a program of that name, which is found first.
class Impostor {
 public:
  explicit Impostor(const std::string& script) : folder_(std::filesystem::temp_directory_path() / "cajal_impostor") {
    std::filesystem::create_directories(folder_);
    std::ofstream(folder_ / "gnuplot") << "#!/bin/sh\n" << script << "\n";
    std::filesystem::permissions(folder_ / "gnuplot", std::filesystem::perms::owner_all);
    before_ = ::getenv("PATH");
    ::setenv("PATH", (folder_.string() + ":" + before_).c_str(), 1);
  }
  ~Impostor() {
    ::setenv("PATH", before_.c_str(), 1);
    std::filesystem::remove_all(folder_);
  }

 private:
  Path folder_;
  std::string before_;
};

// The commands are more than any pipe holds, and nobody reads them: without care the signal would end this program.
TEST(Gnuplot, OneThatEndsBeforeReadingIsAnErrorAndNoSignal) {
  ASSERT_NE(::signal(SIGPIPE, SIG_DFL), SIG_ERR);
  const Impostor early("echo 'no room for me' >&2; exit 3");
  try {
    run_gnuplot(std::string(10'000'000, ' '));
    FAIL() << "nothing was refused";
  } catch (const Error& error) {
    EXPECT_NE(error.message().find("no room for me"), std::string::npos) << error.what();
  }
}

TEST(Gnuplot, OneThatIsKilledIsAnError) {
  const Impostor killed("kill -9 $$");
  try {
    run_gnuplot("x");
    FAIL() << "nothing was refused";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), Code::interrupted);
    EXPECT_NE(error.message().find("signal 9"), std::string::npos) << error.what();
  }
}

// It answers while it is still being told: both directions must be served.
TEST(Gnuplot, LargeInputAndLargeOutputAtOnce) {
  const Impostor echo("exec cat");
  const std::string much(5'000'000, 'a');
  EXPECT_EQ(run_gnuplot(much), much);
}

}  // namespace
}  // namespace cajal::plot::internal
