#include "cajal/plot/internal/thinning.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace cajal::plot::internal {
namespace {

constexpr size_t few = 4000;
constexpr size_t most_points = 20000;

std::vector<size_t> all_of(size_t count) {
  std::vector<size_t> out(count);
  for (size_t i = 0; i < count; ++i) out[i] = i;
  return out;
}

std::vector<size_t> every(const std::vector<size_t>& from, size_t most) {
  if (from.size() <= most) return from;
  std::vector<size_t> out;
  for (size_t i = 0; i < most; ++i) out.push_back(from[i * from.size() / most]);
  return out;
}

// The outstanding points of [begin, end), in their order; a gap stays a gap.
void add_strip(const std::vector<double>& y, size_t begin, size_t end, std::vector<size_t>& out) {
  size_t low = begin, high = begin, gap = end;
  for (size_t i = begin; i < end; ++i) {
    if (!std::isfinite(y[i])) gap = i;
    if (y[i] < y[low] || !std::isfinite(y[low])) low = i;
    if (y[i] > y[high] || !std::isfinite(y[high])) high = i;
  }
  std::vector<size_t> kept = {begin, low, high, end - 1};
  if (gap != end) kept.push_back(gap);
  std::sort(kept.begin(), kept.end());
  kept.erase(std::unique(kept.begin(), kept.end()), kept.end());
  out.insert(out.end(), kept.begin(), kept.end());
}

}  // namespace

std::vector<size_t> thinned_line(const std::vector<double>& x, const std::vector<double>& y, const View& across,
                                 size_t columns) {
  if (x.size() <= few) return all_of(x.size());
  if (!std::is_sorted(x.begin(), x.end())) return every(all_of(x.size()), most_points);
  std::vector<size_t> out;
  size_t begin = 0;
  while (begin < x.size()) {
    const double strip = std::floor(across.share(x[begin]) * double(columns));
    size_t end = begin + 1;
    while (end < x.size() && std::floor(across.share(x[end]) * double(columns)) == strip) ++end;
    add_strip(y, begin, end, out);
    begin = end;
  }
  return every(out, most_points);
}

std::vector<size_t> thinned_points(const std::vector<double>& x, const std::vector<double>& y, const View& across,
                                   const View& up, size_t columns, size_t rows) {
  if (x.size() <= few) return all_of(x.size());
  std::vector<bool> taken(columns * rows, false);
  std::vector<size_t> out;
  for (size_t i = 0; i < x.size(); ++i) {
    const double right = across.share(x[i]), above = up.share(y[i]);
    if (!(right >= 0 && right <= 1 && above >= 0 && above <= 1)) continue;
    const size_t column = std::min(size_t(right * double(columns)), columns - 1);
    const size_t row = std::min(size_t(above * double(rows)), rows - 1);
    if (taken[row * columns + column]) continue;
    taken[row * columns + column] = true;
    out.push_back(i);
  }
  // Spread over the whole: a fixed stride through the order of arrival would favour whatever came first.
  std::sort(out.begin(), out.end(),
            [](size_t a, size_t b) { return uint64_t(a) * 0x9E3779B97F4A7C15u < uint64_t(b) * 0x9E3779B97F4A7C15u; });
  if (out.size() > most_points) out.resize(most_points);
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace cajal::plot::internal
