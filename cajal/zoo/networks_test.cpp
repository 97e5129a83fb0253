#include "cajal/zoo/networks.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "cajal/data/cifar.h"
#include "cajal/formats/pytorch/weights.h"
#include "cajal/nn/layers.h"

namespace cajal {
namespace {

std::string error_of(const std::function<void()>& body) {
  try {
    body();
  } catch (const Error& error) {
    return error.message() + (error.hint().empty() ? "" : " | " + error.hint());
  }
  return "no error";
}

int64_t trained(const Model& model) {
  int64_t count = 0;
  for (const Variable& weight : model.trainable_weights()) count += weight.size();
  return count;
}

std::vector<std::string> layer_names(const Model& model) {
  std::vector<std::string> names;
  for (const auto& layer : model.layers()) names.push_back(layer->name);
  std::sort(names.begin(), names.end());
  return names;
}

NetworkOptions options_of(const nlohmann::json& record) {
  NetworkOptions out;
  const auto& options = record["options"];
  if (options.contains("include_top")) out.include_top = options["include_top"];
  if (options.contains("input_shape")) out.input_shape = Shape::of(options["input_shape"].get<std::vector<int64_t>>());
  if (options.contains("classes")) out.classes = options["classes"];
  if (options.contains("alpha")) out.width = options["alpha"];
  return out;
}

Tensor random_pictures(const std::vector<int64_t>& shape) {
  Tensor out(Shape::of(shape));
  random::Stream stream(1);
  for (float& value : std::span(out.data<float>(), size_t(out.size()))) value = float(stream.uniform());
  return out;
}

TEST(Networks, AreWhatKerasCallsByTheirNames) {
  const auto golden = nlohmann::json::parse(read_text("tests/golden/applications.json"));
  ASSERT_GE(golden["records"].size(), 10u);
  for (const auto& record : golden["records"]) {
    clear_session();
    const NetworkOptions options = options_of(record);
    const Model model = network(record["network"].get<std::string>(), options);
    SCOPED_TRACE(record["network"].get<std::string>() + " " + record["options"].dump());
    EXPECT_EQ(model.count_params(), record["weights"].get<int64_t>());
    EXPECT_EQ(trained(model), record["trained"].get<int64_t>());
    const auto names = record["layers"].get<std::vector<std::string>>();
    const std::vector<std::string> ours = layer_names(model);
    EXPECT_EQ(ours.size(), names.size());
    for (const std::string& name : names)
      EXPECT_TRUE(std::binary_search(ours.begin(), ours.end(), name) || name.starts_with("global_average")) << name;
  }
}

// Weights that are trained, as their authors and PyTorch count them.
TEST(Networks, HaveAsManyWeightsAsIsKnown) {
  const std::vector<std::pair<const char*, int64_t>> known = {
      {"lenet", 61706},       {"mnist_cnn", 1199882}, {"cifar_cnn", 122570},  {"resnet9", 2440266},
      {"resnet20", 269722},   {"resnet32", 464154},   {"resnet44", 658586},   {"resnet56", 853018},
      {"resnet20_b", 272474}, {"resnet18", 11689512}, {"resnet34", 21797672}, {"mobilenet_v2", 3504872}};
  for (const auto& [name, count] : known) EXPECT_EQ(trained(network(name)), count) << name;
  EXPECT_EQ(trained(network("vgg11", {.include_top = false})), 9220480);
  EXPECT_EQ(trained(network("vgg13", {.include_top = false})), 9404992);
}

TEST(Networks, EachGivesSharesOfItsClasses) {
  for (const NetworkEntry* entry : all_networks()) {
    clear_session();
    const std::vector<int64_t> shape = {entry->input_shape[0] > 32 ? 32 : entry->input_shape[0],
                                        entry->input_shape[1] > 32 ? 32 : entry->input_shape[1], entry->input_shape[2]};
    Model model = network(entry->name, {.input_shape = Shape::of(shape), .classes = 3, .width = 0.125});
    const Tensor shares = model.predict(random_pictures({2, shape[0], shape[1], shape[2]}));
    ASSERT_EQ(shares.shape(), (Shape{2, 3})) << entry->name;
    for (int64_t row : {0, 1})
      EXPECT_NEAR(shares.at({row, 0}) + shares.at({row, 1}) + shares.at({row, 2}), 1, 1e-5) << entry->name;
    EXPECT_EQ(network_entry(entry->name).summary, entry->summary);
  }
}

TEST(Networks, WithoutTheTopGiveFeatures) {
  const NetworkOptions options{.include_top = false, .input_shape = {32, 32, 3}, .pooling = "avg", .width = 0.25};
  EXPECT_EQ(network("vgg16", options).outputs()[0].shape()[-1].value(), 128);
  NetworkOptions picture = options;
  picture.pooling.clear();
  EXPECT_EQ(network("resnet20", picture).outputs()[0].shape().text(), "[batch, 8, 8, 16]");
  picture.pooling = "mean";
  EXPECT_EQ(error_of([&] { network("resnet20", picture); }), "there is no pooling called 'mean' | avg, max, or none");
}

TEST(Networks, RefuseWhatCannotBe) {
  EXPECT_EQ(error_of([] { network("resnet21"); }).substr(0, 40), "there is no network called 'resnet21' | ");
  EXPECT_NE(error_of([] {
              network("vgg16", {.input_shape = {16, 16, 3}});
            }).find("block5_pool"),
            std::string::npos)
      << error_of([] {
           network("vgg16", {.input_shape = {16, 16, 3}});
         });
  EXPECT_NE(error_of([] { network("resnet20", {.input_shape = {32, 32}}); }).find("takes pictures"), std::string::npos);
  EXPECT_NE(error_of([] { network("resnet20", {.width = 0}); }).find("a width of 0"), std::string::npos);
  // Before a weight is drawn: at once.
  const std::string large = error_of([] { network("vgg16", {.width = 100}); });
  EXPECT_TRUE(large.starts_with("vgg16 with its 1,3")) << large;
  EXPECT_NE(large.find(" of memory, and "), std::string::npos) << large;
}

TEST(Networks, AreSavedAndLoaded) {
  for (const char* name : {"resnet20", "mobilenet_v2", "resnet9"}) {
    clear_session();
    Model model = network(name, {.input_shape = {32, 32, 3}, .classes = 4, .width = 0.25});
    const std::string path = testing::TempDir() + "/network.safetensors";
    model.save(path);
    const auto again = load_model(path);
    const Tensor pictures = random_pictures({2, 32, 32, 3});
    EXPECT_TRUE(identical(again->predict(pictures), model.predict(pictures))) << name;
    EXPECT_EQ(layer_names(*again), layer_names(model));
  }
}

// ------------------------------------------------------------------------------------------------ PyTorch's weights

Path data_file(const std::string& name) {
  const char* data = std::getenv("CAJAL_DATA");
  const Path path = Path(data ? data : "../shared/data") / name;
  return file_exists(path) ? path : Path();
}

Tensor normalized(const Tensor& pictures) {
  constexpr double mean[] = {0.485, 0.456, 0.406}, deviation[] = {0.229, 0.224, 0.225};
  Tensor out(pictures.shape());
  for (int64_t i = 0; i < pictures.size(); ++i)
    out.data<float>()[i] = float((pictures.data<uint8_t>()[i] / 255. - mean[i % 3]) / deviation[i % 3]);
  return out;
}

TEST(Networks, ResNet20AnswersAsInPyTorch) {
  const Path weights = data_file("weights/resnet_cifar10_pytorch/resnet20-12fca82f.th");
  const Path batch = data_file("cifar10/test_batch.bin.xz");
  if (weights.empty() || batch.empty())
    GTEST_SKIP() << "weights/resnet_cifar10_pytorch and cifar10 are not there (CAJAL_DATA)";
  Model model = network("resnet20", {.classifier_activation = "linear"});
  load_pytorch_weights(model, load_pytorch(weights).tensors);
  const LabelledImages test = read_cifar10(batch);
  const Tensor answers = model.predict(normalized(test.images.slice(0, {0, 64}).copy()), {.batch_size = 32});
  int right = 0;
  for (int64_t i = 0; i < 64; ++i) {
    int64_t best = 0;
    for (int64_t k = 1; k < 10; ++k)
      if (answers.at({i, k}) > answers.at({i, best})) best = k;
    right += best == int64_t(test.labels.flat(i));
  }
  EXPECT_EQ(right, 59);
  // What PyTorch 2.15 computes from the same file for the first two pictures.
  const double golden[2][10] = {
      {-5.3097, -0.4958, 0.8773, 23.7305, -4.105, 4.4637, -0.2343, -5.4179, -3.7118, -9.8822},
      {5.9539, 11.6908, -8.7713, -6.9111, -11.6685, -8.163, -6.0412, -8.3213, 32.1324, -0.0041}};
  for (int64_t i : {0, 1})
    for (int64_t k = 0; k < 10; ++k) EXPECT_NEAR(answers.at({i, k}), golden[i][k], 2e-3) << i << " " << k;
}

TEST(PyTorchWeights, SaysWhatIsMissing) {
  Model model = network("resnet20", {.width = 0.25});
  NamedTensors state{{"module.conv1.weight", Tensor({4, 3, 3, 3})}};
  const std::vector<Tensor> before = model.get_weights();
  EXPECT_EQ(error_of([&] { load_pytorch_weights(model, state); }).substr(0, 49),
            "the file has no 'weight' for the layer 'bn1' | on");
  NamedTensors wrong{{"conv1.weight", Tensor({5, 3, 3, 3})}};
  EXPECT_EQ(error_of([&] { load_pytorch_weights(model, wrong); }),
            "'kernel' of the layer 'conv1' has the shape [3, 3, 3, 4] here, and [5, 3, 3, 3] in the file");
  EXPECT_TRUE(identical(model.get_weights()[0], before[0]));
}

TEST(PyTorchWeights, RowsBehindAFlattenAreSorted) {
  const Input image({2, 3, 4});
  Flatten flatten;
  Dense dense(5);
  dense.set_name("fc");
  Model model(Vars{image}, dense(flatten(image)));
  Tensor weight({5, 24}), bias({5});
  for (int64_t i = 0; i < 120; ++i) weight.set_flat(i, double(i));
  load_pytorch_weights(model, {{"fc.weight", weight}, {"fc.bias", bias}});
  // PyTorch's column c 6 + h 3 + w is row h 12 + w 4 + c here.
  EXPECT_EQ(model.get_weights()[0].at({1 * 12 + 2 * 4 + 3, 4}), weight.at({4, 3 * 6 + 1 * 3 + 2}));
}

}  // namespace
}  // namespace cajal
