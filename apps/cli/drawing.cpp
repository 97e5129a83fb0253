#include "apps/cli/drawing.h"

#include <algorithm>

namespace cajal::cli {

std::vector<std::string> drawn(const Tensor& image, int64_t across) {
  static constexpr const char* shades[] = {" ", "\u2591", "\u2592", "\u2593", "\u2588"};
  std::vector<std::string> lines;
  for (int64_t row = 0; row + 1 < image.dim(0); row += 2) {
    std::string& line = lines.emplace_back();
    for (int64_t column = 0; column < image.dim(1); column += across) {
      const Tensor part =
          image.slice(0, {row, row + 2}).slice(1, {column, std::min(column + across, image.dim(1))}).contiguous();
      double ink = 0;
      for (double value : part.values<double>()) ink += value / (256 * double(part.size()));
      line += shades[std::clamp(int(ink * 5), 0, 4)];
    }
  }
  return lines;
}

}  // namespace cajal::cli
