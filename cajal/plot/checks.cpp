#include "cajal/plot/internal/checks.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "cajal/base/error.h"
#include "cajal/base/text.h"
#include "cajal/plot/internal/theme.h"

namespace cajal::plot::internal {
namespace {

void check_choice(std::string_view what, std::string_view word, const std::vector<std::string>& known) {
  if (std::find(known.begin(), known.end(), word) == known.end())
    fail(fmt::format("there is no {} '{}'", what, word), choices(word, known));
}

}  // namespace

void check_lengths(std::string_view what, std::string_view first, size_t first_count, std::string_view second,
                   size_t second_count) {
  if (first_count != second_count)
    fail(fmt::format("{} was given {} {} and {} {}", what, first_count, first, second_count, second),
         "as many of the one as of the other");
}

void check_style(std::string_view linestyle) { check_choice("line style", linestyle, {"-", "--", ":", "-."}); }

void check_marker(std::string_view marker) { check_choice("marker", marker, {"o", "s", "^", "D", "x", "+", "."}); }

void check_alpha(double alpha) {
  if (!(alpha >= 0 && alpha <= 1)) fail(fmt::format("alpha is {} and must lie between 0 and 1", alpha));
}

std::vector<double> counted(size_t count) {
  std::vector<double> out(count);
  for (size_t i = 0; i < count; ++i) out[i] = double(i);
  return out;
}

std::array<double, 2> finite_range(const std::vector<double>& numbers) {
  double low = HUGE_VAL, high = -HUGE_VAL;
  for (double number : numbers)
    if (std::isfinite(number)) low = std::min(low, number), high = std::max(high, number);
  return low > high ? std::array{0.0, 1.0} : std::array{low, high};
}

std::string colour_or_next(AxesState& axes, const std::string& colour) {
  check_colour(colour);
  return colour.empty() ? "C" + std::to_string(axes.next_colour++) : colour;
}

}  // namespace cajal::plot::internal
