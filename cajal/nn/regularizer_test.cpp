#include "cajal/nn/constraints.h"
#include "cajal/nn/internal/golden_test.h"
#include "cajal/nn/regularizers.h"

namespace cajal {
namespace {

TEST(Regularizer, GivesTheValuesAndGradientsOfKeras) {
  const Config file = golden::read("layers.json");
  for (const Config& record : file["regularizers"].list()) {
    const auto regularizer = Regularizer::from_config(golden::part(record["regularizer"].text(), record["arguments"]));
    const auto out = golden::run({golden::tensor(file["weight"])}, [&](const Vars& x) -> Vars {
      const Var penalty = regularizer->penalty(x[0]);
      return {penalty, gradient(penalty, x[0])};
    });
    golden::expect_near(out[0], golden::tensor(record["value"]), 1e-12, regularizer->config().json());
    golden::expect_near(out[1], golden::tensor(record["gradient"]), 1e-12, regularizer->config().json());
  }
}

TEST(Constraint, GivesTheWeightsOfKeras) {
  const Config file = golden::read("layers.json");
  for (const Config& record : file["constraints"].list()) {
    const auto constraint = Constraint::from_config(golden::part(record["constraint"].text(), record["arguments"]));
    const auto out = golden::run({golden::tensor(file["weight"])},
                                 [&](const Vars& x) -> Vars { return {constraint->project(x[0])}; });
    golden::expect_near(out[0], golden::tensor(record["output"]), 1e-12, constraint->config().json());
  }
}

TEST(Regularizer, HasTheNamesOfKeras) {
  const Config names = golden::read("names.json");
  for (const auto& entry : names["regularizers"].map())
    EXPECT_EQ(AnyRegularizer(entry.first)->config()["class_name"].text(), entry.first);
  for (const auto& entry : names["constraints"].map())
    EXPECT_EQ(AnyConstraint(entry.first)->config()["class_name"].text(), entry.first);
  EXPECT_TRUE(AnyRegularizer("l1_l2"));
  EXPECT_TRUE(AnyConstraint("max_norm"));
}

TEST(Regularizer, TellsWhatIsWrong) {
  EXPECT_THROW(L2(-1), Error);
  EXPECT_THROW(OrthogonalRegularizer({.mode = "diagonal"}), Error);
  EXPECT_THROW(OrthogonalRegularizer().penalty(placeholder({2, 2, 2})), Error);
  EXPECT_THROW(AnyRegularizer("l3x"), Error);
}

}  // namespace
}  // namespace cajal
