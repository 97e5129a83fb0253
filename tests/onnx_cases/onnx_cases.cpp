// The ONNX project's own test cases: files of one node each, with inputs and the outputs that are right.
//
// Each case whose operator is in the table passes, on the backends and by the reference kernels, or stands in `other`
// with the reason. Needs the cases: test_vectors/onnx_backend/node.tar.xz in CAJAL_DATA.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "cajal/base/error.h"
#include "cajal/base/files.h"
#include "cajal/graph/graph.h"
#include "cajal/program/program.h"
#include "model.h"
#include "operators.h"

namespace cajal::onnx_cases {
namespace {

// How many cases pass: more with each operator that is added, never fewer.
constexpr int passing = 605;

// Names of cases, or what they begin with ("...*"), that mean something else than Cajal's op, and why.
const std::vector<std::pair<std::string, std::string>> other = {
    {"test_averagepool_2d_ceil_last_window_starts_on_pad", "its outputs were rounded to four digits"},
    {"test_maxpool_with_argmax*", "the second output is a place in the image, Cajal's one in the window"},
    {"test_reduce_log_sum_exp_empty_set", "Cajal refuses the largest of nothing, on which it is built"},
    {"test_reduce_max_empty_set", "Cajal refuses the largest of nothing"},
    {"test_reduce_min_empty_set", "Cajal refuses the smallest of nothing"},
    {"test_resize_downsample_scales*", "the scale is not the quotient of the sizes"},
    {"test_resize_downsample_sizes_cubic*", "another kernel (a = -3/4), and the edges stand for what lies outside"},
    {"test_resize_downsample_sizes_linear_antialias", "the edges stand for what lies outside"},
    {"test_resize_downsample_sizes_linear_pytorch_half_pixel", "an axis of one element reads the first one"},
    {"test_resize_downsample_sizes_nearest", "half way between two elements the first one is taken"},
    {"test_resize_downsample_sizes_nearest_not*", "keeps the ratio of the sides"},
    {"test_resize_tf_crop_and_resize*", "a part of the image"},
    {"test_resize_upsample_scales_cubic", "another kernel (a = -3/4), and the edges stand for what lies outside"},
    {"test_resize_upsample_scales_cubic_align_corners", "the corners stay where they are"},
    {"test_resize_upsample_scales_cubic_asymmetric", "places are the elements' beginnings"},
    {"test_resize_upsample_scales_linear_align_corners", "the corners stay where they are"},
    {"test_resize_upsample_scales_linear_half_pixel_symmetric", "places are counted from the image's middle"},
    {"test_resize_upsample_sizes_cubic", "another kernel (a = -3/4), and the edges stand for what lies outside"},
    {"test_resize_upsample_sizes_nearest", "half way between two elements the first one is taken"},
    {"test_resize_upsample_sizes_nearest_axes*", "half way between two elements the first one is taken"},
    {"test_resize_upsample_sizes_nearest_ceil_half_pixel", "the next element, not the nearest"},
    {"test_resize_upsample_sizes_nearest_floor_align_corners", "the corners stay where they are"},
    {"test_resize_upsample_sizes_nearest_not*", "keeps the ratio of the sides"},
    {"test_resize_upsample_sizes_nearest_round_prefer_ceil_asymmetric", "places are the elements' beginnings"},
    {"test_wrap_pad", "Cajal does not pad in circles"},
};

const Operators& operators() {
  static const Operators table = [] {
    Operators out;
    add_image_operators(out), add_normalization_operators(out), add_elementwise_operators(out);
    add_reduction_operators(out), add_shape_operators(out);
    return out;
  }();
  return table;
}

bool is_other(const std::string& name) {
  return std::any_of(other.begin(), other.end(), [&name](const auto& entry) {
    const std::string& pattern = entry.first;
    return pattern.back() == '*' ? name.starts_with(pattern.substr(0, pattern.size() - 1)) : name == pattern;
  });
}

// The folder with the cases, unpacked; empty where there are none.
Path cases_folder() {
  const char* data = std::getenv("CAJAL_DATA");
  if (!data) return {};
  const Path archive = Path(data) / "test_vectors/onnx_backend/node.tar.xz";
  if (!std::filesystem::exists(archive)) return {};
  const Path folder = std::filesystem::temp_directory_path() / "onnx_cases";
  std::filesystem::create_directories(folder);
  const std::string command = fmt::format("tar xJf '{}' -C '{}'", archive.string(), folder.string());
  return std::system(command.c_str()) == 0 ? folder / "node" : Path();
}

// A case: a model of one node, and its tensors by name.
struct Case {
  std::string name;
  Model model;
  std::map<std::string, Tensor> inputs;
  std::vector<Tensor> outputs;
  bool readable = true;  // all tensors are of types that Cajal has

