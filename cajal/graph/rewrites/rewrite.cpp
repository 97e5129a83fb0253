// The passes, in the order that works: each makes room for the next.
#include "cajal/graph/graph.h"

namespace cajal {

void rewrite(Graph& graph, bool training) {
  fold_training(graph, training);
  // Folding a condition makes a branch dead, a dead branch makes equal nodes: twice is enough in practice, and a third
  // round would only cost time.
  for (int round = 0; round < 2; ++round) {
    fold_constants(graph);
    simplify(graph);
    merge_equal_nodes(graph);
    drop_dead_nodes(graph);
  }
}

}  // namespace cajal
