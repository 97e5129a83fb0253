#include "cajal/nn/internal/weight_budget.h"

#include "cajal/base/error.h"
#include "cajal/base/text.h"

namespace cajal {
namespace {
thread_local WeightBudget* innermost = nullptr;
constexpr int64_t few = 1 << 20;  // 4 MB of float32: no harm
}  // namespace

WeightBudget::WeightBudget(int64_t held) : held_(held), left_(2 * held + few), outer_(innermost) { innermost = this; }
WeightBudget::~WeightBudget() { innermost = outer_; }

void WeightBudget::take(const std::string& weight, const Shape& shape) {
  if (!innermost) return;
  int64_t count = 1;
  bool too_many = false;
  for (const Dim& dim : shape)
    if (!dim.is_symbolic()) too_many |= __builtin_mul_overflow(count, dim.value(), &count);
  if (too_many || count > innermost->left_)
    throw Error(Code::bad_data,
                "the weight '" + weight + "' would have the shape " + shape.text() + ", and the file holds " +
                    human_count(innermost->held_) + " numbers in all",
                {}, "get the file again: its configuration does not belong to its weights");
  innermost->left_ -= count;
}

}  // namespace cajal
