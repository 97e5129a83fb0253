#include "cajal/data/condition.h"

#include "cajal/data/csv.h"
#include "cajal/data/internal/test_support.h"

namespace cajal {
namespace {

using internal::error_of;
using Answers = std::vector<uint8_t>;

Table ore() {
  return parse_csv(
      "FE,P,Ore Pulp pH,kind,other\n61,0.07,9,lump,lump\n58,0.07,10,fine,lump\n63,0.1,11,lump,fine\n,0.01,9,,x\n",
      "ore.csv");
}

Answers answers(const std::string& text) { return Condition(text).holds(ore()); }

TEST(Condition, ComparesNumbersAndTexts) {
  EXPECT_EQ(answers("FE > 60"), Answers({1, 0, 1, 0}));
  EXPECT_EQ(answers("FE>=61"), Answers({1, 0, 1, 0}));
  EXPECT_EQ(answers("FE < 6.0e1"), Answers({0, 1, 0, 0}));
  EXPECT_EQ(answers("P = 0.07"), Answers({1, 1, 0, 0}));
  EXPECT_EQ(answers("P != 0.07"), Answers({0, 0, 1, 1}));
  EXPECT_EQ(answers("kind == lump"), Answers({1, 0, 1, 0}));
  EXPECT_EQ(answers("kind != 'lump'"), Answers({0, 1, 0, 0}));  // missing fulfils nothing
  EXPECT_EQ(answers("kind == other"), Answers({1, 0, 0, 0}));
  EXPECT_EQ(answers("'Ore Pulp pH' > 9"), Answers({0, 1, 1, 0}));
  EXPECT_EQ(answers("1 > 60"), Answers({1, 0, 1, 0}));  // a column by its number
}

TEST(Condition, JoinsComparisons) {
  EXPECT_EQ(answers("FE > 60 and P <= 0.08"), Answers({1, 0, 0, 0}));
  EXPECT_EQ(answers("FE > 60 AND P <= 0.08 or kind == fine"), Answers({1, 1, 0, 0}));
  EXPECT_EQ(answers("FE > 60 & (P <= 0.08 | kind == fine)"), Answers({1, 0, 0, 0}));
  EXPECT_EQ(answers("not FE > 60 && P > 0"), Answers({0, 1, 0, 1}));
  EXPECT_EQ(answers("!(FE > 60)"), Answers({0, 1, 0, 1}));
  EXPECT_EQ(Condition("FE > 60 and (P < 1 or FE < 9)").columns(), std::vector<std::string>({"FE", "P"}));
  EXPECT_TRUE(Condition::looks_like_one("FE > 60"));
  EXPECT_FALSE(Condition::looks_like_one("species"));
}

TEST(Condition, SaysWhatIsWrong) {
  const std::string hint = " | a condition such as: FE > 60 and P <= 0.08";
  EXPECT_EQ(error_of([] { Condition("FE"); }),
            "the condition 'FE' has its end where a comparison (==, !=, <, <=, >, >=) was expected" + hint);
  EXPECT_EQ(error_of([] { Condition("FE > "); }),
            "the condition 'FE > ' has its end where a value was expected" + hint);
  EXPECT_EQ(error_of([] { Condition("FE > > 3"); }),
            "the condition 'FE > > 3' has '>' at character 6 where a value was expected" + hint);
  EXPECT_EQ(error_of([] { Condition("(FE > 3"); }),
            "the condition '(FE > 3' has its end where ')' was expected" + hint);
  EXPECT_EQ(error_of([] { Condition("FE > 3 P"); }),
            "the condition 'FE > 3 P' has 'P' at character 8 where 'and', 'or' or the end was expected" + hint);
  EXPECT_EQ(error_of([] { Condition("FE > 'a"); }),
            "the condition 'FE > 'a' opens a quote at character 6 that is never closed");
  EXPECT_EQ(error_of([] { answers("EF > 3"); }),
            "ore.csv has no column called 'EF' | one of FE, P, Ore Pulp pH, kind, other");
  EXPECT_EQ(error_of([] { answers("FE > x"); }),
            "column 'FE' holds numbers and is compared with 'x' | a number, or a column of numbers");
  EXPECT_EQ(error_of([] { answers("kind == lumb"); }), "column 'kind' has no 'lumb' | 'lump'");
  EXPECT_EQ(error_of([] { answers("kind == FE"); }),
            "column 'kind' holds texts and column 'FE' numbers: they cannot be compared");
  EXPECT_EQ(error_of([] { Condition(std::string(500, '(') + "a > 1"); }),
            "a condition is nested more than 100 levels deep");
  EXPECT_EQ(error_of([] { Condition(std::string(50'000, '!')); }), "a condition is nested more than 100 levels deep");
}

}  // namespace
}  // namespace cajal
