#include "cajal/plot/figure.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <functional>
#include <limits>

#include "cajal/base/error.h"
#include "cajal/eager/creation.h"

namespace cajal::plot {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// Charts need gnuplot: where there is none, the test says so and is skipped.
class Plots : public testing::Test {
 protected:
  void SetUp() override {
    if (!available()) GTEST_SKIP() << "gnuplot is not installed (apt-get install gnuplot-nox)";
  }
};

size_t count(const std::string& text, const std::string& what) {
  size_t found = 0;
  for (size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + what.size())) ++found;
  return found;
}

// Whether every tag is closed in its order, and no stray markup is left: what a strict reader asks first.
bool well_formed(std::string_view text) {
  std::vector<std::string> open;
  while (true) {
    const size_t begin = text.find('<');
    if (begin == std::string_view::npos) return open.empty();
    const size_t end = text.find('>', begin);
    if (end == std::string_view::npos) return false;
    const std::string_view tag = text.substr(begin + 1, end - begin - 1);
    text.remove_prefix(end + 1);
    if (tag.starts_with("?") || tag.starts_with("!") || tag.ends_with("/")) continue;
    const std::string name(tag.substr(tag.starts_with("/"), tag.find(' ') - tag.starts_with("/")));
    if (!tag.starts_with("/")) open.push_back(name);
    else if (open.empty() || open.back() != name) return false;
    else open.pop_back();
  }
}

std::string bytes_at(const std::string& png, size_t at) { return png.substr(at, 4); }

uint32_t number_at(const std::string& png, size_t at) {
  uint32_t out = 0;
  for (unsigned char c : bytes_at(png, at)) out = out << 8 | c;
  return out;
}

TEST_F(Plots, ALineIsDrawnWithItsWords) {
  Figure figure({.width = 500, .height = 300, .alt = "a <line>"});
  figure.axes().plot({1, 2, 3}, {3, 1, 2}, {.label = "loss"}).set_title("A title").set_xlabel("epoch");
  const std::string svg = figure.svg("one");
  EXPECT_TRUE(well_formed(svg)) << svg;
  for (const char* word :
       {">loss<", ">A title<", ">epoch<", "viewBox=\"0 0 500 300\"", "aria-label=\"a &lt;line&gt;\""})
    EXPECT_NE(svg.find(word), std::string::npos) << word;
  EXPECT_NE(svg.find("var(--plot-0,#0072b2)"), std::string::npos) << "the page decides on colours";
  EXPECT_EQ(svg.find("<title>"), std::string::npos) << "no tool tips with names of commands";
}

TEST_F(Plots, NamesFromAnywhereStayWords) {
  const std::vector<std::string> hostile = {"<script>alert(1)</script>",
                                            "</text></svg>",
                                            "a & b",
                                            "'; unset key #",
                                            "`touch /tmp/x`",
                                            "100 % %d %s",
                                            "back\\slash\\",
                                            "\"quoted\"",
                                            "\xFF\xFE",
                                            "a\nb",
                                            "CAJAL_END",
                                            "@macro $d0_0",
                                            "\xEE\x80\x80"};
  Figure figure({.title = hostile[0]});
  figure.axes().bar(hostile, std::vector<double>(hostile.size(), 1.0)).set_title(hostile[1]).set_xlabel(hostile[3]);
  figure.axes().plot({0, 1}, {0, 1}, {.label = hostile[0]}).text(1, 0.5, hostile[2]).set_ylabel(hostile[4]);
  const std::string svg = figure.svg();
  EXPECT_TRUE(well_formed(svg));
  EXPECT_EQ(svg.find("<script"), std::string::npos);
  for (const char* word : {">&lt;script&gt;alert(1)&lt;/script&gt;<", ">&lt;/text&gt;&lt;/svg&gt;<", ">a &amp; b<",
                           ">&#39;; unset key #<", ">`touch /tmp/x`<", ">100 % %d %s<", ">back\\slash\\<", ">a b<",
                           ">CAJAL_END<", ">@macro $d0_0<", ">\xEF\xBF\xBD<"})
    EXPECT_NE(svg.find(word), std::string::npos) << word;
  EXPECT_EQ(figure.png().substr(1, 3), "PNG");
}

