#include "cajal/data/table.h"

#include <cmath>
#include <sstream>

#include "cajal/data/csv.h"
#include "cajal/data/internal/test_support.h"

namespace cajal {
namespace {

using internal::error_of;
using Names = std::vector<std::string>;
using Numbers = std::vector<double>;

Table flowers() {
  return parse_csv("length,width,species\n5.1,3.5,setosa\n4.9,3,setosa\n6.3,3.3,virginica\n5.8,2.7,\n", "flowers.csv");
}

TEST(Table, FindsColumnsByNameAndNumber) {
  const Table table = flowers();
  EXPECT_EQ(table["length"].numbers()[2], 6.3);
  EXPECT_EQ(table["1"].name(), "length");
  EXPECT_EQ(table["last"].name(), "species");
  EXPECT_EQ(table["-2"].name(), "width");
  EXPECT_EQ(table.find("0"), -1);
  EXPECT_EQ(table.find("4"), -1);
  EXPECT_EQ(table.find("1x"), -1);
  EXPECT_EQ(error_of([&] { table["lenght"]; }), "flowers.csv has no column called 'lenght' | 'length'");
  EXPECT_EQ(error_of([&] { table["zzz"]; }), "flowers.csv has no column called 'zzz' | one of length, width, species");
  EXPECT_EQ(error_of([&] { table["species"].numbers(); }),
            "column 'species' holds texts, and numbers were asked for | a column of numbers");
}

TEST(Table, ChoosesColumnsAndRows) {
  const Table table = flowers();
  EXPECT_EQ(table.select({"species", "length"}).names(), Names({"species", "length"}));
  EXPECT_EQ(table.drop({"width"}).names(), Names({"length", "species"}));
  EXPECT_EQ(table.head(2)["length"].numbers(), Numbers({5.1, 4.9}));
  EXPECT_EQ(table.tail(1)["length"].numbers(), Numbers({5.8}));
  EXPECT_EQ(table.head(100).rows(), 4);
  EXPECT_EQ(table.tail(2).place(0), "row 4 of flowers.csv");  // rows stay lines of the file
  EXPECT_EQ(table.filter("species == virginica")["length"].numbers(), Numbers({6.3}));
  EXPECT_EQ(table.drop_missing().rows(), 3);
  EXPECT_EQ(table.with(Column("area", Numbers{1, 2, 3, 4})).names().size(), 4u);
  EXPECT_EQ(table.with(Column("width", Numbers{1, 2, 3, 4}))["width"].numbers()[0], 1);
  EXPECT_EQ(error_of([&] { table.with(Column("area", Numbers{1})); }),
            "column 'length' has 4 rows and column 'area' 1 | columns of equal length");
  EXPECT_EQ(error_of([] {
              Table({Column("a", Numbers{}), Column("a", Numbers{})});
            }),
            "two columns are called 'a' | a name of its own for each");
}

TEST(Table, BecomesATensor) {
  const Tensor x = flowers().to_tensor({"width", "length"});
  EXPECT_EQ(x.shape(), Shape({4, 2}));
  EXPECT_EQ(x.dtype(), DType::float32);
  EXPECT_EQ(x.at({2, 1}), 6.3f);
  EXPECT_EQ(flowers().to_tensor({"length"}, DType::float64).at({0, 0}), 5.1);
  EXPECT_EQ(error_of([] { flowers().to_tensor(); }),
            "row 2 of flowers.csv, column species: \"setosa\" is not a number | columns of numbers, or a TableReader, "
            "which makes numbers of names");
  EXPECT_EQ(error_of([] { parse_csv("a,b\n1,2\n3,\n", "t.csv").to_tensor(); }),
            "row 3 of t.csv, column b: the value is missing | drop_missing(), or other columns");
}

// Values from pandas: DataFrame({"a": [1, 2, 3, 10]}).describe().
TEST(Table, DescribesAsPandasDoes) {
  const Table table = Table({Column("a", Numbers{1, 2, std::nan(""), 3, 10})}).describe();
  const Numbers wanted = {4, 4, 4.08248290463863, 1, 1.75, 2.5, 4.75, 10};
  for (size_t i = 0; i < wanted.size(); ++i) EXPECT_NEAR(table["a"].numbers()[i], wanted[i], 1e-13) << i;
  const Table words = flowers().select({"species"}).describe();
  EXPECT_EQ(words["species"].text(0), "3");
  EXPECT_EQ(words["species"].text(2), "setosa");
}

TEST(Table, CountsValues) {
  const Table counts = flowers().value_counts("species");
  EXPECT_EQ(counts["species"].text(0), "setosa");
  EXPECT_EQ(counts["count"].numbers(), Numbers({2, 1}));
  const Table numbers = Table({Column("n", Numbers{3, 1, 3, 1, 3})}).value_counts("n");
  EXPECT_EQ(numbers["n"].numbers(), Numbers({3, 1}));
}

TEST(Table, PrintsAlignedColumns) {
  std::ostringstream out;
  out << flowers();
  EXPECT_EQ(out.str(),
            "length  width  species\n"
            "   5.1    3.5  setosa\n"
            "   4.9    3.0  setosa\n"
            "   6.3    3.3  virginica\n"
            "   5.8    2.7  -\n");
  EXPECT_EQ(flowers().text(2),
            "length  width  species\n"
            "   5.1    3.5  setosa\n"
            "...\n"
            "   5.8    2.7  -\n"
            "4 rows, 3 columns\n");
  EXPECT_EQ(Table({Column("tiny", Numbers{1e-12, 2}), Column("n", Numbers{1, 20})}).text(),
            " tiny   n\n1e-12   1\n    2  20\n");
}

TEST(Table, WideAndLongTablesAreShortened) {
  std::vector<Column> columns;
  for (int i = 0; i < 500; ++i) columns.emplace_back("column_" + std::to_string(i + 1), Numbers(1000, i));
  const std::string text = Table(columns).text();
  EXPECT_NE(text.find("..."), std::string::npos);
  EXPECT_NE(text.find("column_1 "), std::string::npos);
  EXPECT_NE(text.find("column_500"), std::string::npos);
  EXPECT_NE(text.find("1,000 rows, 500 columns"), std::string::npos);
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 100u);
}

TEST(Table, ValuesInMessagesAreShortAndPrintable) {
  EXPECT_EQ(quoted_value("1,8"), "\"1,8\"");
  EXPECT_EQ(quoted_value("a\nb\x1B"), "\"a.b.\"");
  EXPECT_EQ(quoted_value(std::string(39, 'x') + "\xC3\xBC yes"), "\"" + std::string(39, 'x') + "...\"");
}

}  // namespace
}  // namespace cajal
