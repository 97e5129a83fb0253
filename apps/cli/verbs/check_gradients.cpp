// cajal check-gradients [MODEL]
#include <fmt/format.h>

#include <iostream>

#include "apps/cli/arguments.h"
#include "apps/cli/run_folder.h"
#include "cajal/base/text.h"
#include "cajal/nn/activations.h"
#include "cajal/nn/gradient_check.h"
#include "cajal/nn/layers/dense.h"

namespace cajal::cli {
namespace {

struct Options {
  std::string model;
  std::vector<int64_t> layers = {8, 4};
  std::string activation = "tanh";
  int64_t inputs = 5, outputs = 3;
  std::string loss = {};
  int64_t batch_size = 8, samples = 20;
  double tolerance = 1e-6;
  uint64_t seed = 0;
  bool training = false, check_inputs = false;

  template <class V>
  void network_fields(V& v) {
    v("layers", layers, "N,N,...", "units of the hidden layers, without a MODEL; 0 for none");
    v("activation", activation, "NAME", "of the hidden layers, without a MODEL");
    v("inputs", inputs, "N", "numbers in a sample, without a MODEL");
    v("outputs", outputs, "N", "units of the last layer, without a MODEL");
  }
  template <class V>
  void fields(V& v) {
    network_fields(v);
    v("loss", loss, "NAME", "what is differentiated; the model's own, or mse, unless given");
    v("batch_size", batch_size, "N", "random samples in the batch");
    v("samples", samples, "N", "elements of each weight that are tried");
    v("tolerance", tolerance, "SHARE", "the greatest relative error that is agreement");
    v("seed", seed, "N", "of the samples, of a new network's weights, and of which elements are tried");
    v("training", training, "", "the network as it is in training: with dropout and the batch's own statistics");
    v("check_inputs", check_inputs, "", "the gradients by the inputs too");
  }
};

// A name that does not exist is wrong use.
template <class Make>
auto named(Make make) {
  try {
    return make();
  } catch (const Error& error) {
    throw UsageError(error.message() + (error.hint().empty() ? "" : "; try " + error.hint()));
  }
}

void check(Options& options) {
  if (options.layers == std::vector<int64_t>{0}) options.layers.clear();
  for (int64_t units : options.layers) require_at_least("--layers", double(units), 1);
  require_at_least("--inputs", double(options.inputs), 1);
  require_at_least("--outputs", double(options.outputs), 1);
  require_at_least("--batch-size", double(options.batch_size), 1);
  require_at_least("--samples", double(options.samples), 1);
  if (!(options.tolerance > 0 && options.tolerance < 1))
    throw UsageError(fmt::format("--tolerance is a share between 0 and 1; {} was given", options.tolerance));
  named([&] { return AnyActivation(options.activation); });
  if (!options.loss.empty()) named([&] { return AnyLoss(options.loss); });
}

// The flags that make a network say nothing about one that is there.
void refuse_network_flags(Options given) {
  ResolvedOptions now, usual;
  Options defaults;
  given.network_fields(now);
  defaults.network_fields(usual);
  for (const auto& field : now.config().map())
    if (!(field.second == usual.config()[field.first]))
      throw UsageError(fmt::format("--{} makes a new network, and the MODEL {} was given", field.first, given.model));
}

// What the loss wants of the last layer: probabilities, positive numbers, or any.
std::string last_activation(const AnyLoss& loss) {
  const std::string kind = loss->config()["class_name"].text();
  if (loss->takes_labels() || kind == "KLDivergence" || (kind.starts_with("Categorical") && kind != "CategoricalHinge"))
    return "softmax";
  if (kind.starts_with("Binary")) return "sigmoid";
  return kind == "Poisson" || kind == "MeanSquaredLogarithmicError" ? "softplus" : "linear";
}

std::shared_ptr<Model> new_network(const Options& options) {
  set_random_seed(options.seed);
  const AnyLoss loss(options.loss.empty() ? "mse" : options.loss);
  auto model = std::make_shared<Sequential>();
  std::string text = fmt::format("{}", options.inputs);
  for (int64_t units : options.layers) {
    model->add(Dense(units, options.activation));
    text += fmt::format(" - {} {}", units, options.activation);
  }
  model->add(Dense(options.outputs, last_activation(loss)));
  model->build_for({{Dim::symbol("batch"), options.inputs}});
  std::cout << fmt::format("network: {} - {} {}\n", text, options.outputs, last_activation(loss));
  return model;
}

std::shared_ptr<Model> opened(const Options& options) {
  refuse_network_flags(options);
  const Path path = find_model_file(options.model);
  auto model = load_model(path.string());
  std::cout << fmt::format("model: {}, {} parameters\n", path.string(), human_count(model->count_params()));
  return model;
}

std::string loss_text(const Model& model) {
  const CompileArguments& arguments = model.compile_arguments();
  if (!arguments.losses.empty()) return fmt::format("{} losses", arguments.losses.size());
  return arguments.loss->name();
}

int64_t corners_in(const std::vector<GradientCheck>& checks) {
  int64_t count = 0;
  for (const GradientCheck& check : checks) count += check.corners;
  return count;
}

std::string conclusion(const std::vector<GradientCheck>& checks, const Options& options) {
  std::string out;
  if (const int64_t corners = corners_in(checks))
    out += fmt::format(
        "{} left out: at a corner (relu at 0) the slopes to the left and to the right differ, and there is\n"
        "no gradient to compare with; another --seed looks elsewhere\n",
        corners == 1 ? "1 element was" : fmt::format("{} elements were", corners));
  std::vector<std::string> wrong;
  for (const GradientCheck& check : checks)
    if (!check.agrees()) wrong.push_back(check.name);
  if (wrong.empty()) return out + fmt::format("all gradients agree with differences to {:g}\n", options.tolerance);
  return out + fmt::format("{} of {} gradients do not agree with differences to {:g}: {}\n", wrong.size(),
                           checks.size(), options.tolerance, join(wrong, ", "));
}

int compare(const Options& options) {
  const auto model = options.model.empty() ? new_network(options) : opened(options);
  if (!options.loss.empty() || !model->compiled())
    model->compile({.loss = AnyLoss(options.loss.empty() ? "mse" : options.loss)});
  std::cout << fmt::format("loss: {}, of {} random samples, in double\n\n", loss_text(*model), options.batch_size)
            << std::flush;
  const std::vector<GradientCheck> checks =
      check_gradients(*model, example_batch(*model, options.batch_size, options.seed),
                      {.samples = options.samples,
                       .tolerance = options.tolerance,
                       .training = options.training,
                       .inputs = options.check_inputs,
                       .seed = options.seed});
  std::cout << text(checks) << "\n" << conclusion(checks, options);
  return all_agree(checks) ? 0 : 1;
}

int run(const Verb& verb, std::span<const std::string> given) {
  Options options;
  Arguments arguments(verb);
  arguments.optional_word("MODEL", options.model,
                          "model.safetensors, or the folder of a run; a small new network unless given");
  options.fields(arguments);
  if (!arguments.read(given)) return 0;
  check(options);
  return compare(options);
}

}  // namespace

const Verb& check_gradients_verb() {
  static const Verb verb{"check-gradients", "[MODEL]", "holds derived gradients against central differences", 8, run};
  return verb;
}

}  // namespace cajal::cli
