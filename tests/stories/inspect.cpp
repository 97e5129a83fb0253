// The program looked at from a terminal: inspect, check-gradients, completion.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>

#include "cajal/cajal.h"
#include "program.h"

namespace cajal {
namespace {

class Inspect : public WithProgram {
 protected:
  void SetUp() override {
    WithProgram::SetUp();
    clear_session();
    set_random_seed(1);
  }
  void expect_says(const std::string& arguments, const std::vector<std::string>& texts) const {
    const Answer answer = run(arguments);
    EXPECT_EQ(answer.status, 0) << answer.out;
    for (const std::string& text : texts) EXPECT_TRUE(answer.says(text)) << text << "\nis not in\n" << answer.out;
  }
  void expect_refuses(const std::string& arguments, int status, const std::string& text) const {
    const Answer answer = run(arguments);
    EXPECT_EQ(answer.status, status) << arguments << "\n" << answer.out;
    EXPECT_TRUE(answer.says(text)) << text << "\nis not in\n" << answer.out;
  }
  std::string write(const std::string& name, const std::string& content) const {
    std::ofstream(folder_ / name, std::ios::binary) << content;
    return name;
  }

  // 5 - 4 relu - 3, compiled, with the names of its classes.
  static Sequential flowers() {
    Sequential model({Dense(4, "relu"), Dense(3)});
    model.build_for({{Dim::symbol("batch"), 5}});
    model.compile({.optimizer = Adam({.learning_rate = 0.002}),
                   .loss = SparseCategoricalCrossentropy({.from_logits = true}),
                   .metrics = {"accuracy"}});
    model.notes().set("classes", Config::List{"setosa", "versicolor", "virginica"});
    return model;
  }
  std::string saved(const Model& model, const std::string& name = "m.safetensors") const {
    model.save((folder_ / name).string());
    return name;
  }
};

TEST_F(Inspect, AModel) {
  saved(flowers());
  expect_says("inspect m.safetensors",
              {"m.safetensors: a Cajal model, format 1, ", "Model: \"sequential\"", "dense_1 (Dense)",
               "Total params: 39", "optimizer     Adam: learning_rate 0.002, beta_1 0.9",
               "loss          SparseCategoricalCrossentropy: from_logits true", "metrics       accuracy",
               "classes       setosa, versicolor, virginica"});
  std::filesystem::create_directories(folder_ / "run");
  std::filesystem::copy(folder_ / "m.safetensors", folder_ / "run/model.safetensors");
  expect_says("inspect run", {"run/model.safetensors: a Cajal model"});
}

TEST_F(Inspect, WeightsAndWhatIsWrongWithThem) {
  Sequential model = flowers();
  model.weights()[0].set(Tensor::full({5, 4}, 0.25));
  Tensor broken({4, 3});
  broken.set({1, 2}, std::nan(""));
  broken.set({0, 0}, INFINITY);
  model.weights()[2].set(broken);
  saved(model);
  expect_says(
      "inspect m.safetensors --weights",
      {"dense/kernel    [5, 4]  float32         0.25           0        0.25        0.25    0.0 %",
       "warning: 'dense_1/kernel' has 1 NaN and 1 infinite among its 12 values", "warning: all of 'dense/bias' is 0"});
  EXPECT_FALSE(run("inspect m.safetensors --weights").says("all of 'dense/kernel'"));
}

TEST_F(Inspect, GraphAndPlan) {
  saved(flowers());
  const Answer graph = run("inspect m.safetensors --graph text");
  EXPECT_TRUE(graph.out.starts_with("%0 = ")) << graph.out;
  for (const char* text : {"matmul(", "relu(", "float32 [batch, 3]", "return %", "'dense/kernel'"})
    EXPECT_TRUE(graph.says(text) || (std::string(text) == "'dense/kernel'" && graph.says("dense/kernel"))) << graph.out;
  EXPECT_FALSE(graph.says("0x")) << "addresses differ from run to run\n" << graph.out;
  EXPECT_EQ(run("inspect m.safetensors --graph text").out, graph.out);
  EXPECT_TRUE(run("inspect m.safetensors --graph dot").out.starts_with("digraph"));
  const Answer small = run("inspect m.safetensors --plan --batch 1"), large = run("inspect m.safetensors --plan");
  EXPECT_TRUE(small.says("plan for 1 samples at a time: ") && small.says("float32 [1, 3]")) << small.out;
  EXPECT_TRUE(large.says("plan for 32 samples at a time: ") && large.says("arena ")) << large.out;
}

TEST_F(Inspect, ThePlanShowsWhatMixedPrecisionStores) {
  Sequential model = flowers();
  saved(model);
  EXPECT_FALSE(run("inspect m.safetensors --plan").says("bfloat16"));
  model.set_dtype_policy("mixed_bfloat16");
  saved(model);
  expect_says("inspect m.safetensors --plan", {"bfloat16 [32, 5]", "bfloat16 [32, 4]"});
}

TEST_F(Inspect, JsonHasAllOfIt) {
  saved(flowers());
  const Answer answer = run("inspect m.safetensors --json --weights --graph text --plan --batch 7");
  ASSERT_EQ(answer.status, 0) << answer.out;
  const Config facts = Config::parse(answer.out);
  EXPECT_EQ(facts["kind"].text(), "a Cajal model");
  EXPECT_EQ(facts["bytes"].integer(), int64_t(std::filesystem::file_size(folder_ / "m.safetensors")));
  EXPECT_EQ(facts["model"]["parameters"]["total"].integer(), 39);
  EXPECT_EQ(facts["model"]["layers"].list().size(), 2u);
  EXPECT_EQ(facts["training"]["optimizer"]["config"]["learning_rate"].number(), 0.002);
  EXPECT_EQ(facts["notes"]["classes"].list().size(), 3u);
  EXPECT_EQ(facts["weights"].list().size(), 4u);
  EXPECT_EQ(facts["weights"].list()[1]["zeros"].integer(), 4);
  EXPECT_NE(facts["graph"].text().find("matmul"), std::string::npos);
  EXPECT_GT(facts["plan"]["arena_bytes"].integer(), 0);
}

TEST_F(Inspect, ACheckpoint) {
  Sequential model = flowers();
  const std::string path = (folder_ / "c.safetensors").string();
  struct Writer : Callback {
    std::string to;
    int at_epoch = 0;
    explicit Writer(std::string to) : to(std::move(to)) {}
    void on_epoch_begin(int epoch) override { at_epoch = epoch; }
    void on_train_batch_end(int64_t batch) override {
      if (batch == 2 && at_epoch == 1) model()->save_checkpoint(to);
    }
  };
  model.fit(random::normal({40, 5}), Tensor({40}, DType::int32),
            {.epochs = 2, .batch_size = 10, .verbose = 0, .callbacks = {Writer(path)}});
  expect_says("inspect c.safetensors",
              {"a checkpoint of a Cajal model", "checkpoint    1 epoch done, and 3 steps of the next",
               "last epoch    loss ", "data          samples 40, batch_size 10", "written by    cajal "});
  expect_says("inspect c.safetensors --weights", {"dense/kernel", "more tensors of the training's state"});
  EXPECT_EQ(Config::parse(run("inspect c.safetensors --json").out)["checkpoint"]["step"].integer(), 3);
}

TEST_F(Inspect, FilesOfTensorsAndTables) {
  const Tensor values = Tensor::of({1.5f, 2.f, -3.f, 4.f, 5.f, 6.f}, {2, 3});
  save_npy(folder_ / "x.npy", values);
  save_npz(folder_ / "x.npz", {{"first", values}, {"second", Tensor::of({7, 8})}});
  save_safetensors(folder_ / "x.safetensors", {{"a.weight", values}}, {{"origin", "elsewhere"}});
  write_idx(folder_ / "x-idx2-ubyte", values.cast(DType::uint8));
  write("t.csv", "width,name\n1.5,red\n2.5,blue\n,red\n");
  expect_says("inspect x.npy", {"x.npy: a NumPy array, float32 [2, 3], 152 bytes", "[ 1.5  2.  -3. ]"});
  expect_says("inspect x.npz", {"a NumPy archive of 2 tensors", "first   [2, 3]  float32 ", "second  [2]", "7, 8"});
  expect_says("inspect x.safetensors",
              {"a safetensors file of 1 tensor", "origin: elsewhere", "a.weight", "1.5, 2, -3"});
  expect_says("inspect x-idx2-ubyte", {"an idx file, uint8 [2, 3]"});
  expect_says("inspect t.csv", {"a table of 3 rows and 2 columns", "width  name", "blue", "mean"});
  expect_says("inspect x.npz --weights", {"deviation", "-3"});
  const Config table = Config::parse(run("inspect t.csv --json").out);
  EXPECT_EQ(table["columns"].list()[0]["missing"].integer(), 1);
  EXPECT_EQ(Config::parse(run("inspect x.npy --json").out)["tensors"].list()[0]["shape"].list().size(), 2u);
}

TEST_F(Inspect, WrongFilesAreRefusedWithAReason) {
  const std::string model = read_text(folder_ / saved(flowers()));
  write("cut.safetensors", model.substr(0, model.size() / 2));
  write("tiny.safetensors", model.substr(0, 5));
  write("long.safetensors", std::string(7, '\xFF') + "\x7F" + "{}");
  std::string damaged = model;
  damaged[damaged.find("\\\"Dense\\\"") + 2] = 'M';
  write("damaged.safetensors", damaged);
  std::string nowhere = model;
  nowhere.replace(nowhere.find("\"notes\""), 7, "\"checkpoint\"");
  nowhere.replace(0, 8, std::string{char(uint8_t(nowhere[0]) + 5), nowhere[1], 0, 0, 0, 0, 0, 0});
  write("nowhere.safetensors", nowhere);
  write("picture.png", "\x89PNG\r\n\x1a\n............");
  write("page.html", "<html></html>");
  write("noise", "qwertyuiop");
  write("empty", "");
  write("wrong.npy", "\x93NUMPY\x01");
  write("wrong.npz", std::string("PK\x03\x04", 4) + std::string(30, 'x'));
  write("wrong.idx", std::string("\0\0\x08\x03\x7F\xFF\xFF\xFF\x7F\xFF\xFF\xFF\x7F\xFF\xFF\xFF", 16));
  write("wrong.gz", "\x1F\x8B\x08");
  write("ragged.csv", "a,b\n1,2\n3,4,5\n");
  for (const auto& [file, text] :
       std::vector<std::pair<std::string, std::string>>{{"cut.safetensors", "cut.safetensors"},
                                                        {"tiny.safetensors", "tiny.safetensors"},
                                                        {"long.safetensors", "long.safetensors"},
                                                        {"damaged.safetensors", "there is no layer called 'Mense'"},
                                                        {"nowhere.safetensors", "In nowhere.safetensors"},
                                                        {"picture.png", "it begins with 0x89504e47, a PNG picture"},
                                                        {"page.html", "HTML"},
                                                        {"noise", "it begins with 0x71776572"},
                                                        {"empty", "the file 'empty' is empty"},
                                                        {"wrong.npy", "wrong.npy"},
                                                        {"wrong.npz", "wrong.npz"},
                                                        {"wrong.idx", "wrong.idx"},
                                                        {"wrong.gz", "wrong.gz"},
                                                        {"ragged.csv", "ragged.csv"},
                                                        {"nothing", "does not exist"},
                                                        {"/dev/zero", "'/dev/zero' is no ordinary file"},
                                                        {".", "there is no model.safetensors in the folder '.'"}})
    expect_refuses("inspect " + file, 1, text);
  expect_refuses("inspect ragged.csv --plan", 1, "it has no graph and no plan");
  expect_refuses("inspect m.safetensors --graph svg", 2, "--graph is text or dot");
  expect_refuses("inspect m.safetensors --batch 0 --plan", 2, "--batch must be at least 1");
}

// ------------------------------------------------------------------------------------------------ gradients

TEST_F(Inspect, GradientsOfANewNetwork) {
  expect_says("check-gradients", {"network: 5 - 8 tanh - 4 tanh - 3 linear", "loss: mean_squared_error",
                                  "all gradients agree with differences to 1e-06"});
  expect_says("check-gradients --layers 6 --activation relu --loss sparse_categorical_crossentropy --check-inputs",
              {"3 softmax", "dense_1/bias", "all gradients agree"});
}

TEST_F(Inspect, GradientsOfASavedModel) {
  saved(flowers());
  expect_says("check-gradients m.safetensors --samples 5", {"39 parameters", "loss: sparse_categorical_crossentropy",
                                                            "dense/kernel    [5, 4] ", "all gradients agree"});
  expect_says("check-gradients m.safetensors --training --loss mse", {"loss: mean_squared_error"});
  expect_refuses("check-gradients m.safetensors --layers 3", 2, "--layers makes a new network");
}

// Weights of 0 under a relu: every element of the first layer stands at a corner, and nothing can be said of it.
TEST_F(Inspect, GradientsAtCorners) {
  Sequential model({Dense({.units = 4, .activation = "relu", .kernel_initializer = "zeros"}), Dense(2)});
  model.build_for({{Dim::symbol("batch"), 3}});
  model.compile({.loss = "mse"});
  saved(model);
  const Answer answer = run("check-gradients m.safetensors");
  EXPECT_EQ(answer.status, 1) << answer.out;
  for (const char* text : {"not compared", "a corner", "elements were left out", "do not agree"})
    EXPECT_TRUE(answer.says(text)) << text << "\nis not in\n" << answer.out;
}

TEST_F(Inspect, GradientsAskedForWrongly) {
  expect_refuses("check-gradients --loss msee", 2, "there is no loss called 'msee'");
  expect_refuses("check-gradients --activation rleu", 2, "'relu'");
  expect_refuses("check-gradients --samples 0", 2, "--samples must be at least 1");
  expect_refuses("check-gradients --tolerance 2", 2, "--tolerance is a share between 0 and 1");
  expect_refuses("check-gradients nothing.safetensors", 1, "does not exist");
}

// ------------------------------------------------------------------------------------------------ completion

class Completion : public Inspect {
 protected:
  // What bash would offer for the last of the words.
  std::string offered(const std::string& words) const {
    const std::string folder = Path(program_).parent_path().string();
    write("complete.sh", "source <(cajal completion bash)\nCOMP_WORDS=(" + words +
                             ")\nCOMP_CWORD=$((${#COMP_WORDS[@]} - 1))\n_cajal\necho \"${COMPREPLY[@]}\"\n");
    const Answer answer = shell("PATH=" + folder + ":$PATH bash complete.sh");
    EXPECT_EQ(answer.status, 0) << answer.out;
    return answer.out;
  }
};

TEST_F(Completion, VerbsFlagsAndNames) {
  EXPECT_EQ(offered("cajal tr"), "train\n");
  EXPECT_EQ(offered("cajal insp"), "inspect\n");
  EXPECT_EQ(offered("cajal evaluate m --tr"), "--training-data\n");
  EXPECT_EQ(offered("cajal inspect --w"), "--weights\n");
  EXPECT_EQ(offered("cajal inspect --graph \"\""), "text dot\n");
  EXPECT_EQ(offered("cajal inspect --graph = d"), "dot\n");
  EXPECT_EQ(offered("cajal train --activation sigm"), "sigmoid\n");
  EXPECT_EQ(offered("cajal completion z"), "zsh\n");
  EXPECT_EQ(offered("cajal bench spee"), "speedrun\n");
  EXPECT_EQ(offered("cajal bench speedrun mni"), "mnist-99\n");
  EXPECT_EQ(offered("cajal bench speedrun mnist-99 --seeds 3 --sam"), "--samples\n");
  EXPECT_EQ(offered("cajal nonsense x"), "\n");
  const std::string data = offered("cajal train \"\"");
  for (const DatasetEntry* entry : all_datasets())
    EXPECT_NE(data.find(std::string(entry->name)), std::string::npos) << data;
  EXPECT_EQ(offered("cajal evaluate nowhere fash"), "fashion_mnist\n");
}

TEST_F(Completion, EachFlagOfEachVerb) {
  for (const char* verb : {"train", "evaluate", "predict", "bench", "inspect", "check-gradients"}) {
    const std::string help = run(std::string(verb) + " --help").out, all = offered(fmt::format("cajal {} --", verb));
    for (size_t at = help.find("\n  --"); at != std::string::npos; at = help.find("\n  --", at + 1)) {
      const std::string flag = help.substr(at + 3, help.find(' ', at + 3) - at - 3);
      EXPECT_NE((" " + all).find(" " + flag), std::string::npos) << verb << " " << flag << "\n" << all;
    }
  }
  EXPECT_EQ(offered("cajal train --epochs 3 --epoch"), "\n") << "given already";
}

TEST_F(Completion, Files) {
  write("my model.safetensors", "");
  write("mine.csv", "");
  const std::string files = offered("cajal inspect m");
  EXPECT_NE(files.find("my model.safetensors"), std::string::npos) << files;
  EXPECT_NE(files.find("mine.csv"), std::string::npos) << files;
  EXPECT_EQ(offered("cajal train --batch-size \"\""), "\n") << "a number is no file";
}

TEST_F(Completion, OtherShells) {
  EXPECT_TRUE(run("completion zsh").says("#compdef cajal"));
  EXPECT_TRUE(run("completion fish").says("complete -c cajal"));
  expect_refuses("completion tcsh", 2, "there is no completion for 'tcsh'");
  expect_refuses("completion", 2, "bash|zsh|fish is missing");
}

}  // namespace
}  // namespace cajal
