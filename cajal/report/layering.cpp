#include "cajal/report/internal/layering.h"

#include <algorithm>
#include <numeric>

namespace cajal::report::internal {
namespace {

constexpr double thread_width = 14;  // of a line that passes a rank

/// Boxes, and the threads of edges that pass ranks, as nodes of neighbouring ranks.
class Layering {
 public:
  Layering(const Flow& flow, double gap_across, double gap_down)
      : flow_(flow), gap_across_(gap_across), gap_down_(gap_down) {
    for (const Flow::Size& box : flow.boxes) add_node(box.width, box.height);
    find_ranks();
    for (const auto& edge : flow.edges) add_thread(edge.first, edge.second);
    order();
    for (int sweep = 0; sweep < 24; ++sweep) place(sweep % 2 == 0);
    stack();
  }

  Placement result() const {
    Placement out;
    double left = 0, right = 0;
    for (size_t i = 0; i < nodes_.size(); ++i) {
      left = i ? std::min(left, nodes_[i].x - nodes_[i].width / 2) : nodes_[i].x - nodes_[i].width / 2;
      right = i ? std::max(right, nodes_[i].x + nodes_[i].width / 2) : nodes_[i].x + nodes_[i].width / 2;
    }
    for (size_t i = 0; i < flow_.boxes.size(); ++i) out.centres.push_back({nodes_[i].x - left, nodes_[i].y});
    for (const std::vector<int>& thread : threads_) out.paths.push_back(path(thread, left));
    out.width = right - left;
    out.height = height_;
    return out;
  }

 private:
  struct Node {
    double width, height, x = 0, y = 0;
    int rank = 0;
    std::vector<int> above = {}, below = {};
  };

  int add_node(double width, double height) {
    nodes_.push_back({width, height});
    return int(nodes_.size()) - 1;
  }

  // The longest way from a source; a source itself stands right above what it leads to.
  void find_ranks() {
    std::vector<int> missing(nodes_.size(), 0);
    std::vector<std::vector<int>> next(nodes_.size());
    for (const auto& [from, to] : flow_.edges) next[size_t(from)].push_back(to), ++missing[size_t(to)];
    std::vector<int> ready, sources;
    for (size_t i = 0; i < nodes_.size(); ++i)
      if (missing[i] == 0) ready.push_back(int(i));
    sources = ready;
    while (!ready.empty()) {
      const int node = ready.back();
      ready.pop_back();
      for (int to : next[size_t(node)]) {
        nodes_[size_t(to)].rank = std::max(nodes_[size_t(to)].rank, nodes_[size_t(node)].rank + 1);
        if (--missing[size_t(to)] == 0) ready.push_back(to);
      }
    }
    for (int source : sources) {
      int nearest = -1;
      for (int to : next[size_t(source)])
        nearest = nearest < 0 ? nodes_[size_t(to)].rank : std::min(nearest, nodes_[size_t(to)].rank);
      if (nearest > 0) nodes_[size_t(source)].rank = nearest - 1;
    }
    int last = 0;
    for (const Node& node : nodes_) last = std::max(last, node.rank);
    ranks_.resize(size_t(last) + 1);
    for (size_t i = 0; i < nodes_.size(); ++i) ranks_[size_t(nodes_[i].rank)].push_back(int(i));
  }

  void add_thread(int from, int to) {
    std::vector<int> thread = {from};
    for (int rank = nodes_[size_t(from)].rank + 1; rank < nodes_[size_t(to)].rank; ++rank) {
      const int knot = add_node(thread_width, 0);
      nodes_[size_t(knot)].rank = rank;
      ranks_[size_t(rank)].push_back(knot);
      thread.push_back(knot);
    }
    thread.push_back(to);
    for (size_t i = 1; i < thread.size(); ++i) {
      nodes_[size_t(thread[i - 1])].below.push_back(thread[i]);
      nodes_[size_t(thread[i])].above.push_back(thread[i - 1]);
    }
    threads_.push_back(std::move(thread));
  }

