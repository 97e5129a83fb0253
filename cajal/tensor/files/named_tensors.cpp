#include "cajal/tensor/files/named_tensors.h"

#include "cajal/base/error.h"
#include "cajal/base/text.h"

namespace cajal {

NamedTensors::NamedTensors(std::initializer_list<Entry> entries) {
  for (const auto& [name, tensor] : entries) add(name, tensor);
}

void NamedTensors::add(std::string name, Tensor tensor) {
  if (!tensor.defined()) fail("the tensor '" + name + "' has no value", "leave it out, or give it one");
  if (!places_.emplace(name, entries_.size()).second)
    fail("two tensors are named '" + name + "'", "a name of its own for each");
  entries_.emplace_back(std::move(name), std::move(tensor));
}

const Tensor* NamedTensors::find(std::string_view name) const {
  const auto found = places_.find(std::string(name));
  return found == places_.end() ? nullptr : &entries_[found->second].second;
}

const Tensor& NamedTensors::at(std::string_view name) const {
  if (const Tensor* found = find(name)) return *found;
  throw Error(Code::not_found, "there is no tensor named '" + std::string(name) + "'", {}, choices(name, names()));
}

std::vector<std::string> NamedTensors::names() const {
  std::vector<std::string> out;
  for (const auto& entry : entries_) out.push_back(entry.first);
  return out;
}

}  // namespace cajal
