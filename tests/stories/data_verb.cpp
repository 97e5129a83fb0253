// cajal data: what is known, where it lies, and what a table holds.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>

#include "cajal/cajal.h"
#include "program.h"

namespace cajal {
namespace {

class DataVerb : public WithProgram {
 protected:
  void SetUp() override {
    WithProgram::SetUp();
    folder_ /= "here";
    std::filesystem::create_directories(folder_ / "cache" / "iris");
    std::ofstream(folder_ / "cache" / "iris" / "iris.csv")
        << "5.1,3.5,1.4,0.2,Iris-setosa\n7,3.2,4.7,1.4,Iris-versicolor\n";
    std::ofstream(folder_ / "own.csv") << "size,colour,ripe\n1.5,red,yes\n2.5,green,no\n,red,yes\n2,red,no\n";
  }

  // Nothing but this folder is looked at, and no server is asked.
  std::pair<int, std::string> run(const std::string& arguments) const {
    const Answer answer =
        shell(fmt::format("CAJAL_DATA={0}/data CAJAL_CACHE={0}/cache http_proxy=http://127.0.0.1:1 "
                          "https_proxy=http://127.0.0.1:1 {1} data {2}",
                          folder_.string(), program_, arguments));
    return {answer.status, answer.out};
  }
};

TEST_F(DataVerb, ListsWhatIsKnown) {
  const auto [status, out] = run("");
  EXPECT_EQ(status, 0);
  for (const char* text :
       {"digits ", "made by Cajal", "mnist ", "not here, 11.6 MB to fetch", "/here/cache/iris", "next: "})
    EXPECT_NE(out.find(text), std::string::npos) << text << "\nis not in\n" << out;
}

TEST_F(DataVerb, ShowsTables) {
  const auto [status, out] = run("iris");
  EXPECT_EQ(status, 0) << out;
  for (const char* text : {"sepal_length  sepal_width", "mean ", "target: 'species' (2 names)"})
    EXPECT_NE(out.find(text), std::string::npos) << text << "\nis not in\n" << out;
  const auto [own_status, own] = run("own.csv");
  EXPECT_EQ(own_status, 0) << own;
  for (const char* text : {"missing values: size (1)", "I took 'ripe' (last column, 2 names) as the target"})
    EXPECT_NE(own.find(text), std::string::npos) << text << "\nis not in\n" << own;
}

TEST_F(DataVerb, SaysWhatIsWrong) {
  EXPECT_EQ(run("iirs"), std::make_pair(1, std::string("error: there is no data set called 'iirs'\n  Try: 'iris'\n")));
  EXPECT_EQ(run("iris pima").first, 2);
  const auto [status, out] = run("fashion_mnist");
  EXPECT_EQ(status, 1);
  EXPECT_NE(out.find("train-images-idx3-ubyte.gz c"), std::string::npos) << out;  // could not, or cannot, be fetched
}

}  // namespace
}  // namespace cajal
