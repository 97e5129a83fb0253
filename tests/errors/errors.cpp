// Every message that a wrong input gets, as text that was reviewed: messages.txt. A section there is a case here.
//
// CAJAL_WRITE_MESSAGES=1 prints what came instead of comparing, in the form of that file.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <iostream>
#include <map>

#include "cajal/cajal.h"

namespace cajal {
namespace {

const Path& folder() {
  static const Path path = [] {
    Path made = std::filesystem::temp_directory_path() / "errors";
    std::filesystem::remove_all(made);  // hints name files that lie there
    std::filesystem::create_directories(made);
    return made;
  }();
  return path;
}

std::string file(const std::string& name, std::string_view content) {
  const Path path = folder() / name;
  std::ofstream(path, std::ios::binary) << content;
  return path.string();
}

std::string replaced(std::string text, const std::string& what, const std::string& by) {
  for (size_t at = 0; !what.empty() && (at = text.find(what, at)) != std::string::npos; at += by.size())
    text.replace(at, what.size(), by);
  return text;
}

// "# name" and the lines below it, up to the next one.
std::map<std::string, std::string> reviewed() {
  std::map<std::string, std::string> out;
  std::ifstream in("tests/errors/messages.txt");
  std::string name;
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("# ")) name = line.substr(2);
    else if (!name.empty() && !line.empty()) out[name] += line + "\n";
  }
  return out;
}

void compare(const std::string& name, const std::string& given) {
  const std::string text = replaced(given, folder().string(), "FOLDER");
  if (std::getenv("CAJAL_WRITE_MESSAGES")) {
    std::cout << "# " << name << "\n" << text << "\n";
    return;
  }
  static const std::map<std::string, std::string> messages = reviewed();
  const auto found = messages.find(name);
  ASSERT_TRUE(found != messages.end()) << "messages.txt has no section '" << name << "' for:\n" << text;
  EXPECT_EQ(text, found->second);
}

void expect(const std::string& name, const std::function<void()>& wrong) {
  clear_session();
  try {
    wrong();
  } catch (const Error& error) {
    compare(name, error.what() + std::string("\n"));
    return;
  }
  FAIL() << name << ": nothing was thrown";
}

Sequential classifier() {
  Sequential model({Flatten(), Dense(16, "relu"), Dense(10)});
  model.compile(
      {.optimizer = "adam", .loss = SparseCategoricalCrossentropy({.from_logits = true}), .metrics = {"accuracy"}});
  return model;
}

TEST(Errors, ShapesThatDoNotFit) {
  expect("dense_given_another_width", [] {
    Dense dense(64, "relu");
    dense(Input({512}));
    dense(Flatten()(Input({16, 16})));
  });
  expect("dense_given_another_width_in_a_model", [] {
    Sequential model = classifier();
    model.fit(Tensor({8, 28, 28}), Tensor({8}, DType::int32), {.verbose = 0});
    model.predict(Tensor({8, 14, 14}));
  });
  expect("dense_without_units", [] { Dense(0); });
  expect("matmul", [] { matmul(Tensor({3, 4}), Tensor({5, 6})); });
  expect("add", [] { Tensor({3, 4}) + Tensor({3, 5}); });
  expect("fit_with_y_of_another_length", [] {
    classifier().fit(Tensor({8, 28, 28}), Tensor({7}, DType::int32), {.verbose = 0});
  });
  expect("reshape", [] { Tensor({3, 4}).reshape({5, -1}); });
  expect("two_inputs_given_one", [] {
    Input a({2}), b({2});
    Model model({a, b}, Add()({a, b}));
    model.predict(Tensor({4, 2}));
  });
  expect("merge_of_different_shapes", [] { Add()({Input({2}), Input({3})}); });
}

