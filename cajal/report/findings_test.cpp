#include "cajal/report/findings.h"

#include <gtest/gtest.h>

#include <cmath>

#include "cajal/base/error.h"

namespace cajal::report {
namespace {

using Numbers = std::vector<double>;

History history_of(std::vector<std::pair<std::string, Numbers>> metrics) {
  History out;
  out.history = std::move(metrics);
  for (size_t i = 0; i < out.history[0].second.size(); ++i) out.epoch.push_back(int(i));
  return out;
}

// The titles, with "; " between them.
std::string titles(const std::vector<Finding>& findings) {
  std::string out;
  for (const Finding& finding : findings) out += (out.empty() ? "" : "; ") + finding.title;
  return out;
}

TEST(Findings, LearningByHeart) {
  const History history = history_of({{"loss", {1, 0.5, 0.3, 0.2, 0.1}}, {"val_loss", {1, 0.6, 0.7, 0.8, 0.9}}});
  const auto found = findings(history);
  EXPECT_EQ(titles(found), "It learned its data by heart");
  EXPECT_NE(found[0].text.find("From epoch 2 on"), std::string::npos) << found[0].text;
  EXPECT_EQ(found[0].kind, Finding::Kind::warning);
}

TEST(Findings, OneBadEpochAtTheEndIsNoPattern) {
  EXPECT_EQ(titles(findings(history_of({{"loss", {1, 0.5, 0.3, 0.29}}, {"val_loss", {1, 0.6, 0.5, 0.6}}}))),
            "Nothing unusual");
}

TEST(Findings, StillImproving) {
  EXPECT_EQ(titles(findings(history_of({{"loss", {1, 0.8, 0.6, 0.4}}, {"val_loss", {1, 0.8, 0.6, 0.45}}}))),
            "It was still improving");
  EXPECT_EQ(titles(findings(history_of({{"loss", {1, 0.5, 0.41, 0.405, 0.404}}}))), "");
}

TEST(Findings, NaNComesFirstAndSilencesTheRest) {
  const auto found = findings(history_of({{"loss", {1, NAN, NAN}}, {"val_loss", {1, INFINITY, NAN}}}));
  EXPECT_EQ(titles(found), "The numbers broke");
  EXPECT_NE(found[0].text.find("loss became NaN in epoch 2"), std::string::npos) << found[0].text;
}

TEST(Findings, NothingLearned) {
  EXPECT_EQ(titles(findings(history_of({{"loss", {2.3, 2.31, 2.3}}}))), "It did not learn");
}

TEST(Findings, MuchBetterOnItsOwnData) {
  const History history = history_of({{"loss", {1, 0.5, 0.49}},
                                      {"accuracy", {0.5, 0.9, 0.99}},
                                      {"val_loss", {1, 0.8, 0.8}},
                                      {"val_accuracy", {0.5, 0.7, 0.7}}});
  EXPECT_EQ(titles(findings(history)), "It knows its own data much better");
}

TEST(Findings, NoBetterThanTheLargestClass) {
  const auto found = findings({}, Tensor::of<int32_t>({90, 0, 10, 0}, {2, 2}), {"no", "yes"});
  EXPECT_EQ(titles(found), "No better than a guess; A class that is never answered");
  EXPECT_NE(found[0].text.find("always answering 'no' would give 90.0 %"), std::string::npos) << found[0].text;
  EXPECT_NE(found[1].text.find("'yes'"), std::string::npos);
  EXPECT_EQ(titles(findings({}, Tensor::of<int32_t>({95, 25, 77, 53}, {2, 2}))), "Little better than a guess");
  EXPECT_EQ(titles(findings({}, Tensor::of<int32_t>({50, 2, 3, 45}, {2, 2}))), "");
}

TEST(Findings, NothingIsSaidOfNothing) {
  EXPECT_TRUE(findings({}).empty());
  EXPECT_TRUE(findings(history_of({{"loss", {}}})).empty());
  EXPECT_TRUE(findings({}, Tensor(Shape{3, 3}, DType::int32)).empty());
  EXPECT_THROW(findings({}, Tensor({2, 3})), Error);
}

}  // namespace
}  // namespace cajal::report
