// What a gradient check found, for people.
#include <fmt/format.h>

#include <algorithm>

#include "cajal/nn/gradient_check.h"

namespace cajal {
namespace {

std::string verdict(const GradientCheck& check) {
  if (check.wrong > 0) return fmt::format("WRONG at {} of {}", check.wrong, check.compared);
  if (check.compared == 0) return "not compared";
  return check.corners > 0 ? fmt::format("agrees; {} left out", check.corners) : "agrees";
}

// The element by its indices: "[3, 5]".
std::string place(const GradientCheck& check, int64_t element) {
  std::string out;
  for (int axis = check.shape.rank() - 1; axis >= 0; --axis) {
    const int64_t size = check.shape[axis].value();
    out = fmt::format("{}{}", element % size, out.empty() ? "" : ", " + out);
    element /= size;
  }
  return "[" + out + "]";
}

std::string explanation(const GradientCheck& check) {
  std::string out;
  const GradientPoint &worst = check.worst, &corner = check.corner;
  if (check.wrong > 0)
    out += fmt::format("{}{} = {:.6g}: the derived gradient is {:.9g}, differences give {:.9g}\n", check.name,
                       place(check, worst.element), worst.value, worst.derived, worst.differences);
  if (check.corners > 0)
    out += fmt::format("{}{} = {:.6g}: the slope is {:.6g} to the left and {:.6g} to the right: a corner\n", check.name,
                       place(check, corner.element), corner.value, corner.left, corner.right);
  return out;
}

}  // namespace

std::string text(const std::vector<GradientCheck>& checks) {
  size_t names = 6, shapes = 5;
  for (const GradientCheck& check : checks) {
    names = std::max(names, check.name.size());
    shapes = std::max(shapes, check.shape.text().size());
  }
  std::string out = fmt::format("{:{}}  {:{}}  {:>8}  {:>14}  {}\n", "weight", names, "shape", shapes, "compared",
                                "greatest error", "gradients");
  for (const GradientCheck& check : checks)
    out +=
        fmt::format("{:{}}  {:{}}  {:>8}  {:>14}  {}\n", check.name, names, check.shape.text(), shapes, check.compared,
                    check.compared > 0 ? fmt::format("{:.1e}", check.greatest_error) : "-", verdict(check));
  for (const GradientCheck& check : checks) out += explanation(check);
  return out;
}

}  // namespace cajal