TEST(Errors, ImagesThatDoNotFit) {
  const Input photo({8, 8, 3});
  expect("kernel_larger_than_the_image", [&] { Conv2D(4, 9)(photo); });
  expect("dilated_kernel_larger_than_the_image", [&] {
    Conv2D({.filters = 4, .kernel_size = 3, .dilation_rate = {1, 4}})(photo);
  });
  expect("groups_that_do_not_divide_channels", [&] { Conv2D({.filters = 4, .kernel_size = 3, .groups = 2})(photo); });
  expect("groups_that_do_not_divide_filters", [] { Conv2D({.filters = 4, .kernel_size = 3, .groups = 3}); });
  expect("convolution_given_other_channels", [&] {
    Conv2D layer(4, 3);
    layer(photo);
    layer(Input({8, 8, 4}));
  });
  expect("convolution_of_rows", [] { Conv2D(4, 3)(Input({8, 3})); });
  expect("convolution_without_filters", [] { Conv2D(0, 3); });
  expect("three_sizes_for_a_picture", [] { Conv2D(4, {3, 3, 3}); });
  expect("stride_of_zero", [] { Conv2D({.filters = 4, .kernel_size = 3, .strides = 0}); });
  expect("causal_convolution_of_a_picture", [] { Conv2D({.filters = 4, .kernel_size = 3, .padding = "causal"}); });
  expect("unknown_data_format", [] { MaxPooling2D({.data_format = "channel_first"}); });
  expect("output_padding_of_a_whole_stride",
         [] { Conv2DTranspose({.filters = 4, .kernel_size = 3, .strides = 2, .output_padding = 2}); });
  expect("window_larger_than_the_image", [&] { MaxPooling2D(9)(photo); });
  expect("cropping_of_everything", [&] { Cropping2D({.cropping = {{1, 2}, {4, 4}}})(photo); });
  expect("spectral_normalization_without_a_kernel", [&] { SpectralNormalization({.layer = Flatten()})(photo); });
}

TEST(Errors, OpsOnImages) {
  const Tensor image({1, 6, 6, 4});
  expect("conv_kernel_larger_than_the_image", [&] { conv(image, Tensor({5, 5, 4, 8}), {1}, "valid", {2}); });
  expect("conv_kernel_larger_than_the_padded_image", [&] {
    conv_padded(image, Tensor({9, 3, 4, 8}), {1}, {1}, {1, 0});
  });
  expect("conv_groups_and_channels", [&] { conv(image, Tensor({3, 3, 1, 6}), {1}, "valid", {1}, 3); });
  expect("conv_groups_and_filters", [&] { conv(image, Tensor({3, 3, 2, 7}), {1}, "valid", {1}, 2); });
  expect("conv_channels", [&] { conv(image, Tensor({3, 3, 3, 8})); });
  expect("conv_channels_of_groups", [&] { conv(image, Tensor({3, 3, 4, 8}), {1}, "valid", {1}, 2); });
  expect("conv_unknown_size", [&] { conv(placeholder({1, Dim::symbol("height"), 6, 4}), Tensor({3, 3, 4, 8})); });
  expect("conv_without_channels", [] { conv(Tensor({28, 28}), Tensor({3, 3, 1, 8})); });
  expect("conv_kernel_of_other_axes", [&] { conv(image, Tensor({3, 4, 8})); });
  expect("conv_padding", [&] { conv(image, Tensor({3, 3, 4, 8}), {1}, "smae"); });
  expect("conv_causal_of_an_image", [&] { conv(image, Tensor({3, 3, 4, 8}), {1}, "causal"); });
  expect("conv_strides_of_three_axes", [&] { conv(image, Tensor({3, 3, 4, 8}), {1, 2, 1}); });
  expect("conv_stride_of_zero", [&] { conv(image, Tensor({3, 3, 4, 8}), {0}, "same"); });
  expect("depthwise_channels", [&] { depthwise_conv(image, Tensor({3, 3, 2, 2})); });
  expect("conv_transpose_nothing_left", [] { conv_transpose(Tensor({1, 1, 4}), Tensor({2, 8, 4}), {1}, "same", {0}); });
  expect("conv_transpose_output_padding", [&] { conv_transpose(image, Tensor({3, 3, 8, 4}), {2}, "valid", {2}); });
  expect("pool_window_larger_than_the_image", [&] { max_pool(image, {7, 2}); });
  expect("pool_window_outside_of_the_image", [&] { average_pool_padded(image, {2}, {2}, {2}, {0}, false); });
  expect("pool_to_nothing", [&] { adaptive_average_pool(image, {0}); });
  expect("resize_interpolation", [&] { upsample(image, {2}, "bilinaer"); });
  expect("group_norm_groups", [&] { group_norm(image, Tensor({4}), Tensor({4}), 3, 1e-3); });
}

TEST(Errors, Labels) {
  expect("label_12_of_10_classes", [] {
    const Tensor labels = Tensor::of({0, 1, 2, 12});
    classifier().fit(Tensor({4, 28, 28}), labels, {.verbose = 0});
  });
  expect("label_below_zero", [] {
    const Tensor labels = Tensor::of({0, 1, -1, 2});
    classifier().fit(Tensor({4, 28, 28}), labels, {.verbose = 0});
  });
}

