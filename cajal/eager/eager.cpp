#include "cajal/eager/eager.h"

#include <list>
#include <memory>
#include <string>
#include <unordered_map>

#include "cajal/base/random.h"
#include "cajal/graph/graph.h"
#include "cajal/program/plan.h"

namespace cajal::eager {
namespace {

constexpr size_t most_plans = 256;

struct Compiled {
  std::string key;
  std::unique_ptr<Instance> instance;
};

// Plans of this thread, the one used last in front: an Instance is not for two threads at a time.
struct Cache {
  std::list<Compiled> plans;
  std::unordered_map<std::string, std::list<Compiled>::iterator> by_key;
};

Cache& cache() {
  thread_local Cache cache;
  return cache;
}

// Ids are counted within the call, so that a draw depends on the process's sequence of seeds and on nothing else.
bool number_random_nodes(Graph& graph) {
  uint64_t count = 0;
  for (GraphNode& node : graph.nodes)
    if (node.op->random) node.random_id = ++count;
  return count > 0;
}

Instance& compiled(const Graph& graph) {
  auto& [plans, by_key] = cache();
  const std::string key = text(graph);
  if (auto found = by_key.find(key); found != by_key.end()) {
    plans.splice(plans.begin(), plans, found->second);
    return *plans.front().instance;
  }
  plans.push_front({key, std::make_unique<Instance>(compile(graph, Bindings()))});
  by_key[key] = plans.begin();
  if (plans.size() > most_plans) {
    by_key.erase(plans.back().key);
    plans.pop_back();
  }
  return *plans.front().instance;
}

}  // namespace

Var Argument::constant() const {
  if (!is_number_) return Var();
  return integer_ && number_ >= INT32_MIN && number_ <= INT32_MAX ? Var(int(number_)) : Var(number_);
}

std::vector<Argument> joined(std::initializer_list<Argument> single, std::span<const Tensor> list) {
  std::vector<Argument> out(single);
  out.insert(out.end(), list.begin(), list.end());
  return out;
}

std::vector<Tensor> run(FunctionRef<Vars(const Vars&)> record, std::span<const Argument> arguments) {
  Vars placeholders, values;
  std::vector<Tensor> fed;
  const Scope scope("eager");  // numbered apart from the random ops of a function that is being recorded
  for (const Argument& argument : arguments) {
    const Tensor& tensor = argument.tensor();
    if (tensor.defined()) {
      placeholders.push_back(placeholder(tensor.shape(), tensor.dtype()));
      fed.push_back(tensor);
    }
    values.push_back(tensor.defined() ? placeholders.back() : argument.constant());
  }
  Graph graph = Graph::of(placeholders, record(values));
  const bool draws = number_random_nodes(graph);
  Instance& instance = compiled(graph);
  if (draws) instance.set_seed(random::next_seed());
  for (size_t i = 0; i < fed.size(); ++i) instance.feed(int(i), fed[i]);
  instance.run();
  std::vector<Tensor> results;
  for (size_t i = 0; i < graph.outputs.size(); ++i) results.push_back(instance.output(int(i)).copy());
  return results;
}

size_t plan_count() { return cache().plans.size(); }

}  // namespace cajal::eager
