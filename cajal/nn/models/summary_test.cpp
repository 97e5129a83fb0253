// The table that Keras prints, to the letter.
#include <gtest/gtest.h>

#include <map>

#include "cajal/nn/internal/golden_test.h"
#include "cajal/nn/layers.h"
#include "cajal/nn/model.h"

namespace cajal {
namespace {

std::shared_ptr<Model> mlp() {
  const std::vector<AnyLayer> layers = {Dense(512, "relu"), Dropout(0.2), Dense(512, "relu"), Dropout(0.2),
                                        Dense(10, "softmax")};
  auto model = std::make_shared<Sequential>(layers);
  model->build_for({{Dim::symbol("batch"), 784}});
  return model;
}

std::shared_ptr<Model> two_inputs() {
  const Input first({8}, {.name = "first"}), second({4}, {.name = "second"});
  const Var a = Dense(16, "relu")(first), b = Dense(16, "relu")(second);
  const Var joined = BatchNormalization()(Concatenate()({a, b}));
  Dense scores(3);
  scores.set_name("scores");
  return std::make_shared<Model>(Vars{first, second}, scores(joined));
}

std::shared_ptr<Model> nested() {
  Sequential inner(Input({6}), {Dense(5), Activation("relu")}, "encoder");
  const Input x({6}, {.name = "input_layer_1"});
  return std::make_shared<Model>(Vars{x}, Dense(2)(inner(x)), "outer");
}

std::shared_ptr<Model> frozen() {
  Dense first(5);
  first.set_name("a_rather_long_layer_name");
  auto model = std::make_shared<Sequential>(Sequential(Input({6}), {first, Dense(1)}, "frozen"));
  first.set_trainable(false);
  return model;
}

std::shared_ptr<Model> unbuilt() { return std::make_shared<Sequential>(Sequential({Dense(5), Dense(1)})); }

const std::map<std::string, std::shared_ptr<Model> (*)()> models = {
    {"mlp", mlp}, {"two_inputs", two_inputs}, {"nested", nested}, {"frozen", frozen}, {"unbuilt", unbuilt}};

SummaryOptions options_of(const Config& given) {
  SummaryOptions out;
  if (given.has("line_length")) out.line_length = int(given["line_length"].integer());
  if (given.has("expand_nested")) out.expand_nested = given["expand_nested"].boolean();
  if (given.has("show_trainable")) out.show_trainable = given["show_trainable"].boolean();
  return out;
}

void train_a_step(Model& model) {
  std::vector<Tensor> x;
  for (const Var& input : model.inputs()) x.push_back(Tensor({2, input.dim(1)}));
  model.fit(Dataset(TensorList(x), Tensor({2, model.outputs()[0].dim(1)})), {.verbose = 0});
}

TEST(Summary, IsKeras) {
  const Config file = golden::read("summary.json");
  size_t compared = 0;
  for (const Config& record : file["records"].list()) {
    SCOPED_TRACE(record["model"].text() + record["options"].json());
    clear_session();
    const auto made = models.at(record["model"].text())();
    Model& model = *made;
    const SummaryOptions options = options_of(record["options"]);
    EXPECT_EQ(model.summary(options), record["width_80"].text());
    ++compared;
    if (!record.has("optimizer")) continue;
    model.compile({.optimizer = record["optimizer"].text(), .loss = "mse"});
    EXPECT_EQ(model.summary(options), record["compiled_width_80"].text());
    train_a_step(model);
    EXPECT_EQ(model.summary(options), record["trained_width_80"].text());
  }
  EXPECT_EQ(compared, 8u);
}

TEST(Summary, NeedsRoom) { EXPECT_THROW(mlp()->summary({.line_length = 10}), Error); }

}  // namespace
}  // namespace cajal