  // Each node at the mean place of its neighbours in the rank before, then after, and so on.
  void order() {
    std::vector<double> place(nodes_.size());
    const auto number = [&](const std::vector<int>& rank) {
      for (size_t i = 0; i < rank.size(); ++i) place[size_t(rank[i])] = double(i);
    };
    for (const auto& rank : ranks_) number(rank);
    for (int sweep = 0; sweep < 8; ++sweep) {
      const bool down = sweep % 2 == 0;
      for (size_t step = 0; step < ranks_.size(); ++step) {
        auto& rank = ranks_[down ? step : ranks_.size() - 1 - step];
        for (int node : rank)
          place[size_t(node)] = mean(down ? nodes_[size_t(node)].above : nodes_[size_t(node)].below,
                                     place[size_t(node)], [&](int i) { return place[size_t(i)]; });
        std::stable_sort(rank.begin(), rank.end(), [&](int a, int b) { return place[size_t(a)] < place[size_t(b)]; });
        number(rank);
      }
    }
  }

  template <class F>
  static double mean(const std::vector<int>& of, double otherwise, F&& value) {
    if (of.empty()) return otherwise;
    double sum = 0;
    for (int i : of) sum += value(i);
    return sum / double(of.size());
  }

  double apart(int left, int right) const {
    return (nodes_[size_t(left)].width + nodes_[size_t(right)].width) / 2 + gap_across_;
  }

  // Every node as near as can be to the mean of its neighbours, none nearer to the next one than allowed: least squares
  // under an order, by joining those that push each other.
  void place(bool down) {
    for (size_t step = 0; step < ranks_.size(); ++step) {
      const auto& rank = ranks_[down ? step : ranks_.size() - 1 - step];
      struct Group {
        double sum;
        size_t count;
      };
      std::vector<Group> groups;
      std::vector<double> offset(rank.size(), 0);
      for (size_t i = 0; i < rank.size(); ++i) {
        const Node& node = nodes_[size_t(rank[i])];
        if (i > 0) offset[i] = offset[i - 1] + apart(rank[i - 1], rank[i]);
        const double wish = mean(down ? node.above : node.below, node.x, [&](int j) { return nodes_[size_t(j)].x; });
        groups.push_back({wish - offset[i], 1});
        while (groups.size() > 1) {
          const Group last = groups.back();
          Group& before = groups[groups.size() - 2];
          if (before.sum / double(before.count) <= last.sum / double(last.count)) break;
          before.sum += last.sum, before.count += last.count;
          groups.pop_back();
        }
      }
      size_t i = 0;
      for (const Group& group : groups)
        for (size_t k = 0; k < group.count; ++k, ++i)
          nodes_[size_t(rank[i])].x = group.sum / double(group.count) + offset[i];
    }
  }

  void stack() {
    double top = 0;
    for (const auto& rank : ranks_) {
      double tallest = 0;
      for (int node : rank) tallest = std::max(tallest, nodes_[size_t(node)].height);
      for (int node : rank) {
        nodes_[size_t(node)].y = top + tallest / 2;
        if (nodes_[size_t(node)].height == 0) nodes_[size_t(node)].height = tallest;  // a thread passes straight
      }
      top += tallest + gap_down_;
    }
    height_ = top - gap_down_;
  }

  std::vector<Point> path(const std::vector<int>& thread, double left) const {
    std::vector<Point> out;
    for (size_t i = 0; i < thread.size(); ++i) {
      const Node& node = nodes_[size_t(thread[i])];
      if (i > 0) out.push_back({node.x - left, node.y - node.height / 2});
      if (i + 1 < thread.size()) out.push_back({node.x - left, node.y + node.height / 2});
    }
    return out;
  }

  const Flow& flow_;
  double gap_across_, gap_down_, height_ = 0;
  std::vector<Node> nodes_;
  std::vector<std::vector<int>> ranks_, threads_;
};

}  // namespace

Placement placed(const Flow& flow, double gap_across, double gap_down) {
  if (flow.boxes.empty()) return {};
  return Layering(flow, gap_across, gap_down).result();
}

}  // namespace cajal::report::internal
