// Tensors with names, in an order: what files of many tensors hold.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "cajal/tensor/tensor.h"

namespace cajal {

/// An ordered list of named tensors; no two have the same name.
class NamedTensors {
 public:
  using Entry = std::pair<std::string, Tensor>;

  NamedTensors() = default;
  NamedTensors(std::initializer_list<Entry> entries);

  /// Appends; throws Error where the name is taken or the tensor has no value.
  void add(std::string name, Tensor tensor);
  /// Throws Error{not_found} with the nearest name.
  const Tensor& at(std::string_view name) const;
  /// The tensor of that name, or null.
  const Tensor* find(std::string_view name) const;
  bool contains(std::string_view name) const { return find(name) != nullptr; }

  std::vector<std::string> names() const;
  size_t size() const { return entries_.size(); }
  bool empty() const { return entries_.empty(); }
  auto begin() const { return entries_.begin(); }
  auto end() const { return entries_.end(); }

 private:
  std::vector<Entry> entries_;
  std::unordered_map<std::string, size_t> places_;
};

}  // namespace cajal
