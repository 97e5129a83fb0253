// Networks for pictures from a terminal: small data in CIFAR-10's form, trained by name, looked at, gone on with.
#include <gtest/gtest.h>

#include "cajal/cajal.h"
#include "program.h"

namespace cajal {
namespace {

// idx files of small pictures whose brightness tells their class.
class Pictures : public WithProgram {
 protected:
  void SetUp() override {
    WithProgram::SetUp();
    if (IsSkipped()) return;
    write("train", 96);
    write("t10k", 32);
  }
  void write(const std::string& part, int64_t count) const {
    Tensor images({count, 16, 16}, DType::uint8), labels({count}, DType::uint8);
    random::Stream stream{uint64_t(count)};
    for (int64_t i = 0; i < images.size(); ++i) {
      const int64_t label = i / 256 % 2;
      labels.set_flat(i / 256, double(label));
      images.data<uint8_t>()[i] = uint8_t(100 * label + stream.below(80));
    }
    write_idx(folder_ / "data" / (part + "-images-idx3-ubyte"), images);
    write_idx(folder_ / "data" / (part + "-labels-idx1-ubyte"), labels);
  }
};

TEST_F(Pictures, ANetworkIsTrainedByName) {
  const Answer trained =
      run("train data --model resnet20 --width 0.25 --epochs 2 --batch-size 32 --augment crop:2,flip,cutout:3 "
          "--optimizer sgd --learning-rate 0.1 --momentum 0.9 --nesterov --weight-decay 0.0005 --schedule cosine "
          "--warmup 1 --output out");
  EXPECT_EQ(trained.status, 0) << trained.out;
  for (const char* text : {"model: resnet20 of width 0.25, 16 x 16", "held out: ", "wrote out/"})
    EXPECT_TRUE(trained.says(text)) << text << "\nis not in\n" << trained.out;
  const Answer looked = run("inspect out");
  EXPECT_EQ(looked.status, 0) << looked.out;
  EXPECT_TRUE(looked.says("layer3_2_conv2")) << looked.out;
  EXPECT_TRUE(looked.says("CosineDecay")) << looked.out;
  const Answer evaluated = run("evaluate out data");
  EXPECT_EQ(evaluated.status, 0) << evaluated.out;
  const Config config = Config::parse(read_text(folder_ / "out/config.json"));
  EXPECT_EQ(config["options"]["model"].text(), "resnet20");
  // What the configuration says does the same again, bit for bit.
  EXPECT_EQ(run("train --config out/config.json --output again").status, 0);
  EXPECT_EQ(read_file(folder_ / "out/model.safetensors"), read_file(folder_ / "again/model.safetensors"));
}

TEST_F(Pictures, WrongUseIsOneSentence) {
  const std::pair<const char*, const char*> wrong[] = {
      {"train data --model resnet21", "there is no network called 'resnet21'; did you mean 'resnet20'?"},
      {"train data --model resnet20 --layers 3", "--model and --layers both say what the network is"},
      {"train data --augment flipp", "there is no augmentation called 'flipp'; did you mean 'flip'?"},
      {"train data --schedule step", "--schedule is constant, cosine or linear; 'step' was given"},
      {"train data --warmup 1", "--warmup goes with --schedule cosine"},
      {"train 'playground:#' --model resnet20", "--model resnet20 is for pictures, and "}};
  for (const auto& [arguments, text] : wrong) {
    const Answer answer = run(arguments);
    EXPECT_EQ(answer.status, 2) << arguments;
    EXPECT_TRUE(answer.says(text)) << text << "\nis not in\n" << answer.out;
  }
}

TEST_F(Pictures, WhatDoesNotFitSaysSoBeforeItStarts) {
  const Answer small = run("train data --model vgg11");
  EXPECT_EQ(small.status, 1) << small.out;
  EXPECT_TRUE(small.says("block5_pool")) << small.out;
  const Answer large = run("train data --model mobilenet_v2 --width 100");
  EXPECT_EQ(large.status, 1) << large.out;
  EXPECT_TRUE(large.says(" of memory, and ")) << large.out;
  EXPECT_FALSE(large.says("epoch 1/")) << large.out;
}

TEST_F(Pictures, ThoseInColourGetConvolutions) {
  Tensor images({64, 24, 24, 3}, DType::uint8), labels({64}, DType::uint8);
  for (const char* part : {"train", "t10k"}) {
    write_idx(folder_ / "colour" / (std::string(part) + "-images-idx4-ubyte"), images);
    write_idx(folder_ / "colour" / (std::string(part) + "-labels-idx1-ubyte"), labels);
  }
  const Answer answer = run("train colour --dry-run");
  EXPECT_EQ(answer.status, 0) << answer.out;
  EXPECT_TRUE(answer.says("model: cifar_cnn, 24 x 24 x 3")) << answer.out;
}

TEST_F(Pictures, PyTorchFilesAreLookedAt) {
  const Path golden = std::filesystem::absolute("tests/golden/pytorch/checkpoint_legacy.pt");
  const Answer answer = run("inspect " + golden.string());
  EXPECT_EQ(answer.status, 0) << answer.out;
  for (const char* text : {"a PyTorch file of 10 tensors", "epoch: 3", "state_dict.1.running_mean", "[3, 2, 3, 3]"})
    EXPECT_TRUE(answer.says(text)) << text << "\nis not in\n" << answer.out;
  EXPECT_TRUE(run("inspect --json " + golden.string()).says("\"metadata\""));
}

}  // namespace
}  // namespace cajal
