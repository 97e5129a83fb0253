// One value round a tensor.
#include <cstring>

#include "cajal/backends/cpu/internal/parts.h"
#include "cajal/ops/shape_attributes.h"
#include "cajal/program/kernel.h"

namespace cajal::cpu {
namespace {

// Rows of the result: the last axis that is padded, together with the whole axes behind it.
struct PadPlan {
  std::vector<int64_t> in, out, low;  // of the axes before the last padded one
  int64_t rows = 1;
  int64_t before = 0, middle = 0, after = 0;  // elements of a row
};

std::shared_ptr<const void> prepare(const KernelQuery& query) {
  const auto& pad = query.options<PadAttributes>();
  const auto in = query.inputs[0].shape.ints(), out = query.outputs()[0].shape.ints();
  size_t last = in.size();
  while (last > 0 && pad.low[last - 1] == 0 && pad.high[last - 1] == 0) --last;
  if (last == 0) last = 1;
  auto plan = std::make_shared<PadPlan>();
  int64_t inner = 1;
  for (size_t i = last; i < in.size(); ++i) inner *= in[i];
  plan->before = pad.low[last - 1] * inner;
  plan->middle = in[last - 1] * inner;
  plan->after = pad.high[last - 1] * inner;
  for (size_t i = 0; i + 1 < last; ++i) {
    plan->in.push_back(in[i]), plan->out.push_back(out[i]), plan->low.push_back(pad.low[i]);
    plan->rows *= out[i];
  }
  return plan;
}

// The input's row for a row of the result, or -1 outside.
int64_t source_row(const PadPlan& plan, int64_t row) {
  int64_t source = 0, stride = 1;
  for (size_t axis = plan.in.size(); axis-- > 0;) {
    const int64_t at = row % plan.out[axis] - plan.low[axis];
    if (at < 0 || at >= plan.in[axis]) return -1;
    source += at * stride;
    stride *= plan.in[axis];
    row /= plan.out[axis];
  }
  return source;
}

void run(const Call& call) noexcept {
  const auto& plan = *static_cast<const PadPlan*>(call.prepared);
  const float value = float(call.options<PadAttributes>().value);
  const int64_t length = plan.before + plan.middle + plan.after;
  for_ranges(plan.rows, kElementsPerThread / std::max<int64_t>(length, 1) + 1, [&](int64_t begin, int64_t end) {
    for (int64_t row = begin; row < end; ++row) {
      float* to = call.out[0].as<float>() + row * length;
      const int64_t source = source_row(plan, row);
      if (source < 0) {
        std::fill_n(to, length, value);
        continue;
      }
      std::fill_n(to, plan.before, value);
      if (plan.middle)
        std::memcpy(to + plan.before, call.in[0].as<float>() + source * plan.middle,
                    size_t(plan.middle) * sizeof(float));
      std::fill_n(to + plan.before + plan.middle, plan.after, value);
    }
  });
}

bool supports(const KernelQuery& query) {
  return query.inputs[0].dtype == DType::float32 && query.inputs[0].shape.rank() > 0 &&
         query.options<PadAttributes>().mode == PadMode::constant;
}

}  // namespace

std::vector<Kernel> pad_kernels() { return {{"pad", "rows", run, supports, prepare}}; }

}  // namespace cajal::cpu