TEST_F(Plots, LittleOrNothingToDrawIsDrawn) {
  const std::vector<std::vector<double>> lists = {{},
                                                  {5},
                                                  {1, 2},
                                                  {nan, nan},
                                                  {1, nan, 3},
                                                  {7, 7, 7},
                                                  {0, 0},
                                                  {INFINITY, 1, -INFINITY},
                                                  {1e300, -1e300},
                                                  {1e-300, 2e-300}};
  for (const auto& list : lists)
    for (const char* scale : {"linear", "log"}) {
      Figure figure({.columns = 3});
      figure.axes(0).plot(list, {.label = "line"}).scatter(list, list, {.label = "points"}).set_yscale(scale);
      figure.axes(1).hist(list, {.label = "hist"}).set_yscale(scale);
      figure.axes(2).bar(list, list, {.label = "bars"}).fill_between(list, list, list).set_yscale(scale);
      const std::string svg = figure.svg();
      EXPECT_TRUE(well_formed(svg));
      for (const char* label : {">line<", ">points<", ">hist<", ">bars<"})
        EXPECT_NE(svg.find(label), std::string::npos) << label << " of " << list.size() << " numbers, " << scale;
    }
  EXPECT_TRUE(well_formed(Figure().svg())) << "nothing at all";
}

TEST_F(Plots, BarsStandUponBars) {
  Figure figure({.columns = 2});
  figure.axes(0).bar({"a", "b"}, {2, 1}).bar({"a", "b"}, {3, 1}, {.bottom = {2, 1}}).set_yticks({5}, {"top"});
  figure.axes(1).barh({"a"}, {2}).barh({"a"}, {3}, {.bottom = {2}}).set_xticks({5}, {"end"});
  const std::string svg = figure.svg();
  EXPECT_TRUE(well_formed(svg));
  for (const char* word : {">top<", ">end<"}) EXPECT_NE(svg.find(word), std::string::npos) << word;
  EXPECT_THROW(figure.axes(0).bar({"a", "b"}, {1, 1}, {.bottom = {1}}), Error);
}

TEST_F(Plots, NaNLeavesAGap) {
  Figure figure;
  figure.axes().plot({0, 1, 2, 3, 4}, {0, 1, nan, 3, 4}).grid(false).set_xticks({}).set_yticks({});
  const std::string svg = figure.svg();
  const size_t line = svg.find("stroke='var(--plot-0,#0072b2)'");
  ASSERT_NE(line, std::string::npos);
  const std::string path = svg.substr(line, svg.find("/>", line) - line);
  EXPECT_EQ(count(path, "M"), 2u) << "two pieces: " << path;
}

TEST_F(Plots, AMillionPointsBecomeAPictureOfAFewKilobytes) {
  std::vector<double> x(1000000), y(1000000);
  for (size_t i = 0; i < x.size(); ++i) x[i] = double(i), y[i] = i == 543210 ? 50 : std::sin(double(i) / 1e5);
  Figure line, points;
  line.axes().plot(x, y).set_yticks({0, 50});
  points.axes().scatter(x, y);
  const std::string svg = line.svg();
  EXPECT_LT(svg.size(), 200000u);
  EXPECT_LT(points.svg().size(), 4000000u);
  // The one point that stands out is still there: the line goes up to its top.
  Figure flat;
  for (size_t i = 0; i < y.size(); ++i) y[i] = std::min(y[i], 1.0);
  flat.axes().plot(x, y).set_yticks({0, 50});
  EXPECT_NE(svg.size(), flat.svg().size());
}

