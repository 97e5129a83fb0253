#include "cajal/report/diagram.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "cajal/nn/layers.h"
#include "cajal/ops/elementwise.h"
#include "cajal/report/internal/layering.h"

namespace cajal::report {
namespace {

using internal::Flow;
using internal::Placement;

std::vector<std::string> titles(const Structure& structure) {
  std::vector<std::string> out;
  for (const Part& part : structure.parts) out.push_back(part.title);
  return out;
}

TEST(Structure, OfASequentialModel) {
  Sequential model({Rescaling(1. / 255), Flatten(), Dense(16, "relu"), Dense(10)});
  model.build_for({Shape{Dim::symbol("batch"), 28, 28}});
  const Structure structure = structure_of(model);
  EXPECT_EQ(titles(structure),
            (std::vector<std::string>{"Input", "Rescaling 1/255", "Flatten", "Dense 16 relu", "Dense 10"}));
  EXPECT_EQ(structure.parts[0].shape, "28\u00a0×\u00a028");
  EXPECT_EQ(structure.parts[3].parameters, 784 * 16 + 16);
  EXPECT_TRUE(structure.parts[4].output);
  EXPECT_EQ(structure.edges.size(), 4u);
  const std::string svg = diagram_svg(structure);
  for (const char* word : {">Dense 16 relu<", "12,560", ">784<", ">28\u00a0×\u00a028<"})
    EXPECT_NE(svg.find(word), std::string::npos) << word;
}

TEST(Structure, OfBranchesSharedLayersAndOps) {
  Input left({5}), right({5});
  Dense shared(8, "relu");
  Var a = shared(left), b = shared(right);
  Var merged = Concatenate()({a, b * 0.5});
  Model model({left, right}, {Dense(1)(merged), Dense(2)(merged)});
  const Structure structure = structure_of(model);
  EXPECT_EQ(structure.parts.size(), 8u);  // two inputs, the layer twice, the op, concatenate, two outputs
  int64_t parameters = 0;
  int again = 0, outputs = 0, ops = 0;
  for (const Part& part : structure.parts) {
    parameters += part.parameters;
    again += part.shared;
    outputs += part.output;
    ops += part.kind == Part::Kind::op;
  }
  EXPECT_EQ(parameters, model.count_params()) << "weights that are used twice count once";
  EXPECT_EQ(again, 1);
  EXPECT_EQ(outputs, 2);
  EXPECT_EQ(ops, 1);
  EXPECT_EQ(structure.edges.size(), 7u);
  EXPECT_NE(diagram_svg(structure).find("the same weights"), std::string::npos);
}

TEST(Structure, UnknownWiringGivesPartsAndNoPicture) {
  Sequential unbuilt({Dense(4), Dense(2)});
  const Structure structure = structure_of(unbuilt);
  EXPECT_EQ(structure.parts.size(), 2u);
  EXPECT_TRUE(structure.edges.empty());
  EXPECT_EQ(diagram_svg(structure), "");
}

TEST(Structure, NamesAreEscaped) {
  Structure structure;
  structure.parts = {{Part::Kind::input, "Input", "<i>", "2"}, {Part::Kind::layer, "<script>", "a&b", "\"3\"", 5}};
  structure.edges = {{0, 1}};
  const std::string svg = diagram_svg(structure);
  EXPECT_EQ(svg.find("<script"), std::string::npos);
  EXPECT_EQ(svg.find("<i>"), std::string::npos);
  EXPECT_NE(svg.find("a&amp;b"), std::string::npos);
}

// No two boxes touch, every line goes down, everything lies within the picture.
void expect_sound(const Flow& flow, const Placement& placement) {
  for (size_t i = 0; i < flow.boxes.size(); ++i) {
    const auto& a = placement.centres[i];
    EXPECT_GE(a.x - flow.boxes[i].width / 2, -1e-6);
    EXPECT_LE(a.x + flow.boxes[i].width / 2, placement.width + 1e-6);
    EXPECT_LE(a.y + flow.boxes[i].height / 2, placement.height + 1e-6);
    for (size_t j = 0; j < i; ++j) {
      const auto& b = placement.centres[j];
      const bool beside = std::abs(a.x - b.x) >= (flow.boxes[i].width + flow.boxes[j].width) / 2;
      const bool below = std::abs(a.y - b.y) >= (flow.boxes[i].height + flow.boxes[j].height) / 2;
      EXPECT_TRUE(beside || below) << i << " on " << j;
    }
  }
  ASSERT_EQ(placement.paths.size(), flow.edges.size());
  for (const auto& path : placement.paths)
    for (size_t i = 1; i < path.size(); ++i) EXPECT_GE(path[i].y, path[i - 1].y);
}

TEST(Layering, AChainIsOneStraightColumn) {
  Flow flow;
  for (int i = 0; i < 30; ++i) flow.boxes.push_back({100, i % 2 ? 30.0 : 50.0});
  for (int i = 0; i + 1 < 30; ++i) flow.edges.push_back({i, i + 1});
  const Placement placement = internal::placed(flow, 20, 30);
  expect_sound(flow, placement);
  EXPECT_DOUBLE_EQ(placement.width, 100);
}

TEST(Layering, SkipsPassBesideTheBoxes) {
  Flow flow;
  flow.boxes.assign(7, {100, 40});
  flow.edges = {{0, 1}, {1, 2}, {2, 3}, {0, 3}, {3, 4}, {4, 5}, {3, 5}, {5, 6}};
  const Placement placement = internal::placed(flow, 20, 30);
  expect_sound(flow, placement);
  EXPECT_EQ(placement.paths[3].size(), 6u) << "past two ranks";
  const auto& inner = placement.paths[3][2];
  EXPECT_GE(std::abs(inner.x - placement.centres[1].x), 50) << "not through the box that it passes";
}

TEST(Layering, ManyRandomNetworksAreSound) {
  uint32_t state = 1;
  const auto random = [&](int below) { return int((state = state * 1664525 + 1013904223) >> 8) % below; };
  for (int trial = 0; trial < 50; ++trial) {
    Flow flow;
    const int count = 2 + random(25);
    for (int i = 0; i < count; ++i) flow.boxes.push_back({40.0 + random(100), 20.0 + random(30)});
    std::set<std::pair<int, int>> edges;
    for (int i = 1; i < count; ++i)
      for (int k = 0; k < 1 + random(3); ++k) edges.insert({random(i), i});
    flow.edges.assign(edges.begin(), edges.end());
    expect_sound(flow, internal::placed(flow, 20, 30));
  }
}

TEST(Layering, OneBoxAndNone) {
  EXPECT_EQ(internal::placed({}, 20, 30).width, 0);
  Flow one;
  one.boxes = {{100, 40}};
  EXPECT_EQ(internal::placed(one, 20, 30).height, 40);
}

}  // namespace
}  // namespace cajal::report
