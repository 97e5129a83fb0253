// One test for every op in the table, and a test of that test on ops that are wrong on purpose.
#include <gtest/gtest.h>

#include <cstdio>
#include <ostream>

#include "cajal/ops/table.h"
#include "checks.h"

namespace cajal {

#define CAJAL_LISTED(stem) const Op& stem##_op();
#include "cajal/listing/ops.inc"
#undef CAJAL_LISTED

namespace every_op {
namespace {

struct Listed {
  const char* stem;
  const Op* op;
  friend void PrintTo(const Listed& listed, std::ostream* out) { *out << listed.stem; }
};
const std::vector<Listed>& listed() {
  static const std::vector<Listed> table = {
#define CAJAL_LISTED(stem) {#stem, &stem##_op()},
#include "cajal/listing/ops.inc"
#undef CAJAL_LISTED
  };
  return table;
}

struct Summary : testing::Environment {
  static inline size_t ops = 0, samples = 0, complaints = 0;
  void TearDown() override { std::printf("%zu ops, %zu samples, %zu complaints\n", ops, samples, complaints); }
};
const auto* const summary = testing::AddGlobalTestEnvironment(new Summary);

std::string joined(const Complaints& complaints) {
  std::string out;
  for (const std::string& complaint : complaints) out += complaint + "\n";
  return out;
}

class EveryOp : public testing::TestWithParam<Listed> {};

TEST_P(EveryOp, KeepsTheHouseRules) {
  const Complaints found = check_house_rules(*GetParam().op, GetParam().stem);
  EXPECT_TRUE(found.empty()) << joined(found);
}

TEST_P(EveryOp, IsProved) {
  const Op& op = *GetParam().op;
  if (op.structural || !op.samples) return;
  const Complaints found = check_op(op);
  ++Summary::ops, Summary::samples += op.samples().size(), Summary::complaints += found.size();
  EXPECT_TRUE(found.empty()) << joined(found);
}

INSTANTIATE_TEST_SUITE_P(Table, EveryOp, testing::ValuesIn(listed()),
                         [](const auto& info) { return std::string(info.param.stem); });

TEST(Table, IsSortedAndFindable) {
  const auto ops = all_ops();
  ASSERT_EQ(ops.size(), listed().size());
  for (size_t i = 0; i + 1 < ops.size(); ++i) EXPECT_LT(ops[i]->name, ops[i + 1]->name);
  for (const Op* op : ops) EXPECT_EQ(find_op(op->name), op);
  EXPECT_EQ(find_op("no_such_op"), nullptr);
}

}  // namespace
}  // namespace every_op
}  // namespace cajal