TEST_F(Plots, EveryKindInAllFormats) {
  const Tensor picture = random::uniform({20, 30}), colour = random::uniform({20, 30, 3});
  Figure figure({.width = 900, .height = 700, .rows = 3, .columns = 3, .theme = "dark", .title = "all"});
  figure.axes(0).plot({1, 2, 3}, {1, 10, 100}, {.linestyle = "--", .marker = "s"}).set_yscale("log");
  figure.axes(1).scatter({1, 2, 3}, {1, 2, 3}, {.c = {1, 2, 3}, .edgecolor = "paper"}).axhline(2).axvline(2);
  figure.axes(2).bar({"a", "b"}, {1, -2}).axis_off();
  figure.axes(3).hist(random::normal({500}), {.density = true});
  figure.axes(4).imshow(picture, {.colorbar = true, .colorbar_label = "value"});
  figure.axes(5).imshow(colour);
  figure.axes(6).contourf(picture, {.colorbar = true}).contour(picture, {.levels = {0.3, 0.6}});
  figure.axes(7).heatmap(random::uniform({3, 4}), {.rows = {"x", "y", "z"}});
  figure.axes(8).barh({"long name", "b"}, {1000, 2}).set_xscale("log").legend({.loc = "outside"});
  EXPECT_TRUE(well_formed(figure.svg()));
  const std::string png = figure.png();
  EXPECT_EQ(number_at(png, 16), 1800u);
  EXPECT_EQ(number_at(png, 20), 1400u);
  const Path folder = std::filesystem::temp_directory_path() / "cajal_plot_test";
  for (const char* ending : {"svg", "png", "pdf"}) {
    const Path file = folder / (std::string("all.") + ending);
    figure.save(file);
    const std::string bytes = read_text(file);
    const std::string start = ending == std::string("svg")   ? "<?xml"
                              : ending == std::string("png") ? "\x89PNG"
                                                             : "%PDF";
    EXPECT_TRUE(bytes.starts_with(start)) << ending;
  }
  const std::string svg = read_text(folder / "all.svg");
  EXPECT_TRUE(well_formed(svg));
  EXPECT_EQ(svg.find("var("), std::string::npos) << "a file in fixed colours can be read by everybody";
  EXPECT_NE(svg.find("#161920"), std::string::npos) << "dark paper";
  std::filesystem::remove_all(folder);
}

struct Place {
  double x, y;  // points, from the upper left corner
};

// Where the text begins, each time that it is written.
std::vector<Place> places_of(const std::string& svg, const std::string& text) {
  std::vector<Place> out;
  const std::string written = "<text>" + text;
  for (size_t at = svg.find(written); at != std::string::npos; at = svg.find(written, at + 1)) {
    const size_t begin = svg.rfind("translate(", at) + 10;
    out.push_back({std::stod(svg.substr(begin)), std::stod(svg.substr(svg.find(',', begin) + 1))});
  }
  return out;
}

TEST_F(Plots, ALegendOutsideLeavesTheAxesAlone) {
  const std::string long_label = "a learning rate that decays along a cosine, after some epochs in which it grows";
  for (const std::string& label : {std::string("loss"), std::string("a learning rate that decays"), long_label}) {
    Figure figure({.width = 700, .height = 400});
    figure.axes().plot({0, 1}, {0, 1}, {.label = label}).set_xticks({0, 1}).legend({.loc = "outside"});
    const std::string svg = figure.svg();
    const std::vector<Place> legend = places_of(svg, label.substr(0, 4)), ticks = places_of(svg, "1<");
    ASSERT_EQ(legend.size(), 1u) << label;
    ASSERT_FALSE(ticks.empty());
    EXPECT_GT(legend[0].x, ticks[0].x + 30) << label;  // the sample stands between
    EXPECT_LT(ticks[0].x, 660) << label;
    EXPECT_EQ(svg.find(long_label), std::string::npos) << "it would not fit in";
  }
}

TEST_F(Plots, LegendsAboveStandBetweenTheirAxesAndTheTitle) {
  Figure figure({.width = 500, .height = 700, .rows = 2, .columns = 1});
  for (int i = 0; i < 2; ++i)
    for (const char* label : {"first of the lines", "second of the lines", "third of the lines"})
      figure.axes(i).plot({0, 1}, {0, 1}, {.label = label}).set_title("Title").legend({.loc = "above"});
  const std::string svg = figure.svg();
  const std::vector<Place> titles = places_of(svg, "Title"), first = places_of(svg, "first"),
                           second = places_of(svg, "second"), third = places_of(svg, "third");
  ASSERT_EQ(titles.size(), 2u);
  ASSERT_EQ(first.size(), 2u);
  for (size_t i = 0; i < 2; ++i) {
    EXPECT_LT(titles[i].y, first[i].y - 10);
    EXPECT_EQ(first[i].x, second[i].x);
    EXPECT_GT(second[i].y, first[i].y + 10);
    EXPECT_EQ(third[i].y, first[i].y) << "as many columns as there is room for";
    EXPECT_GT(third[i].x, first[i].x + 100);
    EXPECT_GT(titles[i].y, i == 0 ? 0 : 350);
    EXPECT_LT(second[i].y, i == 0 ? 100 : 450);
  }
}

TEST_F(Plots, SinglePixelsRowsAndColumnsAreDrawn) {
  for (const Shape& shape : {Shape{1, 1}, Shape{1, 5}, Shape{5, 1}, Shape{2, 2}}) {
    Figure figure;
    figure.axes().imshow(random::uniform(shape), {.colorbar = true});
    EXPECT_TRUE(well_formed(figure.svg())) << shape.text();
  }
}