TEST(Errors, ValuesThatAreNotNumbers) {
  expect("nan_in_the_data", [] {
    Tensor x({4, 3});
    x.set({2, 1}, std::nan(""));
    classifier().fit(x, Tensor({4}, DType::int32), {.verbose = 0});
  });
  expect("infinity_in_the_targets", [] {
    Tensor y({4, 1});
    y.set({3, 0}, INFINITY);
    Sequential model({Dense(1)});
    model.compile({.optimizer = "sgd", .loss = "mse"});
    model.fit(Tensor({4, 3}), y, {.verbose = 0});
  });
}

TEST(Errors, EmptyData) {
  expect("empty_training_data", [] {
    classifier().fit(Tensor({0, 28, 28}), Tensor({0}, DType::int32), {.verbose = 0});
  });
  expect("empty_data_to_predict", [] { classifier().predict(Tensor({0, 28, 28})); });
  expect("generator_without_elements", [] {
    const Dataset none = Dataset::from_generator([] { return [](Batch&) { return false; }; });
    classifier().fit(none, {.verbose = 0});
  });
}

TEST(Errors, Order) {
  expect("fit_before_compile", [] { Sequential({Dense(1)}).fit(Tensor({4, 3}), Tensor({4, 1}), {.verbose = 0}); });
  expect("compile_without_loss", [] {
    Sequential model({Dense(1)});
    model.compile({.optimizer = "sgd"});
    model.fit(Tensor({4, 3}), Tensor({4, 1}), {.verbose = 0});
  });
}

TEST(Errors, UnknownNames) {
  expect("unknown_activation", [] { Dense(8, "rleu"); });
  expect("unknown_optimizer", [] { AnyOptimizer("adm"); });
  expect("unknown_optimizer_far_off", [] { AnyOptimizer("hammer"); });
  expect("unknown_loss", [] { AnyLoss("mean_sqared_error"); });
  expect("unknown_metric", [] { AnyMetric("acuracy"); });
  expect("unknown_initializer", [] { AnyInitializer("glorot_unifrom"); });
  expect("unknown_layer", [] { AnyLayer("Dence"); });
  expect("unknown_layer_in_a_model", [] {
    Sequential(Input({3}), {Dense(8), Dense(1)}, "small").get_layer("dense_9");
  });
  expect("unknown_dataset", [] { dataset_entry("mnits"); });
  expect("unknown_metric_in_a_history", [] {
    History history;
    history.add(0, Logs());
    Logs logs;
    logs.set("accuracy", 1);
    history.add(1, logs);
    history["acuracy"];
  });
}

std::string idx_header(char type, char axes) { return {0, 0, type, axes}; }

TEST(Errors, Files) {
  file("something-idx3-ubyte", "");  // the only file with a name near the missing one's
  expect("idx_missing", [] { read_idx(folder() / "nothing-idx3-ubyte"); });
  expect("idx_truncated", [] { read_idx(file("short-idx1-ubyte", idx_header(8, 1) + std::string("\0\0\0\5ab", 6))); });
  expect("idx_foreign", [] { read_idx(file("foreign-idx1-ubyte", "PK\3\4 this is a zip archive")); });
  expect("idx_too_long", [] { read_idx(file("long-idx1-ubyte", idx_header(8, 1) + std::string("\0\0\0\1abc", 7))); });
  expect("npy_missing", [] { load_npy(folder() / "nothing.npy"); });
  expect("npy_truncated", [] {
    save_npy(folder() / "whole.npy", Tensor(Shape{100}));
    load_npy(file("short.npy", read_text(folder() / "whole.npy").substr(0, 200)));
  });
  expect("npy_foreign", [] { load_npy(file("foreign.npy", "1,2,3\n4,5,6\n")); });
  expect("npz_truncated", [] {
    save_npz(folder() / "whole.npz", {{"a", Tensor(Shape{100})}});
    load_npz(file("short.npz", read_text(folder() / "whole.npz").substr(0, 200)));
  });
  expect("npz_foreign", [] { load_npz(file("foreign.npz", "1,2,3\n4,5,6\n")); });
  expect("csv_missing", [] { read_csv(folder() / "nothing.csv"); });
  expect("csv_truncated", [] { read_csv(file("short.csv", "name,note\nAda,\"a quote that is cut off\n")); });
  expect("csv_row_of_another_length", [] { read_csv(file("rows.csv", "a,b\n1,2\n3\n")); });
  expect("csv_foreign", [] { read_csv(file("foreign.csv", "PK\3\4 this is a spreadsheet")); });
  expect("csv_empty", [] { read_csv(file("empty.csv", "\n\n")); });
  expect("csv_without_rows", [] { read_csv(file("header.csv", "a,b\n"), {.header = true}); });
  expect("csv_unknown_column", [] { read_csv(file("columns.csv", "length,width\n1,2\n"))["lenght"]; });
  expect("idx_folder_without_files", [] {
    std::filesystem::create_directories(folder() / "empty");
    load_idx_folder(folder() / "empty");
  });
}

