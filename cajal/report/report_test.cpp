#include "cajal/report/report.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <numeric>

#include "cajal/base/error.h"
#include "cajal/data/datasets.h"
#include "cajal/eager/creation.h"
#include "cajal/nn/layers.h"
#include "cajal/nn/losses.h"
#include "cajal/nn/optimizers.h"
#include "cajal/report/internal/html.h"

namespace cajal::report {
namespace {

constexpr const char* hostile = "<script>alert(1)</script>\" onload='x' & \xFF ]]> --> </style></svg>";

bool contains(const std::string& text, const std::string& what) { return text.find(what) != std::string::npos; }

size_t count(const std::string& text, const std::string& what) {
  size_t found = 0;
  for (size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + what.size())) ++found;
  return found;
}

// The page is written as XML is: every tag closed, in order. The text of the style sheet holds '>' and is left out.
void expect_well_formed(const std::string& page) {
  std::vector<std::string> open;
  const size_t style = page.find("<style>"), after = page.find("</style>");
  ASSERT_NE(after, std::string::npos);
  std::string text = page.substr(0, style + 7) + page.substr(after);
  for (size_t at = text.find('<'); at != std::string::npos; at = text.find('<', at + 1)) {
    const std::string tag = text.substr(at + 1, text.find('>', at) - at - 1);
    if (tag.starts_with("!") || tag.ends_with("/")) continue;
    const bool closes = tag.starts_with("/");
    const std::string name = tag.substr(closes, tag.find_first_of(" \n") - closes);
    if (!closes) {
      open.push_back(name);
      continue;
    }
    ASSERT_FALSE(open.empty()) << tag;
    ASSERT_EQ(open.back(), name) << text.substr(at > 200 ? at - 200 : 0, 260);
    open.pop_back();
  }
  EXPECT_TRUE(open.empty());
}

// Nothing that a page would fetch, run, or name twice.
void expect_self_contained(const std::string& page) {
  EXPECT_FALSE(contains(page, "<script"));
  EXPECT_FALSE(contains(page, "<link"));
  EXPECT_FALSE(contains(page, "@import"));
  EXPECT_FALSE(contains(page, "url("));
  EXPECT_EQ(count(page, "http"), count(page, "\"http://www.w3.org/")) << "only names of XML languages";
  EXPECT_EQ(count(page, " src="), count(page, " src=\"data:image/png;base64,"));
  std::vector<std::string> ids;
  for (const char* quote : {"\"", "'"})
    for (size_t at = page.find(std::string(" id=") + quote); at != std::string::npos;
         at = page.find(std::string(" id=") + quote, at + 5))
      ids.push_back(page.substr(at + 5, page.find(*quote, at + 5) - at - 5));
  std::sort(ids.begin(), ids.end());
  EXPECT_EQ(std::adjacent_find(ids.begin(), ids.end()), ids.end());
}

RunReport hostile_report() {
  RunReport report;
  report.title = report.result = report.date = report.data = report.command = hostile;
  report.versions = report.machine = report.mistakes_note = report.preview_note = hostile;
  report.classes = {hostile, "b", hostile};
  report.class_counts = {3, 2, 1};
  report.training_samples = 6;
  report.preview = {{random::uniform({4, 4}), hostile}};
  report.mistakes = {{random::uniform({4, 4, 3}), hostile}, {random::uniform({4, 4, 3}), "b, c"}};
  report.columns = report.worst_rows = Table{{hostile, "n"}, {{hostile, "1"}, {"x", hostile}}};
  report.history.epoch = {0, 1, 2};
  report.history.history = {{"loss", {3, NAN, 1}}, {"val_loss", {3, 2, 1}}, {hostile, {1, 2, 3}}};
  report.warnings = {hostile};
  report.confusion = Tensor::of<int32_t>({5, 1, 0, 2, 7, 0, 1, 1, 9}, {3, 3});
  report.regression = Regression{hostile, random::normal({50}), random::normal({50})};
  report.decision =
      Decision{{0, 1, 2}, {0, 1}, random::uniform({2, 3}), random::uniform({2, 2}), zeros({2}), {hostile, "b"},
               hostile,   hostile};
  report.configuration.set(hostile, hostile);
  report.files = {hostile};
  report.seconds = 3;
  return report;
}

TEST(Report, HostileTextStaysText) {
  Sequential model({Dense(3, "relu"), Dense(2)});
  const_cast<AnyLayer&>(model.stack()[0])->set_name(hostile);
  model.build_for({Shape{Dim::symbol("batch"), 4}});
  RunReport report = hostile_report();
  report.model = &model;
  const std::string page = report_html(report);
  expect_well_formed(page);
  expect_self_contained(page);
  EXPECT_FALSE(contains(page, "onload='"));
  EXPECT_EQ(count(page, "</style>"), 1u);
  EXPECT_GT(count(page, "&lt;script&gt;alert(1)&lt;/script&gt;"), 20u) << "and can be read everywhere";
  EXPECT_FALSE(contains(page, "\xFF"));
}

TEST(Report, WhatIsEmptyIsLeftOut) {
  const std::string nothing = report_html({});
  expect_well_formed(nothing);
  EXPECT_FALSE(contains(nothing, "<section"));
  EXPECT_FALSE(contains(nothing, "<figure"));
  RunReport report;
  report.command = "cajal train digits";
  const std::string page = report_html(report);
  EXPECT_TRUE(contains(page, "id=\"again\""));
  EXPECT_FALSE(contains(page, "id=\"data\""));
  EXPECT_FALSE(contains(page, "id=\"errors\""));
  EXPECT_EQ(count(page, "<li><a href="), 1u);
}

TEST(Report, AWholeRunOfDigits) {
  set_random_seed(1);
  auto [train, test] = datasets::digits(600, 200);
  Sequential model({Rescaling(1. / 255), Flatten(), Dense(32, "relu"), Dense(10)});
  model.compile({.optimizer = Adam({.learning_rate = 3e-3}),
                 .loss = SparseCategoricalCrossentropy({.from_logits = true}),
                 .metrics = {"accuracy"}});
  RunReport report;
  report.history = model.fit(train, {.epochs = 3, .verbose = 0, .validation_data = test});
  report.title = "digits-1";
  report.model = &model;
  report.seconds = 1.5;
  report.confusion = Tensor(Shape{10, 10}, DType::int32);
  const Tensor scores = model.predict(test);
  const Batch held_out = *test.batch(200).begin();
  for (int64_t i = 0; i < 200; ++i) {
    int64_t best = 0;
    for (int64_t k = 1; k < 10; ++k)
      if (scores.at({i, k}) > scores.at({i, best})) best = k;
    const int64_t truth = int64_t(held_out.y[0].flat(i));
    report.confusion.set({truth, best}, report.confusion.at({truth, best}) + 1);
    if (best != truth && report.mistakes.size() < 5)
      report.mistakes.push_back(
          {held_out.x[0][i], "taken for " + std::to_string(best) + ", is " + std::to_string(truth)});
  }
  const std::string page = report_html(report);
  expect_well_formed(page);
  expect_self_contained(page);
  for (const char* word : {"25,450", "Dense 32 relu", "3 epochs in 1.5 s", "val_accuracy", "prefers-color-scheme:dark",
                           "@media print", "width=device-width", "truth \\ answer", "right on held-out data"})
    EXPECT_TRUE(contains(page, word)) << word;
  EXPECT_EQ(count(page, "<img"), report.mistakes.size());
  EXPECT_EQ(count(page, "alt=\"mistake: "), report.mistakes.size());
  if (plot::available()) {
    EXPECT_EQ(count(page, "class=\"plot\""), 4u) << "loss, accuracy, confusion, accuracy of each class";
  }
  EXPECT_EQ(page, report_html(report)) << "the same run, the same page";
}

TEST(Report, WithoutGnuplotTheNumbersStandOpen) {
  const std::string path = std::getenv("PATH");
  ::setenv("PATH", "/nonexistent", 1);
  const std::string page = report_html(hostile_report());
  const Path folder = std::filesystem::temp_directory_path() / "cajal_report_bare";
  const auto names = write_report(folder, hostile_report());
  ::setenv("PATH", path.c_str(), 1);
  expect_well_formed(page);
  EXPECT_FALSE(contains(page, "class=\"plot\""));
  EXPECT_TRUE(contains(page, "apt-get install gnuplot-nox"));
  EXPECT_GE(count(page, "<details open"), 3u);
  EXPECT_EQ(names, (std::vector<std::string>{"report.html"}));
  std::filesystem::remove_all(folder);
}

TEST(Report, FilesOfARun) {
  if (!plot::available()) GTEST_SKIP() << "gnuplot is not installed (apt-get install gnuplot-nox)";
  const Path folder = std::filesystem::temp_directory_path() / "cajal_report_files";
  std::filesystem::remove_all(folder);
  const auto names = write_report(folder, hostile_report());
  EXPECT_EQ(names, (std::vector<std::string>{"report.html", "curves.svg", "curves.png", "confusion.svg",
                                             "confusion.png", "decision.svg", "decision.png", "regression.svg",
                                             "regression.png", "mistakes.png"}));
  for (const std::string& name : names) {
    EXPECT_GT(std::filesystem::file_size(folder / name), 500u) << name;
    EXPECT_TRUE(name == "report.html" || contains(read_text(folder / "report.html"), name)) << name;
  }
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder), {}), std::ptrdiff_t(names.size()))
      << "nothing else is left";
  std::filesystem::remove_all(folder);
}

TEST(Report, CsvHasAllDigits) {
  History history;
  history.epoch = {0, 1};
  history.history = {{"loss", {0.1, 1.0 / 3}}, {"val_loss", {NAN}}};
  EXPECT_EQ(history_csv(history), "epoch,loss,val_loss\n1,0.1,nan\n2,0.3333333333333333,\n");
}

TEST(Report, Base64) {
  EXPECT_EQ(internal::base64(""), "");
  EXPECT_EQ(internal::base64("a"), "YQ==");
  EXPECT_EQ(internal::base64("ab"), "YWI=");
  EXPECT_EQ(internal::base64("abc\xFF"), "YWJj/w==");
}

TEST(Report, ShapesThatDoNotFitAreRefused) {
  RunReport report;
  report.confusion = Tensor({2, 3});
  EXPECT_THROW(report_html(report), Error);
  EXPECT_THROW(decision_figure({{0, 1}, {0, 1}, Tensor({3, 2})}), Error);
  EXPECT_THROW(regression_figure(Tensor({2}), Tensor({3})), Error);
  EXPECT_THROW(confusion_figure(Tensor({2, 3}), {}), Error);
  EXPECT_THROW(curves_figure({}), Error);
}

}  // namespace
}  // namespace cajal::report
