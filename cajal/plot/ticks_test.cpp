#include "cajal/plot/internal/ticks.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "cajal/plot/internal/shield.h"
#include "cajal/plot/internal/theme.h"
#include "cajal/plot/internal/thinning.h"

namespace cajal::plot::internal {
namespace {

using Numbers = std::vector<double>;
using Words = std::vector<std::string>;

TEST(Ticks, RoundNumbers) {
  EXPECT_EQ(round_numbers(0, 10, 5), (Numbers{0, 2, 4, 6, 8, 10}));
  EXPECT_EQ(round_numbers(0.9, 4.1, 8, true), (Numbers{1, 2, 3, 4})) << "epochs are whole";
  EXPECT_EQ(number_words(round_numbers(-1, 1, 5)), (Words{"-1.0", "-0.5", "0", "0.5", "1.0"}));
  EXPECT_TRUE(round_numbers(1, 1, 5).empty());
  for (double low : {-1e9, -3.7, 0.0, 1e-9, 12345.6})
    for (double size : {1e-6, 0.3, 7.0, 1e5}) {
      const size_t count = round_numbers(low, low + size, 6).size();
      EXPECT_GE(count, 2u) << low << " " << size;
      EXPECT_LE(count, 8u) << low << " " << size;
    }
}

TEST(Ticks, WordsShareTheirUnit) {
  EXPECT_EQ(number_words({0, 20000, 40000}), (Words{"0", "20k", "40k"}));
  EXPECT_EQ(number_words({0, 500000, 1000000}), (Words{"0", "0.5M", "1.0M"}));
  EXPECT_EQ(number_words({0, 0.25, 0.5}), (Words{"0", "0.25", "0.50"}));
  EXPECT_EQ(number_words({1e-7, 2e-7}), (Words{"1e-07", "2e-07"}));
}

TEST(Ticks, PowersOnALogarithmicAxis) {
  EXPECT_EQ(round_powers(0.5, 2000, 6), (Numbers{1, 10, 100, 1000}));
  EXPECT_EQ(round_powers(1, 30, 6), (Numbers{1, 2, 5, 10, 20}));
  EXPECT_LE(round_powers(1e-20, 1e20, 6).size(), 8u);
}

TEST(Ticks, BarsStandOnTheAxisAndPicturesFillIt) {
  AxesState axes;
  axes.series.push_back(Series{Series::Kind::rectangles});
  axes.series[0].x = {0, 1}, axes.series[0].x2 = {0.8, 1.8}, axes.series[0].y = {0, 0}, axes.series[0].y2 = {3, 5};
  EXPECT_EQ(view_of(axes, true, 300).low, 0);
  EXPECT_GT(view_of(axes, true, 300).high, 5);
  axes.series[0] = Series{Series::Kind::raster};
  axes.series[0].raster.extent = {-0.5, 3.5, 1.5, -0.5};
  EXPECT_EQ(view_of(axes, false, 300).low, -0.5);
  EXPECT_EQ(view_of(axes, true, 300).high, 1.5);
}

TEST(Thinning, KeepsWhatStandsOut) {
  Numbers x(100000), y(100000, 0.0);
  for (size_t i = 0; i < x.size(); ++i) x[i] = double(i);
  y[31415] = 9, y[27182] = -9, y[50000] = NAN;
  View across;
  across.high = 1e5;
  const std::vector<size_t> kept = thinned_line(x, y, across, 300);
  EXPECT_LT(kept.size(), 1600u);
  for (size_t place : {size_t(0), size_t(27182), size_t(31415), size_t(50000), size_t(99999)})
    EXPECT_NE(std::find(kept.begin(), kept.end(), place), kept.end()) << place;
  EXPECT_TRUE(std::is_sorted(kept.begin(), kept.end()));
}

TEST(Thinning, OnePointForEachCell) {
  Numbers x(50000, 0.5), y(50000, 0.5);
  x[777] = 0.9;
  const View unit;
  const std::vector<size_t> kept = thinned_points(x, y, unit, unit, 100, 100);
  EXPECT_EQ(kept, (std::vector<size_t>{0, 777}));
}

TEST(Shield, TextComesBackAsXml) {
  EXPECT_EQ(unshielded(shielded("<a href='x'>&\"")), "&lt;a href=&#39;x&#39;&gt;&amp;&quot;");
  EXPECT_EQ(shielded("<>&\"'").find_first_of("<>&\"'"), std::string::npos);
  EXPECT_EQ(unshielded(shielded("\xEE\x80\x80script")), "\xEF\xBF\xBDscript") << "our own signs cannot be smuggled in";
}

TEST(Theme, ColoursByRoleNameAndNumber) {
  EXPECT_EQ(hex(find_colour("C0", light_theme())), "#0072b2");
  EXPECT_EQ(find_colour("C7", light_theme()), find_colour("C0", light_theme()));
  EXPECT_EQ(hex(find_colour("#A0b1C2", dark_theme())), "#a0b1c2");
  EXPECT_EQ(css_colour(marker_theme().ink), "var(--plot-ink,#1d2433)");
  EXPECT_EQ(css_colour({1, 2, 3}), "#010203");
  EXPECT_THROW(check_colour("#12345"), std::exception);
  EXPECT_THROW(check_colour("0"), std::exception);
}

// Contrast as WCAG 2 defines it.
double contrast(Rgb a, Rgb b) {
  const auto light = [](Rgb colour) {
    const auto part = [](uint8_t byte) {
      const double share = byte / 255.0;
      return share <= 0.04045 ? share / 12.92 : std::pow((share + 0.055) / 1.055, 2.4);
    };
    return 0.2126 * part(colour.red) + 0.7152 * part(colour.green) + 0.0722 * part(colour.blue);
  };
  const double first = light(a) + 0.05, second = light(b) + 0.05;
  return std::max(first, second) / std::min(first, second);
}

TEST(Theme, WordsAndLinesCanBeSeen) {
  for (const Theme* theme : {&light_theme(), &dark_theme()}) {
    EXPECT_GE(contrast(theme->ink, theme->paper), 12);
    EXPECT_GE(contrast(theme->muted, theme->paper), 4.5);
    for (const Rgb& colour : theme->series) EXPECT_GE(contrast(colour, theme->paper), 2) << hex(colour);
  }
}

}  // namespace
}  // namespace cajal::plot::internal
