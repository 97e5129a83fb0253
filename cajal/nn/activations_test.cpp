#include "cajal/nn/activations.h"

#include <algorithm>

#include "cajal/nn/internal/golden_test.h"
#include "cajal/ops/activation.h"
#include "cajal/ops/elementwise.h"
#include "cajal/ops/reduction.h"

namespace cajal {
namespace {

// Those records that have Keras's default arguments.
TEST(Activation, GivesTheValuesAndGradientsOfKeras) {
  const Config file = golden::read("activations.json");
  const Tensor x = golden::tensor(file["x"]), weights = golden::tensor(file["weights"]);
  int seen = 0;
  for (const Config& record : file["records"].list()) {
    if (!record["arguments"].map().empty()) continue;
    const std::string name = record["activation"].text();
    const AnyActivation activation = name;
    const auto out = golden::run({x, weights}, [&](const Vars& v) -> Vars {
      const Var y = activation(v[0]);
      const Var shares = y.shape() == v[1].shape() ? v[1] : Var();
      return shares.defined() ? Vars{y, gradient(sum(y * shares), v[0])} : Vars{y};
    });
    const double tolerance = record["tolerance"].number();
    golden::expect_near(out[0], golden::tensor(record["value"]), tolerance, name);
    const Tensor wanted = golden::tensor(record["gradient"]);
    for (int64_t i = 0; out.size() > 1 && i < wanted.size(); ++i) {
      const auto at_kink = [&](const Config& kink) { return kink.number() == x.flat(i); };
      const Config::List& kinks = record["kinks"].list();
      if (std::any_of(kinks.begin(), kinks.end(), at_kink)) continue;
      EXPECT_NEAR(out[1].flat(i), wanted.flat(i), tolerance * std::max(1.0, std::abs(wanted.flat(i))))
          << name << x.flat(i);
    }
    ++seen;
  }
  EXPECT_GE(seen, 28);
}

TEST(Activation, HasEveryNameOfKeras) {
  const Config file = golden::read("names.json");
  for (const auto& entry : file["activations"].map())
    if (entry.first != "get" && entry.first != "serialize" && entry.first != "deserialize" &&
        entry.first != "threshold") {
      EXPECT_NO_THROW(AnyActivation{entry.first}) << entry.first;
    }
}

TEST(Activation, IsANameNothingOrAFunction) {
  EXPECT_FALSE(AnyActivation());
  EXPECT_FALSE(AnyActivation(nullptr));
  EXPECT_FALSE(AnyActivation("linear"));
  EXPECT_EQ(AnyActivation("linear").name(), "linear");
  EXPECT_EQ(AnyActivation("relu").config(), Config("relu"));
  const AnyActivation own = [](const Var& x) { return x * 2.0; };
  EXPECT_EQ(own.name(), "function");
  EXPECT_THROW(AnyActivation::from_config(own.config()), Error);
  const auto out = golden::run({Tensor(3.f)}, [&](const Vars& x) -> Vars { return {own(x[0])}; });
  EXPECT_EQ(out[0].item(), 6);
}

TEST(Activation, NamesTheNearestOne) {
  try {
    AnyActivation("rleu");
    FAIL();
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "there is no activation called 'rleu'\n  Try: 'relu'");
  }
}

}  // namespace
}  // namespace cajal
