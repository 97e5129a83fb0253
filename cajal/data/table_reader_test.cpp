#include "cajal/data/table_reader.h"

#include <algorithm>
#include <cmath>
#include <fstream>

#include "cajal/data/internal/column_facts.h"
#include "cajal/data/internal/test_support.h"

namespace cajal {
namespace {

using internal::error_of;
using Names = std::vector<std::string>;
using Numbers = std::vector<float>;

Table csv(const std::string& text, const std::string& name = "t.csv") { return parse_csv(text, name); }

Table iris() {
  std::string text = "sepal_length,sepal_width,petal_length,petal_width,species\n";
  for (int i = 0; i < 30; ++i)
    text += std::to_string(5 + i % 7) + ".1,3." + std::to_string(i) + ",1.4,0." + std::to_string(i % 5) + "," +
            (i % 3 == 0   ? "virginica"
             : i % 3 == 1 ? "setosa"
                          : "versicolor") +
            "\n";
  return csv(text, "iris.csv");
}

TEST(TableReader, SaysWhatItTook) {
  EXPECT_EQ(TableReader(csv("a,b,species\n1,2,x\n3,5,y\n2,2,z\n4,1,x\n")).sentence(),
            "I took 'species' (last column, 3 names) as the target and the 2 number columns as input; say --target and "
            "--inputs to choose.");
  EXPECT_EQ(TableReader(csv("a,b,y\n1,r,0\n3,g,1\n2,r,0\n4,g,1\n")).sentence(),
            "I took 'y' (last column, 2 whole numbers) as the target and the 1 number column and 1 column of names (3 "
            "inputs) as input; say --target and --inputs to choose.");
  EXPECT_EQ(TableReader(csv("a,class,b\n1,x,0\n3,y,1.5\n"), {.inputs = {"b"}}).sentence(),
            "I took 'class' (column 2, 2 names) as the target and the 1 number column as input; say --target and "
            "--inputs to choose.");
  EXPECT_EQ(TableReader(csv("a,b\n1,1.5\n3,2.5\n"), {.target = "b"}).sentence(),
            "target: 'b' (numbers from 1.5 to 2.5); input: the 1 number column; --inputs chooses others");
  EXPECT_EQ(TableReader(csv("FE,P\n61,0.07\n58,0.07\n"), {.target = "FE > 60", .inputs = {"P", "FE"}}).sentence(),
            "target: FE > 60 (yes in 1 of 2 rows); input: the 2 number columns");
}

TEST(TableReader, MakesOneHotRowsOfNames) {
  const TableReader reader(csv("n,colour,y\n1,red,a\n2,green,b\n3,red,a\n4,blue,b\n"));
  EXPECT_EQ(reader.feature_names(), Names({"n", "colour=blue", "colour=green", "colour=red"}));
  const TableSamples samples = reader.read(csv("n,colour,y\n1,red,a\n2,green,b\n3,red,a\n4,blue,b\n"));
  EXPECT_EQ(samples.x.values<float>(), Numbers({1, 0, 0, 1, 2, 0, 1, 0, 3, 0, 0, 1, 4, 1, 0, 0}));
  EXPECT_EQ(samples.y.values<int64_t>(), std::vector<int64_t>({0, 1, 0, 1}));
  EXPECT_EQ(samples.y.dtype(), DType::int64);
  EXPECT_EQ(reader.target().classes, Names({"a", "b"}));
}

TEST(TableReader, TellsClassesFromNumbers) {
  EXPECT_EQ(TableReader(csv("a,y\n1,0\n2,1\n3,0\n5,1\n")).target().classes, Names({"0", "1"}));
  EXPECT_EQ(TableReader(csv("a,y\n1,2.0\n2,10\n3,2\n5,10\n")).target().classes, Names({"2", "10"}));
  EXPECT_FALSE(TableReader(csv("a,y\n1,0.5\n2,1\n3,0\n5,1\n")).has_classes());
  EXPECT_FALSE(TableReader(csv("a,y\n1,100\n2,250\n3,175\n5,90\n")).has_classes());  // each once: prices
  EXPECT_TRUE(TableReader(csv("a,y\n1,100\n2,250\n3,175\n5,90\n"), {.target_kind = "classes"}).has_classes());
  EXPECT_FALSE(TableReader(csv("a,y\n1,0\n2,1\n3,0\n5,1\n"), {.target_kind = "number"}).has_classes());
  const TableReader reader(csv("a,y\n1,0.5\n2,1\n3,0\n5,2.5\n"));
  const TableSamples samples = reader.read(csv("a,y\n1,0.5\n2,1\n"));
  EXPECT_EQ(samples.y.shape(), Shape({2, 1}));
  EXPECT_EQ(samples.y.values<float>(), Numbers({0.5, 1}));
}

TEST(TableReader, LeavesOutWhatTellsNothing) {
  std::string text = "id,name,when,unit,nothing,rows,x,y\n";
  for (int i = 0; i < 12; ++i)
    text += "a" + std::to_string(i) + ",Mr " + std::to_string(i) + ",2017-03-" + std::to_string(10 + i % 3) + ",kg,," +
            std::to_string(i) + "," + std::to_string(i * i) + (i % 2 ? ",p\n" : ",q\n");
  const TableReader reader(csv(text));
  EXPECT_EQ(reader.feature_names(), Names({"x"}));
  EXPECT_EQ(reader.notes(),
            Names({"left out: 'id' (each text is different), 'name' (each text is different), 'when' (dates), 'unit' "
                   "(always \"kg\"), 'nothing' (empty), 'rows' (counts the rows); --inputs takes what it names"}));
  EXPECT_EQ(TableReader(csv(text), {.inputs = {"when", "rows"}}).features(), 4);
  for (const char* date : {"2017-03-10", "10/3/17 1:00", "2017-03-10T10:00:00", "1.2.2020", "3-Mar-2020"})
    EXPECT_TRUE(internal::looks_like_date(date)) << date;
  for (const char* other : {"", "12", "1.5", "1-2", "kg", "2017-03", "10-20-30-40", "2017/03-10", "a/b/c"})
    EXPECT_FALSE(internal::looks_like_date(other)) << other;
}

TEST(TableReader, ReadsColumnsByNameInAnyOrder) {
  TableReader reader(iris());
  const Table asked = csv("species,petal_width,sepal_width,sepal_length\nsetosa,0.2,3.5,5.1\n", "new.csv");
  const TableSamples samples = reader.read(asked);
  EXPECT_EQ(reader.feature_names(), Names({"sepal_length", "sepal_width", "petal_width"}));  // petal_length is constant
  EXPECT_EQ(samples.x.values<float>(), Numbers({5.1f, 3.5f, 0.2f}));
  EXPECT_EQ(samples.y.values<int64_t>(), std::vector<int64_t>({0}));
  EXPECT_FALSE(reader.read(asked.drop({"species"})).y.defined());
  EXPECT_EQ(error_of([&] { reader.read(asked.drop({"petal_width"})); }),
            "new.csv has no column 'petal_width', which the model takes as input | a table with the columns "
            "sepal_length, sepal_width, petal_width");
  EXPECT_EQ(error_of([&] { reader.read(csv("Petal Width,sepal_width,sepal_length\n1,2,3\n", "new.csv")); }),
            "new.csv has no column 'petal_width', which the model takes as input | rename 'Petal Width'");
}

TEST(TableReader, ReadsColumnsByPositionWithoutAHeader) {
  const TableReader reader(csv("1.5,2.5,x,3.5\n2.5,4.5,y,5.5\n3.5,1,x,2\n"), {.target = "3"});
  EXPECT_EQ(reader.read(csv("1,2,y,3\n")).x.values<float>(), Numbers({1, 2, 3}));
  EXPECT_EQ(reader.read(csv("1,2,3\n")).x.values<float>(), Numbers({1, 2, 3}));
  EXPECT_FALSE(reader.read(csv("1,2,3\n")).y.defined());
  EXPECT_EQ(reader.read(csv("p,q,r\n1,2,3\n")).x.values<float>(), Numbers({1, 2, 3}));
  EXPECT_EQ(
      error_of([&] { reader.read(csv("1,2\n", "new.csv")); }),
      "new.csv has 2 columns, and the model learned from 4, of which 'column_3' is foretold | the same columns in "
      "the same order, or a header with their names");
}

TEST(TableReader, NamesRowColumnAndValueOfWhatIsWrong) {
  const TableReader reader(
      csv("petal_width,colour,species\n0.2,red,setosa\n1.3,green,versicolor\n1.4,red,versicolor\n"));
  std::string text = "petal_width,colour,species\n";
  for (int i = 0; i < 15; ++i) text += "1.5,red,setosa\n";
  EXPECT_EQ(error_of([&] { reader.read(csv(text + "\"1,8\",red,setosa\n", "iris.csv")); }),
            "row 17 of iris.csv, column petal_width: \"1,8\" is not a number | --decimal comma where all numbers have "
            "one; here others have a point, so mend this one");
  EXPECT_EQ(
      error_of([&] { reader.read(csv(text + "wide,red,setosa\n", "iris.csv")); }),
      "row 17 of iris.csv, column petal_width: \"wide\" is not a number | mend the value, or say --na-values with "
      "it if it stands for none, or --categories petal_width if the column holds names");
  EXPECT_EQ(error_of([&] { reader.read(csv(text + "1.5,rad,setosa\n", "iris.csv")); }),
            "row 17 of iris.csv, column colour: \"rad\" is no name that the model knows | 'red'");
  EXPECT_EQ(error_of([&] { reader.read(csv(text + "1.5,red,sentosa\n", "iris.csv")); }),
            "row 17 of iris.csv, column species: \"sentosa\" is no class that the model knows | 'setosa'");
  EXPECT_EQ(error_of([&] { reader.read(csv(text + ",red,setosa\n", "iris.csv")); }),
            "row 17 of iris.csv, column petal_width: the value is missing | --missing fill (the median, or the most "
            "frequent name), or --missing drop");
  EXPECT_EQ(error_of([&] { reader.read(csv(text + "NaN,red,setosa\n", "iris.csv")); }).substr(0, 68),
            "row 17 of iris.csv, column petal_width: the value is missing | --mis");
  EXPECT_EQ(error_of([&] { reader.read(csv(text + "1.5,red,\n", "iris.csv")); }),
            "row 17 of iris.csv, column species: the value is missing | --missing drop leaves such rows out");
  EXPECT_EQ(error_of([&] { reader.read(csv(text + "inf,red,setosa\n", "iris.csv")); }),
            "row 17 of iris.csv, column petal_width: the value is infinite | mend the value");
  EXPECT_EQ(error_of([&] { reader.read(csv(text + "1e99,red,setosa\n", "iris.csv")); }),
            "row 17 of iris.csv, column petal_width: 1e+99 is far beyond what the model learned from");
  std::string mixed = text;
  mixed += "1.8x,red,setosa\n";
  EXPECT_EQ(error_of([&] { TableReader(csv(mixed, "iris.csv")); }).substr(0, 62),
            "row 17 of iris.csv, column petal_width: \"1.8x\" is not a number");
}

TEST(TableReader, SaysWhatCannotBeLearned) {
  const Table table = csv("a,b,c\n1,x,p\n2,y,p\n3,z,p\n", "t.csv");
  EXPECT_EQ(error_of([&] { TableReader(table, {.target = "c"}); }),
            "the target 'c' is always \"p\": there is nothing to tell apart | --target with another column");
  EXPECT_EQ(error_of([&] { TableReader(table, {.target = "b"}); }),
            "the target 'b' has 3 different texts in 3 rows: too many for classes | --target with another column");
  EXPECT_EQ(error_of([&] { TableReader(table, {.target = "d"}); }), "t.csv has no column called 'd' | one of a, b, c");
  EXPECT_EQ(error_of([&] { TableReader(table, {.target = "a > 5"}); }),
            "the target 'a > 5' is always \"no\": there is nothing to tell apart | --target with another column");
  EXPECT_EQ(error_of([&] { TableReader(table, {.target = "a", .inputs = {"a"}}); }),
            "'a' is the target, and is named as an input too");
  EXPECT_EQ(error_of([&] {
              TableReader(table, {.target = "a", .inputs = {"b", "2"}});
            }),
            "'b' is named as an input twice");
  EXPECT_EQ(
      error_of([&] { TableReader(table, {.target = "a"}); }),
      "no column is left as input: left out were 'b' (each text is different), 'c' (always \"p\") | --inputs with "
      "the columns to learn from");
  EXPECT_EQ(error_of([&] { TableReader(table, {.missing = "fil"}); }), "missing is 'fil' | 'fill'");
  EXPECT_EQ(error_of([&] { TableReader(table, {.target_kind = "numbers"}); }),
            "the kind of the target is 'numbers' | 'number'");
}

TEST(TableReader, FillsOrDropsMissingValues) {
  const Table table = csv("n,colour,y\n1,red,a\n,red,b\n3,,a\n8,green,\n2,red,b\n");
  TableReader filling(table, {.missing = "fill"});
  const TableSamples filled = filling.read(table);
  EXPECT_EQ(filled.rows, std::vector<int64_t>({0, 1, 2, 4}));  // no class can be made up
  EXPECT_EQ(filled.x.at({1, 0}), 2.5);                         // the median of 1, 2, 3, 8
  EXPECT_EQ(filled.x.at({2, 2}), 1);                           // red
  EXPECT_EQ(TableReader(table, {.missing = "drop"}).read(table).rows, std::vector<int64_t>({0, 4}));
  EXPECT_EQ(error_of([&] { TableReader(table).read(table); }).substr(0, 50),
            "row 3 of t.csv, column n: the value is missing | -");
  EXPECT_EQ(error_of([] {
              const Table some = csv("n,y\n1,a\n2,b\n");
              TableReader(some, {.missing = "drop"}).read(csv("n,y\nNA,a\n"));
            }),
            "no row is left: each has a missing value | --missing fill");
}

TEST(TableReader, FillsWithWhatTheTrainingRowsHave) {
  std::string text = "n,y\n";
  for (int i = 0; i < 100; ++i)
    text += (i % 10 ? std::to_string(i * i) : std::string()) + "," + (i % 2 ? "a\n" : "b\n");
  const Table table = csv(text);
  TableReader reader(table, {.missing = "fill"});
  const TableSplit split = reader.split(table);
  std::vector<double> known;
  for (int64_t row : split.train_rows)
    if (!table["n"].missing(row)) known.push_back(table["n"].numbers()[size_t(row)]);
  std::sort(known.begin(), known.end());
  const double median = (known[(known.size() - 1) / 2] + known[known.size() / 2]) / 2;
  EXPECT_EQ(reader.inputs()[0].fill, median);
}

TEST(TableReader, SplitsEachClassAlike) {
  std::string text = "n,y\n";
  for (int i = 0; i < 100; ++i) text += std::to_string(i * i) + (i % 4 ? ",a\n" : ",b\n");
  text += "5,alone\n";
  const Table table = csv(text);
  TableReader reader(table);
  const TableSplit split = reader.split(table, {.test_size = 0.2, .seed = 3});
  EXPECT_EQ(split.train_rows.size() + split.test_rows.size(), 101u);
  EXPECT_EQ(split.test_rows.size(), 20u);
  int64_t b = 0;
  for (int64_t row : split.test_rows) b += table["y"].text(row) == "b";
  EXPECT_EQ(b, 5);
  EXPECT_EQ(split.train_rows.back(), 100);  // a class with one row is learned, not asked
  EXPECT_EQ(reader.split(table, {.seed = 3}).test_rows, split.test_rows);
  EXPECT_NE(reader.split(table, {.seed = 4}).test_rows, split.test_rows);
  const TableSplit all = reader.split(table, {.test_size = 0});
  EXPECT_EQ(all.train_rows.size(), 101u);
  EXPECT_FALSE(all.test.defined());
}

TEST(TableReader, KnowsMeansOfTheTrainingRows) {
  const Table table = csv("n,c,y\n1,r,1.5\n3,g,2.5\n5,r,4\n7,g,6\n");
  TableReader reader(table);
  reader.split(table, {.test_size = 0});
  EXPECT_EQ(reader.mean().values<float>(), Numbers({4, 0, 0}));
  EXPECT_EQ(reader.variance().values<float>(), Numbers({5, 1, 1}));
  EXPECT_NEAR(reader.target().mean, 3.5, 1e-12);
  EXPECT_NEAR(reader.target().stddev, std::sqrt((4 + 1 + 0.25 + 6.25) / 4), 1e-7);
}

// Values near 1e-305 are 0 in float32, and those far from 0 lose their digits.
TEST(TableReader, KeepsWhatFloat32WouldSpoil) {
  std::string text = "tiny,time,y\n";
  for (int i = 0; i < 20; ++i)
    text += std::to_string(i + 1) + "e-306," + std::to_string(1'600'000'000 + (i * 7) % 20) + (i % 2 ? ",a\n" : ",b\n");
  const Table table = csv(text);
  const TableReader reader(table);
  const Tensor x = reader.read(table).x;
  for (int64_t i = 0; i < 20; ++i) {
    EXPECT_NEAR(x.at({i, 0}) / x.at({0, 0}), double(i + 1), 1e-5);
    EXPECT_NEAR(x.at({i, 1}) - x.at({0, 1}), double((i * 7) % 20), 1e-5);
  }
  EXPECT_EQ(TableReader(iris()).inputs()[0].scale, 1);
  EXPECT_EQ(TableReader(iris()).inputs()[0].centre, 0);
}

TEST(TableReader, NumbersCanBeNames) {
  const Table table = parse_csv("zip,y\n01234,a\n99,b\n01234,a\n77,b\n", "t.csv", {.text_columns = {"zip"}});
  const TableReader reader(table, {.categories = {"zip"}});
  EXPECT_EQ(reader.feature_names(), Names({"zip=01234", "zip=77", "zip=99"}));
  const Path path = internal::scratch_folder() / "new.csv";
  std::ofstream(path) << "zip\n77\n01234\n";
  EXPECT_EQ(TableReader::from_config(reader.config()).read(path).x.values<float>(), Numbers({0, 1, 0, 1, 0, 0}));
  // Numbers that were read as such: 1 and 1.0 are the same name.
  const Table floors = csv("floor,y\n1,a\n2,b\n1,a\n10,b\n");
  EXPECT_EQ(TableReader(floors, {.categories = {"floor"}}).feature_names(), Names({"floor=1", "floor=2", "floor=10"}));
  // "3+" is a grade among grades, and no slip.
  EXPECT_EQ(TableReader(csv("n,y\n1,a\n2,b\n3+,a\n3+,b\n1,a\n2,a\n1,b\n")).features(), 3);
}

TEST(TableReader, IsTheSameAfterSaving) {
  const Table table = csv(
      "n,colour,time,y\n1,red,1600000000,a\n2,\"gr\xC3\xBCn\",1600000001,b\n,red,1600000002,a\n4,blue,1600000005,b\n");
  TableReader reader(table, {.missing = "fill", .na_values = {"-999"}});
  reader.split(table, {.test_size = 0});
  const TableReader again = TableReader::from_config(Config::parse(reader.config().json()));
  EXPECT_EQ(again.config(), Config::parse(reader.config().json()));
  EXPECT_TRUE(identical(again.read(table).x, reader.read(table).x));
  EXPECT_TRUE(identical(again.read(table).y, reader.read(table).y));
  const TableReader condition(table, {.target = "n > 1", .inputs = {"time"}});
  EXPECT_EQ(TableReader::from_config(condition.config()).read(table).y.values<int64_t>(),
            std::vector<int64_t>({0, 1, 0, 1}));
}

TEST(TableReader, RefusesDamagedConfigurations) {
  const std::string good = TableReader(iris()).config().json();
  for (size_t at = 0; at < good.size(); ++at) {
    std::string text = good;
    text[at] = text[at] == '1' ? '9' : '1';
    try {
      const TableReader reader = TableReader::from_config(Config::parse(text));
      (void)reader.read(iris());
    } catch (const Error& error) {
      ASSERT_FALSE(error.message().empty());
    }
  }
  EXPECT_EQ(error_of([] { TableReader::from_config(Config::parse("{\"reader\": \"image\"}")); }),
            "the model's reader is damaged: it is not one for tables | train the model again");
}

TEST(TableReader, MakesAnswersOfOutputs) {
  const TableReader reader(iris());
  const Table answers = reader.answers(Tensor::of<float>({0, 0, 0, 1, 3, 0}, {2, 3}));
  EXPECT_EQ(answers.names(), Names({"species", "p(setosa)", "p(versicolor)", "p(virginica)"}));
  EXPECT_EQ(answers["species"].text(1), "versicolor");
  EXPECT_NEAR(answers["p(setosa)"].numbers()[0], 1. / 3, 1e-12);
  EXPECT_NEAR(answers["p(versicolor)"].numbers()[1], std::exp(3.) / (std::exp(3.) + std::exp(1.) + 1), 1e-7);
  const TableReader two(csv("a,y\n1,no\n2,yes\n3,no\n"));
  EXPECT_EQ(two.answers(Tensor::of<float>({0.2f, 0.7f}, {2, 1}), false)["y"].text(1), "yes");
  const TableReader number(csv("a,y\n1,0.5\n2,1\n3,0\n5,2.5\n"));
  EXPECT_EQ(number.answers(Tensor::of<float>({1.5f, 2.f}, {2, 1}))["y"].numbers()[0], 1.5);
  EXPECT_EQ(error_of([&] {
              reader.answers(Tensor({2, 4}));
            }),
            "outputs of shape [2, 4] do not answer 'species' | [rows, 3]");
}

}  // namespace
}  // namespace cajal
