#include "cajal/graph/attributes.h"

#include <fmt/format.h>

#include "cajal/base/random.h"
#include "cajal/graph/graph.h"

namespace cajal {

std::string FieldText::text(double value) { return fmt::format("{}", value); }

// Small tensors are written out; of large ones a hash of the bytes tells equal from different.
std::string FieldText::text(const Tensor& value) {
  if (!value.defined()) return "none";
  const Tensor dense = value.contiguous();
  if (dense.size() == 1 && is_integer(dense.dtype()))  // all digits, which a double may not hold
    return fmt::format("{} {}", name(dense.dtype()), dense.values<int64_t>()[0]);
  if (dense.size() == 1) return fmt::format("{} {}", name(dense.dtype()), dense.item());
  uint64_t hash = dense.bytes();
  for (size_t i = 0; i < dense.bytes(); ++i) hash = random::mix(hash ^ uint64_t(dense.raw()[i]));
  return fmt::format("{} {} #{:016x}", name(dense.dtype()), dense.shape().text(), hash);
}

std::string FieldText::text(const std::shared_ptr<const Graph>& value) {
  return value ? "{\n" + cajal::text(*value) + "}" : "none";
}

// The name is for people; the address tells two variables of one name apart.
std::string FieldText::text(const std::shared_ptr<VariableState>& value) {
  return fmt::format("{} @{}", value->name, static_cast<const void*>(value.get()));
}

}  // namespace cajal