TEST_F(Plots, IdsOfTwoPicturesOnAPageDiffer) {
  Figure figure;
  figure.axes().scatter({1, 2}, {1, 2});
  const std::string first = figure.svg(), second = figure.svg(), named = figure.svg("mine");
  EXPECT_NE(first, second);
  EXPECT_EQ(named, figure.svg("mine")) << "the same picture, to the letter";
  EXPECT_NE(named.find("id='mine-gpPt"), std::string::npos);
  EXPECT_EQ(count(named, "id='gpPt"), 0u);
}

TEST_F(Plots, ImageGridHasEveryCaption) {
  Figure grid = image_grid(random::uniform({5, 8, 8}), {.captions = {"one", "two", "three", "four", "five\nlines"}});
  const std::string svg = grid.svg();
  for (const char* word : {">one<", ">two<", ">three<", ">four<", ">five<", ">lines<"})
    EXPECT_NE(svg.find(word), std::string::npos) << word;
  EXPECT_EQ(count(svg, "<image"), 5u);
}

TEST_F(Plots, WhereThereIsNoGnuplotTheErrorSaysWhatToInstall) {
  const std::string path = std::getenv("PATH");
  ::setenv("PATH", "/nonexistent", 1);
  const bool here = available();
  std::string said;
  Code code{};
  try {
    Figure().svg();
  } catch (const Error& error) {
    said = error.what();
    code = error.code();
  }
  ::setenv("PATH", path.c_str(), 1);
  EXPECT_FALSE(here);
  EXPECT_EQ(code, Code::unsupported);
  EXPECT_NE(said.find("apt-get install gnuplot-nox"), std::string::npos) << said;
}

std::string refusal(const std::function<void()>& f) {
  try {
    f();
  } catch (const Error& error) {
    return error.what();
  }
  return "nothing was refused";
}

TEST(PlotErrors, NameWhatWasWrong) {
  Figure figure;
  Axes& axes = figure.axes();
  EXPECT_EQ(refusal([&] {
              axes.plot({1, 2}, {1, 2, 3});
            }),
            "plot was given 2 x and 3 y\n  Try: as many of the one as of the other");
  EXPECT_NE(refusal([&] { axes.plot({1}, {1}, {.color = "blu"}); }).find("'blu' is no colour"), std::string::npos);
  EXPECT_NE(refusal([&] { axes.plot({1}, {1}, {.linestyle = "dashed"}); }).find("line style 'dashed'"),
            std::string::npos);
  EXPECT_NE(refusal([&] { axes.scatter({1}, {1}, {.marker = "*"}); }).find("marker '*'"), std::string::npos);
  EXPECT_NE(refusal([&] { axes.imshow(zeros({2, 2}), {.cmap = "jet"}); }).find("colour map 'jet'"), std::string::npos);
  EXPECT_NE(refusal([&] { axes.imshow(zeros({2, 2, 2})); }).find("[2, 2, 2]"), std::string::npos);
  EXPECT_NE(refusal([&] { axes.set_xscale("lin"); }).find("scale 'lin'"), std::string::npos);
  EXPECT_NE(refusal([&] { axes.set_xlim(1, 1); }).find("limits 1 and 1"), std::string::npos);
  EXPECT_NE(refusal([&] { axes.legend({.loc = "top"}); }).find("place 'top'"), std::string::npos);
  EXPECT_NE(refusal([&] { axes.contour({1, 1}, {1, 2}, zeros({2, 2})); }).find("ascending"), std::string::npos);
  EXPECT_NE(refusal([&] { figure.axes(1); }).find("no axes 1 in a figure of 1"), std::string::npos);
  EXPECT_NE(refusal([&] { figure.save("a.gif"); }).find("'a.gif'"), std::string::npos);
  EXPECT_NE(refusal([&] { Figure({.theme = "drak"}); }).find("theme 'drak'"), std::string::npos);
  EXPECT_NE(refusal([&] { Figure({.width = 1}); }).find("1 x 400"), std::string::npos);
  EXPECT_NE(refusal([&] {
              image_grid(zeros({2, 3, 3}), {.captions = {"one"}});
            }).find("2 pictures and 1 captions"),
            std::string::npos);
}

}  // namespace
}  // namespace cajal::plot
