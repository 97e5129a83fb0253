#include "cajal/data/csv.h"

#include <zlib.h>

#include <cmath>
#include <fstream>

#include "cajal/base/random.h"
#include "cajal/data/internal/parse_number.h"
#include "cajal/data/internal/test_support.h"

namespace cajal {
namespace {

using internal::code_of;
using internal::error_of;

std::string error_in(const std::string& text, const CsvOptions& options = {}) {
  return error_of([&] { parse_csv(text, "t.csv", options); });
}

std::vector<double> numbers(const Table& table, const std::string& name) { return table[name].numbers(); }

std::vector<std::string> texts(const Table& table, const std::string& name) {
  std::vector<std::string> out;
  for (int64_t row = 0; row < table.rows(); ++row) out.push_back(table[name].text(row));
  return out;
}

using Names = std::vector<std::string>;
using Numbers = std::vector<double>;

TEST(Csv, ReadsNumbersAndTexts) {
  const Table table = parse_csv("length,species\n5.1,setosa\n-4.9e0,virginica\n", "t.csv");
  EXPECT_EQ(table.names(), Names({"length", "species"}));
  EXPECT_TRUE(table.has_header());
  EXPECT_EQ(numbers(table, "length"), Numbers({5.1, -4.9}));
  EXPECT_EQ(texts(table, "species"), Names({"setosa", "virginica"}));
  EXPECT_EQ(table.place(1, table["length"]), "row 3 of t.csv, column length");
}

TEST(Csv, FindsOutWhetherThereIsAHeader) {
  EXPECT_FALSE(parse_csv("5.1,setosa\n4.9,setosa\n", "t").has_header());
  EXPECT_EQ(parse_csv("5.1,setosa\n4.9,setosa\n", "t").names(), Names({"column_1", "column_2"}));
  EXPECT_TRUE(parse_csv("a,b\nx,y\n", "t").has_header());
  EXPECT_FALSE(parse_csv("sunny,no\nrain,yes\nsunny,no\n", "t").has_header());
  EXPECT_TRUE(parse_csv(",a\n0,x\n1,y\n", "t").has_header());
  EXPECT_EQ(parse_csv(",a\n0,x\n1,y\n", "t").names(), Names({"column_1", "a"}));
  EXPECT_EQ(parse_csv("0,1,label\n5,6,1\n7,8,0\n", "t").names(), Names({"0", "1", "label"}));
  EXPECT_FALSE(parse_csv("0,1,a\n5,6,b\n7,8,a\n", "t").has_header());
  EXPECT_FALSE(parse_csv("0.5,1,x\n5,6,1\n7,8,0\n", "t").has_header());
  EXPECT_EQ(parse_csv("2019,2020\n1,2\n", "t", {.header = true}).names(), Names({"2019", "2020"}));
  EXPECT_EQ(parse_csv("a,b\n1,2\n", "t", {.header = false}).rows(), 2);
}

TEST(Csv, FindsDelimiterAndDecimal) {
  EXPECT_EQ(numbers(parse_csv("a;b\n1,5;2\n-0,25;3\n", "t"), "a"), Numbers({1.5, -0.25}));
  EXPECT_EQ(numbers(parse_csv("1,5;2,5;3,5\n1,25;2,5;7,1\n", "t"), "1"), Numbers({1.5, 1.25}));
  EXPECT_EQ(numbers(parse_csv("a\tb\n1.5\tx, y\n", "t"), "a"), Numbers({1.5}));
  EXPECT_EQ(numbers(parse_csv("a|b\n1|2\n", "t"), "b"), Numbers({2}));
  EXPECT_EQ(numbers(parse_csv("date,iron\nmon,\"55,2\"\ntue,\"16,98\"\n", "t"), "iron"), Numbers({55.2, 16.98}));
  EXPECT_EQ(numbers(parse_csv("title,genre\n1,a|b\n2,c|d\n3,e\n", "t"), "title"), Numbers({1, 2, 3}));
  EXPECT_EQ(numbers(parse_csv("5\n6\n", "t"), "last"), Numbers({5, 6}));
  EXPECT_EQ(numbers(parse_csv("a~b\n1~2\n", "t", {.delimiter = '~'}), "b"), Numbers({2}));
}

TEST(Csv, QuotesAsRfc4180) {
  const Table table =
      parse_csv("name,note\r\n\"Doe, J.\",\"said \"\"hi\"\"\r\nand left\"\r\nRoe,5\" pipe\r\n", "t.csv");
  EXPECT_EQ(texts(table, "name"), Names({"Doe, J.", "Roe"}));
  EXPECT_EQ(texts(table, "note"), Names({"said \"hi\"\r\nand left", "5\" pipe"}));
  EXPECT_EQ(table.place(0), "row 2 of t.csv");
  EXPECT_EQ(table.place(1), "row 4 of t.csv");  // the first one has two lines
}

TEST(Csv, LinesMayEndInAnyWay) {
  for (const char* text : {"a,b\n1,2\n3,4\n", "a,b\r\n1,2\r\n3,4\r\n", "a,b\r1,2\r3,4\r", "a,b\n1,2\n3,4",
                           "\xEF\xBB\xBF"
                           "a,b\n1,2\n3,4",
                           "\n\na,b\n\n1,2\n \n3,4\n\n\n"})
    EXPECT_EQ(numbers(parse_csv(text, "t"), "b"), Numbers({2, 4})) << text;
  EXPECT_EQ(parse_csv("a,b\n\n1,2\n\n3,4\n", "t.csv").place(1), "row 5 of t.csv");
}

TEST(Csv, KnowsMissingValues) {
  const Table table = parse_csv("a,b\n1,x\n,NA\nNaN,?\nnull, \n 2 , y \n-999,z\n", "t", {.na_values = {"-999"}});
  EXPECT_EQ(table["a"].missing_count(), 4);
  EXPECT_EQ(table["a"].numbers()[4], 2);
  EXPECT_EQ(table["b"].missing_count(), 3);
  EXPECT_EQ(table["b"].text(4), "y");
  EXPECT_EQ(table.drop_missing().rows(), 2);
  EXPECT_TRUE(parse_csv("a,b\n1,\n2,\n", "t")["b"].is_number());  // nothing in it says otherwise
}

TEST(Csv, OneTextMakesAColumnOfTexts) {
  std::string text = "a,b\n";
  for (int i = 0; i < 3000; ++i) text += i == 2500 ? "1,oops\n" : "1,2.50\n";
  const Table table = parse_csv(text, "t");
  EXPECT_TRUE(table["a"].is_number());
  ASSERT_FALSE(table["b"].is_number());
  EXPECT_EQ(table["b"].names(), Names({"2.50", "oops"}));
  EXPECT_EQ(table["b"].text(2500), "oops");
}

TEST(Csv, KeepsColumnsOfTextsOnRequest) {
  const Table table = parse_csv("zip,n\n01234,1\n99,2\n", "t", {.text_columns = {"zip"}});
  EXPECT_EQ(texts(table, "zip"), Names({"01234", "99"}));
  EXPECT_EQ(texts(parse_csv("01,1\n99,2\n", "t", {.text_columns = {"1", "zip"}}), "1"), Names({"01", "99"}));
}

TEST(Csv, TakesLatin1ForWhatIsNotUtf8) {
  EXPECT_EQ(texts(parse_csv("n\nM\xFCller\n", "t"), "n"), Names({"M\xC3\xBCller"}));
  EXPECT_EQ(texts(parse_csv("n\nM\xC3\xBCller\n", "t"), "n"), Names({"M\xC3\xBCller"}));
  EXPECT_EQ(texts(parse_csv("n\n\xED\xBB\xBF\n", "t"), "n"), Names({"\xC3\xAD\xC2\xBB\xC2\xBF"})) << "half of a pair";
}

TEST(Csv, SaysWhatIsWrong) {
  EXPECT_EQ(error_in(""), "t.csv is empty: it has no row");
  EXPECT_EQ(error_in(" \n\n"), "t.csv is empty: it has no row");
  EXPECT_EQ(error_in("a,b\n"), "t.csv has a header and no rows | --header no, if its only row is data");
  EXPECT_EQ(error_in("a,b\n1,2\n1,2,3\n"),
            "row 3 of t.csv has 3 fields, and row 1 has 2 | the same number in each row, divided by ','; a field that "
            "holds one stands in quotes");
  EXPECT_EQ(error_in("a;b\n1;2\n1\n").substr(0, 43), "row 3 of t.csv has 1 field, and row 1 has 2");
  EXPECT_EQ(error_in("a,b,a\n1,2,3\n"),
            "row 1 of t.csv names columns 1 and 3 both 'a' | a name of its own for each column");
  EXPECT_EQ(error_in("a,b\n1,\"2\n3,4\n"),
            "row 2 of t.csv opens a quote that is never closed | close it, or write it twice where it belongs to the "
            "text");
  EXPECT_EQ(error_in("a,b\n1,\"2\"x\n3,4\n"),
            "row 2 of t.csv has characters behind a closing quote | write quotes that belong to the text twice");
  EXPECT_EQ(error_in(std::string("a,b\n1,2\0\n", 9)), "t.csv is no text: byte 7 is zero | a table saved as CSV");
  EXPECT_EQ(error_in("\xFF\xFE"
                     "a"),
            "t.csv is text in UTF-16 | save it as CSV in UTF-8");
  EXPECT_EQ(error_in("PK\x03\x04"), "t.csv is a zip archive or a spreadsheet | save it as CSV, or unzip it");
  EXPECT_EQ(error_in("a,b\n1,2\n", {.decimal = ';'}), "the decimal sign ';' | '.' or ','");
  EXPECT_EQ(code_of([] { parse_csv("a,b\n1\n", "t"); }), Code::bad_data);
  EXPECT_EQ(error_in(std::string(200'000, ',')).substr(0, 46), "row 1 of t.csv has more than 100,000 fields | ");
}

TEST(Csv, ReadsFilesPlainAndZipped) {
  const Path folder = internal::scratch_folder();
  std::ofstream(folder / "t.csv") << "a,b\n1,x\n";
  gzFile zipped = gzopen((folder / "t.csv.gz").c_str(), "wb");
  gzputs(zipped, "a,b\n1,x\n");
  gzclose(zipped);
  EXPECT_EQ(read_csv(folder / "t.csv").text(), read_csv(folder / "t.csv.gz").text());
  EXPECT_EQ(read_csv(folder / "t.csv").source(), "t.csv");
  std::ofstream(folder / "empty.csv");
  EXPECT_EQ(error_of([&] { read_csv(folder / "empty.csv"); }), "empty.csv is empty: it has no row");
  EXPECT_EQ(code_of([&] { read_csv(folder); }), Code::io);
  EXPECT_EQ(error_of([&] { read_csv(folder / "T.csv"); }),
            "the file '" + (folder / "T.csv").string() + "' does not exist | '" + (folder / "t.csv").string() + "'");
}

TEST(Csv, WritesWhatItReads) {
  const Path path = internal::scratch_folder() / "t.csv";
  const Table table({Column("a b", Numbers{0.1, std::nan(""), 1e300}),
                     Column("text", Names{"with, comma", "a \"quote\"", "two\nlines"})});
  write_csv(path, table);
  const Table back = read_csv(path);
  EXPECT_EQ(csv_text(back), csv_text(table));
  EXPECT_EQ(back["a b"].numbers()[0], 0.1);
  EXPECT_TRUE(back["a b"].missing(1));
  EXPECT_EQ(texts(back, "text"), texts(table, "text"));
  EXPECT_EQ(csv_text(table, {.header = false, .delimiter = ';'}).substr(0, 16), "0.1;with, comma\n");
}

TEST(Csv, NumbersAreReadToTheLastBit) {
  random::Stream stream(1);
  double value = 0;
  for (int i = 0; i < 200'000; ++i) {
    const double wanted =
        i % 2 ? stream.normal() * std::pow(10., double(stream.below(600)) - 300) : double(stream.below(100'000)) / 1000;
    char text[64];
    snprintf(text, sizeof text, i % 4 < 2 ? "%.17g" : "%.3f", wanted);
    ASSERT_TRUE(internal::parse_number(text, '.', value)) << text;
    ASSERT_EQ(value, strtod(text, nullptr)) << text;
  }
}

TEST(Csv, KnowsWhatIsANumber) {
  double value = 0;
  for (const char* text : {"1", "+1", "-1.", ".5", "1e5", "1E-5", " 7\t", "inf", "-Infinity",
                           "123456789012345678901234567890", "0.00000000000000000000000000000000001", "1e999"})
    EXPECT_TRUE(internal::parse_number(text, '.', value)) << text;
  EXPECT_EQ(value, HUGE_VAL);
  for (const char* text :
       {"", " ", "-", ".", "e5", "1e", "1e+", "1,5", "1.5.2", "0x10", "1 2", "nan", "1a", "--1", "infinit"})
    EXPECT_FALSE(internal::parse_number(text, '.', value)) << text;
  EXPECT_TRUE(internal::parse_number("-1,5", ',', value));
  EXPECT_EQ(value, -1.5);
}

// Whatever comes, it is a table or an Error.
TEST(Csv, HostileBytesAreRefusedOrRead) {
  random::Stream stream(7);
  const std::string alphabet = "1.5,;\t|\"\n\r x\xC3\xBC-eENA?";
  int tables = 0;
  for (int i = 0; i < 20'000; ++i) {
    std::string text;
    const int64_t size = stream.below(60);
    for (int64_t k = 0; k < size; ++k)
      text += i % 3 ? alphabet[size_t(stream.below(int64_t(alphabet.size())))] : char(stream());
    try {
      const Table table = parse_csv(text, "t");
      ++tables;
      ASSERT_GT(table.rows(), 0);
      ASSERT_FALSE(table.text().empty());
      ASSERT_FALSE(table.describe().text().empty());
      for (const Column& column : table.columns()) ASSERT_EQ(column.size(), table.rows());
    } catch (const Error& error) {
      ASSERT_EQ(error.code(), Code::bad_data) << error.what();
    }
  }
  EXPECT_GT(tables, 1000);
}

// A whole table with one byte changed, everywhere.
TEST(Csv, ADamagedByteNeverCrashes) {
  const std::string good = "id;name;\"va;lue\"\n1;\"a\"\"b\";2,5\n2;c;3,5\n3;d;NA\n";
  for (size_t at = 0; at < good.size(); ++at)
    for (int byte = 0; byte < 256; ++byte) {
      std::string text = good;
      text[at] = char(byte);
      try {
        (void)parse_csv(text, "t").describe();
      } catch (const Error& error) {
        ASSERT_FALSE(error.message().empty());
      }
    }
}

}  // namespace
}  // namespace cajal
