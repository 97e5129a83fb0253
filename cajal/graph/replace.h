// Which value stands for which, while a pass walks over a graph.
#pragma once

#include <map>

#include "cajal/graph/graph.h"

namespace cajal {

/// Values of a graph that others stand for from now on: what a rewrite collects, and then applies at once.
class Replacement {
 public:
  explicit Replacement(Graph& graph) : graph_(graph) {}
  void set(Value old, Value now) { now_[old] = now; }
  Value operator()(Value value) const {
    auto found = now_.find(value);
    return found == now_.end() ? value : found->second;
  }
  void apply_to_results() {
    for (Value& output : graph_.outputs) output = (*this)(output);
    for (Assignment& assignment : graph_.assignments) assignment.value = (*this)(assignment.value);
  }

 private:
  Graph& graph_;
  std::map<Value, Value> now_;
};

}  // namespace cajal
