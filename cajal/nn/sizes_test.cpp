#include "cajal/nn/sizes.h"

#include <gtest/gtest.h>

#include "cajal/base/error.h"

namespace cajal {
namespace {

using Pairs = std::vector<Margins::Pair>;

TEST(Sizes, OneNumberStandsForAllAxes) {
  EXPECT_EQ(Sizes(3).of(2, "size"), (Sizes{3, 3}));
  EXPECT_EQ((Sizes{3, 5}).of(2, "size"), (Sizes{3, 5}));
  EXPECT_THROW((Sizes{3, 5}).of(3, "size"), Error);
  EXPECT_THROW(Sizes().of(2, "size"), Error);
  EXPECT_THROW(Sizes(0).of(2, "size"), Error);
  EXPECT_EQ(Sizes(0).of(1, "size", 0), Sizes(0));
}

TEST(Sizes, AreReadAsANumberOrAList) {
  EXPECT_EQ(Sizes::from_config(Config(3)), Sizes(3));
  EXPECT_EQ(Sizes::from_config(Config::parse("[3, 5]")), (Sizes{3, 5}));
  EXPECT_EQ((Sizes{3, 5}).config().json(), "[3,5]");
  EXPECT_TRUE(Sizes().config().is_null());
}

TEST(Range, OneNumberGoesBothWaysAsFarAsTheBounds) {
  EXPECT_EQ(Range(0.2).of("factor", -1, 1), (Range::Pair{-0.2, 0.2}));
  EXPECT_EQ(Range(-0.2).of("factor", -1, 1), (Range::Pair{-0.2, 0.2}));
  EXPECT_EQ(Range(0.2).of("factor", 0, 1), (Range::Pair{0, 0.2}));
  EXPECT_EQ((Range{0.3, -0.1}).of("factor", -1, 1), (Range::Pair{-0.1, 0.3}));
  EXPECT_EQ((Range{0, 255}).two("value_range"), (Range::Pair{0, 255}));
  for (const Range& wrong : {Range(), Range(1.5), Range{0.5, 1.5}, Range{0.1, 0.2, 0.3}})
    EXPECT_THROW(wrong.of("factor", -1, 1), Error);
  for (const Range& wrong : {Range(), Range(255), Range{255, 0}}) EXPECT_THROW(wrong.two("value_range"), Error);
}

TEST(Range, IsWrittenAsItWasGiven) {
  EXPECT_TRUE(Range().config().is_null());
  for (const char* text : {"0.25", "[-0.5,0.25]"})
    EXPECT_EQ(Range::from_config(Config::parse(text)).config().json(), text);
}

TEST(Margins, AreANumberOneForEachAxisOrTwo) {
  EXPECT_EQ(Margins(1).of(2, "padding"), (Pairs{{1, 1}, {1, 1}}));
  EXPECT_EQ((Margins{1, 2}).of(2, "padding"), (Pairs{{1, 1}, {2, 2}}));
  EXPECT_EQ((Margins{{1, 2}, {3, 4}}).of(2, "padding"), (Pairs{{1, 2}, {3, 4}}));
  EXPECT_EQ((Margins{1, 2}).of(1, "padding"), (Pairs{{1, 2}})) << "before and after the only axis";
  EXPECT_THROW((Margins{1, 2}).of(3, "padding"), Error);
  EXPECT_THROW(Margins(-1).of(2, "padding"), Error);
}

TEST(Margins, AreWrittenAsTheyWereGiven) {
  for (const char* text : {"1", "[1,2]", "[[1,2],[3,4]]"})
    EXPECT_EQ(Margins::from_config(Config::parse(text)).config().json(), text);
  EXPECT_THROW(Margins::from_config(Config::parse("[[1,2,3]]")), Error);
}

TEST(DataFormat, IsOneOfTwoWords) {
  EXPECT_FALSE(DataFormat().channels_first());
  EXPECT_TRUE(DataFormat("channels_first").channels_first());
  EXPECT_EQ(DataFormat("channels_first").config(), Config("channels_first"));
  EXPECT_EQ(DataFormat("channels_first").last({7, 3, 4, 5}), (Shape{7, 4, 5, 3}));
  EXPECT_THROW(DataFormat("channels"), Error);
}

}  // namespace
}  // namespace cajal
