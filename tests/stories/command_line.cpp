// The program from a terminal: train, evaluate, predict.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <thread>

#include "cajal/cajal.h"
#include "program.h"

namespace cajal {
namespace {

using CommandLine = WithProgram;

TEST_F(CommandLine, TrainEvaluatePredict) {
  const Answer trained = run("train digits --epochs 1 --layers 32");
  EXPECT_EQ(trained.status, 0) << trained.out;
  for (const char* text : {"digits: 12,000 images", "model: 784 - 32 relu - 10, 25,450 parameters", "epoch 1/1",
                           "held out: ", "wrote runs/digits-1/  model.safetensors", "config.json", "next: "})
    EXPECT_TRUE(trained.says(text)) << text << "\nis not in\n" << trained.out;
  const Answer evaluated = run("evaluate runs/digits-1 digits");
  EXPECT_EQ(evaluated.status, 0) << evaluated.out;
  const size_t at = trained.out.find("held out: ") + 10;
  const std::string result = trained.out.substr(at, trained.out.find('\n', at) - at);
  EXPECT_TRUE(evaluated.says(result)) << result << "\nis not in\n" << evaluated.out;
  const Answer predicted = run("predict runs/digits-1/model.safetensors digits --output p.npy --show 3");
  EXPECT_EQ(predicted.status, 0) << predicted.out;
  EXPECT_TRUE(predicted.says("and 1,997 more")) << predicted.out;
  const Tensor probabilities = load_npy(folder_ / "p.npy");
  EXPECT_EQ(probabilities.shape(), Shape({2000, 10}));
  for (double total : sum(probabilities, {1}).values<double>()) EXPECT_NEAR(total, 1, 1e-5);
}

TEST_F(CommandLine, SameSeedSameFile) {
  for (const char* threads : {"1", "2"})
    ASSERT_EQ(
        run(fmt::format("train digits --epochs 1 --layers 32,16 --dropout 0.1 --seed 5 --threads {0} --output t{0}",
                        threads))
            .status,
        0);
  EXPECT_EQ(read_file(folder_ / "t1/model.safetensors"), read_file(folder_ / "t2/model.safetensors"));
  ASSERT_EQ(run("train digits --epochs 1 --layers 32,16 --dropout 0.1 --seed 6 --output other").status, 0);
  EXPECT_NE(read_file(folder_ / "t1/model.safetensors"), read_file(folder_ / "other/model.safetensors"));
}

TEST_F(CommandLine, RunsAreNumbered) {
  for (int i = 0; i < 2; ++i) ASSERT_EQ(run("train digits --epochs 1 --layers 0 --verbose 0").status, 0);
  EXPECT_TRUE(std::filesystem::exists(folder_ / "runs/digits-1/model.safetensors"));
  const Config config = Config::parse(read_text(folder_ / "runs/digits-2/config.json"));
  EXPECT_EQ(config["options"]["layers"].list().size(), 0u);
  EXPECT_EQ(config["options"]["epochs"].integer(), 1);
  EXPECT_GT(config["results"]["held_out_accuracy"].number(), 0.5);
}

TEST_F(CommandLine, DryRunLeavesNothing) {
  const Answer answer = run("train digits --dry-run");
  EXPECT_EQ(answer.status, 0) << answer.out;
  EXPECT_TRUE(answer.says("dry run: one batch")) << answer.out;
  EXPECT_TRUE(std::filesystem::is_empty(folder_));
}

TEST_F(CommandLine, InterruptSavesTheModel) {
  const pid_t child = fork();
  if (child == 0) {
    if (chdir(folder_.c_str()) != 0) _exit(99);
    std::freopen("out.txt", "w", stdout);
    execl(program_, program_, "train", "digits", "--epochs", "100000", "--layers", "16", static_cast<char*>(nullptr));
    _exit(98);
  }
  const Stopwatch watch;
  auto started = [this] {
    return file_exists(folder_ / "out.txt") && read_text(folder_ / "out.txt").find("epoch 1/") != std::string::npos;
  };
  while (!started() && watch.seconds() < 60) std::this_thread::sleep_for(std::chrono::milliseconds(20));
  kill(child, SIGINT);
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 130) << status << "\n" << read_text(folder_ / "out.txt");
  EXPECT_NE(read_text(folder_ / "out.txt").find("what was learned so far was saved"), std::string::npos);
  EXPECT_EQ(run("evaluate runs/digits-1 digits").status, 0);
}

// Postal codes look like numbers; new files are read as the model's reader says, with its words for what is missing.
TEST_F(CommandLine, NewTablesAreReadAsTheFirstOne) {
  std::string rows = "code,size,sold\n";
  for (int i = 0; i < 60; ++i)
    rows += fmt::format("{},{}.5,{}\n", i % 2 ? "09001" : "05001", i % 9, i % 2 ? "yes" : "no");
  std::ofstream(folder_ / "flats.csv") << rows << "09001,none,yes\n";
  std::ofstream(folder_ / "new.csv") << "size,code\n2.5,09001\nnone,05001\n3.5,05001\n";
  const Answer trained = run("train flats.csv --target sold --categories code --na-values none --missing fill");
  EXPECT_EQ(trained.status, 0) << trained.out;
  const Answer predicted = run("predict runs/flats-1 new.csv --output answers.csv");
  EXPECT_EQ(predicted.status, 0) << predicted.out;
  const std::string answers = read_text(folder_ / "answers.csv");
  EXPECT_NE(answers.find("yes,"), std::string::npos) << answers;
  EXPECT_NE(answers.find("09001"), std::string::npos) << answers;
  const Answer wrong = run("evaluate runs/flats-1 new.csv");
  EXPECT_EQ(wrong.status, 1) << "there is nothing to compare with: " << wrong.out;
}

TEST_F(CommandLine, BenchPrintsOneLineOfJson) {
  const Answer answer = run("bench iris_mlp --threads 1 --seconds 0.2 --json");
  EXPECT_EQ(answer.status, 0) << answer.out;
  const Config line = Config::parse(answer.out);
  for (const char* key :
       {"workload", "system", "mode", "threads", "batch", "items_per_s", "step_ms_median", "peak_rss_mb", "loss"})
    EXPECT_TRUE(line.has(key)) << key;
  EXPECT_EQ(line["workload"].text(), "iris_mlp");
  EXPECT_EQ(line["threads"].integer(), 1);
}

// Cajal's own drawings in MNIST's files: the recipe asks for no more than their form.
void write_as_mnist(const Path& folder) {
  std::filesystem::create_directories(folder);
  const auto [train, test] = datasets::digits(400, 100);
  for (const auto& [name, data] : {std::pair("train", train), std::pair("t10k", test)}) {
    Batch all;
    data.batch(data.size()).begin_epoch(0).next(all);
    write_idx(folder / (name + std::string("-images-idx3-ubyte")), all.x[0]);
    write_idx(folder / (name + std::string("-labels-idx1-ubyte")), all.y[0]);
  }
}

TEST_F(CommandLine, SpeedrunSaysHowFastAndHowWell) {
  write_as_mnist(folder_ / "data/mnist");
  const auto speedrun = [&](const std::string& rest) {
    return shell(fmt::format("CAJAL_DATA=data {} bench speedrun {}", program_, rest));
  };
  const Answer answer = speedrun("mnist-99 --seeds 2 --seed 7 --epochs 2");
  EXPECT_EQ(answer.status, 0) << answer.out;
  for (const char* text : {"mnist-99: 99 % of MNIST's test digits", "seed 7 ", "seed 8 ", "  read ", "  plan ",
                           "  train ", "  evaluate ", "over 2 seeds: 99 % missed by ", "work   10 steps of training: "})
    EXPECT_TRUE(answer.says(text)) << text << "\nis not in\n" << answer.out;
  const Config line = Config::parse(speedrun("mnist-99 --samples 240 --threads 1 --json").out);
  for (const char* key : {"system", "mode", "start_s", "read_s", "plan_s", "train_s", "evaluate_s", "training_gflop"})
    EXPECT_TRUE(line.has(key)) << key;
  EXPECT_EQ(line["recipe"].text(), "mnist-99");
  EXPECT_EQ(line["threads"].integer(), 1);
  EXPECT_EQ(line["mode"].text(), why_no_bfloat16().empty() ? "bfloat16" : "float32");
  EXPECT_TRUE(speedrun("mnist-99 --samples 240 --precision float32").says(", float32\n"));
  EXPECT_EQ(line["steps"].integer(), 1);
  EXPECT_EQ(line["target"].number(), 0.99);
  EXPECT_FALSE(line["reached"].boolean());
  ASSERT_EQ(line["accuracy"].list().size(), 1u);
  EXPECT_EQ(line["accuracy"].list()[0].number(), line["mean_accuracy"].number());
  EXPECT_EQ(line["seconds"].list()[0].number(), line["mean_seconds"].number());
  EXPECT_GE(line["mean_seconds"].number(), line["train_s"].number());
  EXPECT_EQ(run("bench speedrun --help").status, 0);
  EXPECT_TRUE(run("bench --help").says("speedrun RECIPE"));
}

TEST_F(CommandLine, HelpAndVersion) {
  EXPECT_EQ(run("--version").out, fmt::format("cajal {}\n", version));
  EXPECT_EQ(run("-V").out, run("--version").out);
  for (const char* text : {"train", "evaluate", "predict", "bench", "doctor"}) EXPECT_TRUE(run("").says(text)) << text;
  EXPECT_EQ(run("train --help").status, 0);
  EXPECT_TRUE(run("train --help").says("--learning-rate"));
  EXPECT_EQ(run("doctor").status, 0);
  EXPECT_EQ(run("doctor | head -n 1").status, 0);
}

// Every backend but the plain kernels may be left out, here by its name; a name that is none is told.
TEST_F(CommandLine, BackendsAreChosenByTheirNames) {
  const auto with = [&](const std::string& names, const std::string& arguments) {
    return shell(fmt::format("CAJAL_BACKENDS={} {} {}", names, program_, arguments));
  };
  EXPECT_TRUE(run("doctor").says("onednn")) << "there, or why it is not";
  const Answer cpu = with("cpu", "doctor");
  EXPECT_TRUE(cpu.says("; chosen by CAJAL_BACKENDS") && !cpu.says("onednn")) << cpu.out;
  EXPECT_EQ(with("cpu", "bench iris_mlp --threads 1 --seconds 0.1").status, 0);
  const Answer wrong = with("onednm,cpu", "bench iris_mlp --threads 1 --seconds 0.1");
  EXPECT_NE(wrong.status, 0);
  EXPECT_TRUE(wrong.says("CAJAL_BACKENDS names 'onednm'; did you mean 'onednn'?")) << wrong.out;
}

}  // namespace
}  // namespace cajal