std::string saved_model() {
  clear_session();
  Sequential model({Dense(2)});
  model.build_for({Shape({Dim::symbol("batch"), 3})});
  const std::string path = (folder() / "model.safetensors").string();
  model.save(path);
  return path;
}

TEST(Errors, Models) {
  expect("model_missing", [] {
    saved_model();
    load_model((folder() / "modle.safetensors").string());
  });
  expect("model_truncated", [] {
    const std::string whole = read_text(saved_model());
    load_model(file("short.safetensors", whole.substr(0, whole.size() - 9)));
  });
  expect("model_cut_in_its_header",
         [] { load_model(file("header.safetensors", read_text(saved_model()).substr(0, 20))); });
  expect("model_foreign",
         [] { load_model(file("foreign.safetensors", "this is no model, it is a letter to a friend")); });
  expect("model_is_plain_safetensors", [] {
    save_safetensors(folder() / "plain.safetensors", {{"weight", Tensor({2, 2})}});
    load_model((folder() / "plain.safetensors").string());
  });
  expect("weights_of_another_shape", [] {
    const std::string path = saved_model();
    Sequential other({Dense(5)});
    other.build_for({Shape({Dim::symbol("batch"), 3})});
    clear_session();
    other.load_weights(path);
  });
}

// A model that goes on from a checkpoint, one epoch of eight samples old, with these layers and that data.
void resume(const std::vector<AnyLayer>& layers, int64_t samples = 8, const char* optimizer = "sgd",
            bool callback = true) {
  const std::string path = (folder() / "checkpoint.safetensors").string();
  auto train = [&](Sequential& model, int64_t count, const char* how, std::vector<AnyCallback> callbacks) {
    model.compile({.optimizer = how, .loss = "mse"});
    model.fit(Tensor({count, 3}), Tensor({count, 2}),
              {.epochs = 2, .batch_size = 4, .verbose = 0, .callbacks = std::move(callbacks)});
  };
  Sequential first({Dense(2)});
  const LambdaCallback save({.on_epoch_begin = [&](int epoch) {
    if (epoch == 1) first.save_checkpoint(path);
  }});
  train(first, 8, "sgd", {save});
  clear_session();
  Sequential second(layers);
  second.restore_checkpoint(path);
  train(second, samples, optimizer,
        callback ? std::vector<AnyCallback>{LambdaCallback({})} : std::vector<AnyCallback>());
}

TEST(Errors, Resuming) {
  expect("resume_with_other_data", [] { resume({Dense(2)}, 12); });
  expect("resume_with_another_network", [] { resume({Dense(5), Dense(2)}); });
  expect("resume_with_more_layers", [] { resume({Dense(2), Dense(2)}); });
  expect("resume_with_another_optimizer", [] { resume({Dense(2)}, 8, "adam"); });
  expect("resume_with_other_callbacks", [] { resume({Dense(2)}, 8, "sgd", false); });
  expect("resume_from_a_model", [] {
    const std::string path = saved_model();
    Sequential({Dense(2)}).restore_checkpoint(path);
  });
}

// What the program prints to standard error, and how it ends.
std::string run_program(const std::string& arguments) {
  const char* program = std::getenv("CAJAL_PROGRAM");
  const std::string command =
      fmt::format("cd {} && OMP_NUM_THREADS=1 {} {} 2>&1 >/dev/null", folder().string(), program, arguments);
  FILE* pipe = popen(command.c_str(), "r");
  std::string out;
  char part[256];
  while (size_t count = fread(part, 1, sizeof part, pipe)) out.append(part, count);
  const int status = pclose(pipe);
  return out + fmt::format("(exit status {})\n", WIFEXITED(status) ? WEXITSTATUS(status) : -1);
}