  explicit Case(const Path& folder)
      : name(folder.filename().string()), model(read_model(read_text(folder / "model.onnx"))) {}
  const Node& node() const { return model.nodes[0]; }
  void read_values(const Path& folder) {
    inputs = model.initializers;
    for (size_t i = 0; i < model.inputs.size(); ++i)
      inputs[model.inputs[i]] = value(folder, fmt::format("input_{}.pb", i));
    for (size_t i = 0; i < model.outputs.size(); ++i) outputs.push_back(value(folder, fmt::format("output_{}.pb", i)));
  }

 private:
  Tensor value(const Path& folder, const std::string& file) {
    const Tensor out = read_tensor(read_text(folder / "test_data_set_0" / file));
    readable = readable && out.defined();
    return out;
  }
};

bool near(double got, double wanted, double tolerance) {
  if (std::isnan(wanted) || std::isinf(wanted)) return std::isnan(wanted) ? std::isnan(got) : got == wanted;
  return std::abs(got - wanted) <= tolerance * std::max(1.0, std::abs(wanted));
}

// What is wrong, or nothing.
std::string difference(const std::vector<Tensor>& got, const std::vector<Tensor>& wanted) {
  for (size_t k = 0; k < wanted.size(); ++k) {
    if (k >= got.size()) return fmt::format("output {} is missing", k);
    if (!(got[k].shape() == wanted[k].shape()))
      return fmt::format("output {} is {}, not {}", k, got[k].shape().text(), wanted[k].shape().text());
    const double tolerance = size_of(wanted[k].dtype()) == 2 ? 2e-3 : 1e-5;
    for (int64_t i = 0; i < wanted[k].size(); ++i)
      if (!near(got[k].flat(i), wanted[k].flat(i), tolerance))
        return fmt::format("output {}, element {} is {}, not {}", k, i, got[k].flat(i), wanted[k].flat(i));
  }
  return {};
}

std::string failure(const Case& c) {
  Vars inputs, parameters;
  std::vector<Tensor> values, given;
  for (const std::string& name : c.node().inputs) {
    const Tensor tensor = name.empty() ? Tensor() : c.inputs.at(name);
    given.push_back(tensor);
    parameters.push_back(name.empty() ? Var() : placeholder(tensor.shape(), tensor.dtype()));
    if (!name.empty()) inputs.push_back(parameters.back()), values.push_back(tensor);
  }
  Vars outputs;
  for (const Var& output : operators().at(c.node().op)({c.node(), parameters, given, c.model.opset}))
    if (outputs.size() < c.outputs.size()) outputs.push_back(output);
  const std::string reference = difference(evaluate(Graph::of(inputs, outputs), values), c.outputs);
  if (!reference.empty()) return "by reference kernels: " + reference;
  return difference(Program(inputs, outputs)(values), c.outputs);
}

TEST(OnnxCases, Pass) {
  const Path folder = cases_folder();
  if (folder.empty()) GTEST_SKIP() << "CAJAL_DATA has no test_vectors/onnx_backend/node.tar.xz, or tar cannot read it";
  int passed = 0, unreadable = 0, listed = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    Case c(entry.path());
    if (c.model.nodes.size() != 1 || !c.node().domain.empty() || !operators().count(c.node().op)) continue;
    if (is_other(c.name)) {
      ++listed;
      continue;
    }
    try {
      c.read_values(entry.path());
      if (!c.readable) {
        ++unreadable;
        continue;
      }
      const std::string wrong = failure(c);
      EXPECT_TRUE(wrong.empty()) << c.name << " (" << c.node().op << "): " << wrong;
      passed += wrong.empty();
    } catch (const std::exception& error) {
      ADD_FAILURE() << c.name << " (" << c.node().op << "): " << error.what();
    }
  }
  fmt::print("{} cases of {} operators pass, {} mean something else, {} have types that Cajal does not have\n", passed,
             operators().size(), listed, unreadable);
  EXPECT_GE(passed, passing) << "fewer than before";
}

}  // namespace
}  // namespace cajal::onnx_cases
