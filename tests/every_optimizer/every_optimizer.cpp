// Every optimizer against what Keras and PyTorch do to the same parameters with the same gradients.
#include "cajal/nn/internal/golden_test.h"
#include "cajal/nn/optimizers.h"
#include "cajal/program/kernel.h"

namespace cajal {
namespace {

// PyTorch's arguments under Keras's names; null where Keras has no such rule.
Config keras_arguments(const std::string& optimizer, const Config& arguments, const Config& defaults) {
  const auto value = [&](const char* name) { return arguments.has(name) ? arguments[name] : defaults[name]; };
  Config out(Config::Map{});
  out.set("learning_rate", value("lr"));
  const Config decay = value("weight_decay");
  if (decay.number() != 0) {
    if (optimizer != "AdamW") return {};  // there the decay is part of the gradient
    out.set("weight_decay", decay);
  }
  if (optimizer == "SGD") out.set("momentum", value("momentum"));
  if (optimizer == "SGD") out.set("nesterov", value("nesterov"));
  if (optimizer == "Adam" || optimizer == "AdamW") {
    out.set("beta_1", value("betas").list()[0]);
    out.set("beta_2", value("betas").list()[1]);
    out.set("amsgrad", value("amsgrad"));
  }
  if (optimizer == "RMSprop") {
    out.set("rho", value("alpha"));
    out.set("momentum", value("momentum"));
    out.set("centered", value("centered"));
  }
  if (optimizer == "Adadelta") out.set("rho", value("rho"));
  if (optimizer == "Adagrad") out.set("initial_accumulator_value", value("initial_accumulator_value"));
  // PyTorch adds epsilon behind the root, Keras inside: its square comes nearest.
  const double epsilon = value("eps").is_null() ? 0 : value("eps").number();
  if (optimizer == "RMSprop" || optimizer == "Adagrad") out.set("epsilon", epsilon * epsilon);
  else if (optimizer != "SGD") out.set("epsilon", epsilon);
  return out;
}

Config with_schedule(Config arguments) {
  const Config rate = arguments["learning_rate"];
  if (rate.is_map()) arguments.set("learning_rate", golden::part(rate["schedule"].text(), rate["arguments"]));
  return arguments;
}

// The difference that a type and the other library's place for epsilon make.
struct Setting {
  DType type;
  double tolerance;
  std::vector<const Backend*> backends;
};

class Check {
 public:
  Check(const Config& file, const Config& record, const Config& arguments, const Setting& setting)
      : file_(file),
        record_(record),
        setting_(setting),
        optimizer_(Optimizer::from_config(golden::part(record["optimizer"].text(), arguments))) {
    for (const auto& entry : file["start"].map())
      weights_.emplace_back(golden::tensor(entry.second).cast(setting.type), Variable::Options{entry.first, true});
  }

  void run() {
    Vars inputs;
    for (const Variable& weight : weights_) inputs.push_back(placeholder(weight.shape(), weight.dtype()));
    Program step(inputs, [&](const Vars& gradients) -> Vars { return optimizer_->apply(gradients, weights_); },
                 {.backends = setting_.backends});
    const Config::List& gradients = file_["gradients"].list();
    for (size_t i = 0; i < gradients.size(); ++i) {
      step(gradients_of(gradients[i]));
      compare(record_["values"].list()[i], weights_, i);
      if (record_.has("ema")) compare(record_["ema"].list()[i], optimizer_->averages(), i);
    }
    EXPECT_EQ(optimizer_->iterations(), int64_t(gradients.size()));
  }

 private:
  std::vector<Tensor> gradients_of(const Config& step) const {
    std::vector<Tensor> out;
    for (const Variable& weight : weights_) out.push_back(golden::tensor(step[weight.name()]).cast(setting_.type));
    return out;
  }
  void compare(const Config& wanted, const std::vector<Variable>& got, size_t step) const {
    for (size_t i = 0; i < weights_.size(); ++i)
      golden::expect_near(got[i].value(), golden::tensor(wanted[weights_[i].name()]), setting_.tolerance,
                          record_["library"].text() + " " + record_["optimizer"].text() + " " +
                              record_["arguments"].json() + ", " + weights_[i].name() + " after step " +
                              std::to_string(step + 1));
  }

  const Config &file_, &record_;
  const Setting& setting_;
  AnyOptimizer optimizer_;
  std::vector<Variable> weights_;
};

// How many records were checked. `file`: start, gradients and records.
int check_records(const Config& file, const std::string& library, const Setting& setting) {
  int checked = 0;
  for (const Config& record : file["records"].list()) {
    if (record["library"].text() != library) continue;
    const Config arguments = library == "keras"
                                 ? with_schedule(record["arguments"])
                                 : keras_arguments(record["optimizer"].text(), record["arguments"], record["defaults"]);
    if (arguments.is_null()) continue;
    Check(file, record, arguments, setting).run();
    ++checked;
  }
  return checked;
}

void check_all(const std::string& library, const Setting& setting, int expected) {
  const Config file = golden::read("optimizers.json");
  EXPECT_EQ(check_records(file, library, setting) + check_records(file["muon"], library, setting), expected);
}

TEST(EveryOptimizer, FollowsKerasInDouble) {
  const golden::InDouble in_double;
  check_all("keras", {DType::float64, 1e-12, {}}, 31);
}

TEST(EveryOptimizer, FollowsKerasInFloat) { check_all("keras", {DType::float32, 1e-5, {}}, 31); }

TEST(EveryOptimizer, FollowsKerasWithThePlainKernels) {
  check_all("keras", {DType::float32, 1e-5, {&reference_backend()}}, 31);
}

TEST(EveryOptimizer, FollowsPyTorchWhereItHasTheSameRule) {
  const golden::InDouble in_double;
  check_all("torch", {DType::float64, 1e-6, {}}, 8);
}

TEST(EveryOptimizer, HasTheArgumentsOfKeras) {
  const Config file = golden::read("names.json");
  for (const auto& entry : file["optimizers"].map()) {
    const Config config = AnyOptimizer(entry.first)->config()["config"];
    size_t i = 0;
    for (const Config& argument : entry.second["arguments"].list()) {
      if (argument["name"].text() == "**kwargs") continue;
      ASSERT_LT(i, config.map().size());
      EXPECT_EQ(config.map()[i].first, argument["name"].text()) << entry.first;
      if (argument["name"].text() != "name") {
        const Config& given = config.map()[i].second;
        const Config got = given.is_list() && given.list().empty() ? Config() : given;  // none, in Keras None
        EXPECT_EQ(got.is_number() ? Config(got.number()) : got,
                  argument["default"].is_number() ? Config(argument["default"].number()) : argument["default"])
            << entry.first << " " << argument["name"].text();
      }
      ++i;
    }
    EXPECT_EQ(i, config.map().size());
  }
}

TEST(EveryOptimizer, NamesItsVariablesAsKeras) {
  const Config file = golden::read("names.json");
  for (const Config& record : file["optimizer_variables"].list()) {
    const AnyOptimizer optimizer =
        Optimizer::from_config(golden::part(record["optimizer"].text(), record["arguments"]));
    optimizer->build({Variable(Tensor({3, 2}), {"kernel", true}), Variable(Tensor({2}), {"bias", true})});
    std::vector<std::string> got, wanted;
    for (const Variable& variable : optimizer->variables()) got.push_back(variable.name());
    for (const Config& name : record["variables"].list()) wanted.push_back(name.text());
    EXPECT_EQ(got, wanted) << record["optimizer"].text() << record["arguments"].json();
  }
}

}  // namespace
}  // namespace cajal