// Tables, configurations and a run that has ended, for the program to stumble over.
void tables_and_runs() {
  std::string table = "length,width,species\n", other = "petal,sepal,species\n";
  for (int i = 0; i < 40; ++i) {
    table += fmt::format("{}.5,{},{}\n", i % 7, i % 5, i % 2 ? "setosa" : "virginica");
    other += fmt::format("{}.5,{},{}\n", i % 7, i % 5, i % 2 ? "setosa" : "virginica");
  }
  file("table.csv", table);
  file("other.csv", other);
  file("missing.csv", table + "3.5,,setosa\n");
  file("same.csv", "length,width,species\n1,2,setosa\n2,3,setosa\n4,1,setosa\n");
  file("list.json", "[1, 2]");
  file("cut.json", "{\"data\": \"digits\", \"options\": {");
  file("typo.json", "{\"data\": \"digits\", \"options\": {\"epoch\": 3}}");
  run_program("train other.csv --target species --epochs 1 --output iris --verbose 0");
  run_program("train table.csv --target species --epochs 1 --output ended --verbose 0");
}

TEST(Errors, CommandLine) {
  if (!std::getenv("CAJAL_PROGRAM")) GTEST_SKIP() << "CAJAL_PROGRAM is not set";
  saved_model();
  tables_and_runs();
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"unknown_flag", "train digits --epoch 5"},
      {"unknown_flag_far_off", "train digits --sandwich"},
      {"unknown_verb", "trian digits"},
      {"unknown_verb_far_off", "sandwich"},
      {"unknown_option_of_the_program", "--versoin"},
      {"flag_without_value", "train digits --epochs"},
      {"flag_with_text_for_a_number", "train digits --epochs many"},
      {"flag_with_a_fraction_for_a_whole_number", "train digits --batch-size 1.5"},
      {"flag_out_of_range", "train digits --epochs 0"},
      {"flag_share", "train digits --dropout 2"},
      {"too_many_words", "train digits mnist"},
      {"word_missing", "evaluate"},
      {"optimizer_of_the_program", "train digits --optimizer adma"},
      {"activation_of_the_program", "train digits --activation relo"},
      {"momentum_for_adam", "train digits --momentum 0.9"},
      {"precision_not_built", "bench mnist_mlp --precision float16"},
      {"precision_unknown", "train digits --precision float31"},
      {"unknown_workload", "bench mnist_mpl"},
      {"unknown_recipe", "bench speedrun mnist99"},
      {"recipe_missing", "bench speedrun"},
      {"recipe_of_no_seeds", "bench speedrun mnist-99 --seeds 0"},
      {"unknown_data", "train minst"},
      {"unknown_data_to_fetch", "data irsi"},
      {"address", "train https://example.org/iris.csv"},
      {"folder_without_idx", "train ."},
      {"data_is_a_file", "train model.safetensors"},
      {"table_not_there", "train flowers.csv"},
      {"table_target_unknown", "train table.csv --target speces"},
      {"table_input_unknown", "train table.csv --target species --inputs length,widht"},
      {"table_missing_value", "train missing.csv --target species"},
      {"table_of_one_class", "train same.csv --target species"},
      {"table_header_flag", "train table.csv --header perhaps"},
      {"table_test_size", "train table.csv --test-size 1.5"},
      {"playground_key", "train 'playground:#activaton=tanh'"},
      {"playground_value", "train 'playground:#dataset=spirl'"},
      {"resume_nothing", "train --resume nowhere"},
      {"resume_and_config", "train --resume a --config b"},
      {"config_not_there", "train --config nowhere.json"},
      {"config_of_something_else", "train --config list.json"},
      {"config_cut_off", "train --config cut.json"},
      {"config_unknown_option", "train --config typo.json"},
      {"run_that_has_ended", "train --resume ended"},
      {"predict_with_another_column", "predict iris table.csv"},
      {"inspect_nothing", "inspect"},
      {"inspect_graph", "inspect model.safetensors --graph png"},
      {"inspect_plan_of_a_table", "inspect table.csv --plan"},
      {"inspect_a_letter", "inspect list.json"},
      {"check_gradients_loss", "check-gradients --loss msee"},
      {"check_gradients_layers_and_model", "check-gradients model.safetensors --layers 3"},
      {"completion_of_another_shell", "completion tcsh"},
      {"predict_a_table_with_pictures", "predict model.safetensors table.csv"},
      {"model_not_there", "predict modle.safetensors digits"},
      {"model_for_other_data", "evaluate model.safetensors digits"},
      {"output_not_writable", "train digits --output /proc/nowhere"},
  };
  for (const auto& [name, arguments] : cases) compare("cli_" + name, run_program(arguments));
}

}  // namespace
}  // namespace cajal
