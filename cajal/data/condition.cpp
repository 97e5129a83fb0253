#include "cajal/data/condition.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "cajal/base/error.h"
#include "cajal/base/text.h"
#include "cajal/data/internal/parse_number.h"

namespace cajal {

struct Condition::Part {
  std::string op;  // "and", "or", "not", or a comparison
  std::shared_ptr<const Part> left, right;
  std::string column, value;
  bool quoted = false;  // the value stood in quotes
};

namespace {

using Part = Condition::Part;
using PartPointer = std::shared_ptr<const Part>;

struct Word {
  std::string text;
  size_t at = 0;
  bool quoted = false;
};

constexpr std::string_view signs = "=!<>&|()";

bool is_comparison(const Word& word) {
  static const std::vector<std::string> all = {"==", "=", "!=", "<", "<=", ">", ">="};
  return !word.quoted && std::find(all.begin(), all.end(), word.text) != all.end();
}

// The sign that begins there: those of two characters first.
std::string_view sign_at(std::string_view text) {
  for (std::string_view sign : {"==", "!=", "<=", ">=", "&&", "||"})
    if (text.starts_with(sign)) return sign;
  return text.substr(0, 1);
}

std::vector<Word> words_of(std::string_view text) {
  std::vector<Word> words;
  for (size_t at = 0; at < text.size();) {
    const char c = text[at];
    if (c == ' ' || c == '\t' || c == '\n') {
      ++at;
    } else if (c == '\'' || c == '"' || c == '`') {
      const size_t end = text.find(c, at + 1);
      if (end == std::string_view::npos)
        fail(fmt::format("the condition '{}' opens a quote at character {} that is never closed", text, at + 1));
      words.push_back({std::string(text.substr(at + 1, end - at - 1)), at, true});
      at = end + 1;
    } else if (signs.find(c) != std::string_view::npos) {
      words.push_back({std::string(sign_at(text.substr(at))), at});
      at += words.back().text.size();
    } else {
      const size_t end = std::min(text.find_first_of(" \t\n'\"`=!<>&|()", at), text.size());
      words.push_back({std::string(text.substr(at, end - at)), at});
      at = end;
    }
  }
  return words;
}

// Recursive descent, a function for each strength of binding.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text), words_(words_of(text)) {}

  PartPointer read() {
    PartPointer out = either();
    if (at_ < words_.size()) refuse("'and', 'or' or the end");
    return out;
  }

 private:
  [[noreturn]] void refuse(const std::string& expected) const {
    const std::string found =
        at_ < words_.size() ? fmt::format("'{}' at character {}", words_[at_].text, words_[at_].at + 1) : "its end";
    fail(fmt::format("the condition '{}' has {} where {} was expected", text_, found, expected),
         "a condition such as: FE > 60 and P <= 0.08");
  }

  bool take(std::initializer_list<std::string_view> spellings) {
    if (at_ == words_.size() || words_[at_].quoted) return false;
    const std::string word = lower(words_[at_].text);
    if (std::find(spellings.begin(), spellings.end(), word) == spellings.end()) return false;
    ++at_;
    return true;
  }

  PartPointer joined(const char* op, PartPointer left, PartPointer right) const {
    Part part;
    part.op = op, part.left = std::move(left), part.right = std::move(right);
    return std::make_shared<const Part>(std::move(part));
  }

  PartPointer either() {
    PartPointer out = both();
    while (take({"or", "|", "||"})) out = joined("or", out, both());
    return out;
  }

  PartPointer both() {
    PartPointer out = single();
    while (take({"and", "&", "&&"})) out = joined("and", out, single());
    return out;
  }

  PartPointer single() {
    if (++depth_ > 100) fail("a condition is nested more than 100 levels deep");
    PartPointer out;
    if (take({"not", "!"})) {
      out = joined("not", single(), nullptr);
    } else if (take({"("})) {
      out = either();
      if (!take({")"})) refuse("')'");
    } else {
      out = comparison();
    }
    --depth_;
    return out;
  }

  const Word& operand(const char* expected) {
    const bool sign =
        at_ < words_.size() && !words_[at_].quoted && signs.find(words_[at_].text[0]) != std::string_view::npos;
    if (at_ == words_.size() || sign) refuse(expected);
    return words_[at_++];
  }

  PartPointer comparison() {
    Part part;
    part.column = operand("a column").text;
    if (at_ == words_.size() || !is_comparison(words_[at_])) refuse("a comparison (==, !=, <, <=, >, >=)");
    part.op = words_[at_++].text == "=" ? "==" : words_[at_ - 1].text;
    const Word& value = operand("a value");
    part.value = value.text, part.quoted = value.quoted;
    return std::make_shared<const Part>(std::move(part));
  }

  std::string_view text_;
  std::vector<Word> words_;
  size_t at_ = 0;
  int depth_ = 0;
};

template <class T>
bool compare(const std::string& op, const T& a, const T& b) {
  if (op == "==") return a == b;
  if (op == "!=") return a != b;
  if (op == "<") return a < b;
  if (op == "<=") return a <= b;
  return op == ">" ? a > b : a >= b;
}

std::vector<uint8_t> compare_columns(const Table& table, const Part& part, const Column& a, const Column& b) {
  if (a.is_number() != b.is_number())
    fail(fmt::format("column '{}' holds {} and column '{}' {}: they cannot be compared", a.name(),
                     a.is_number() ? "numbers" : "texts", b.name(), b.is_number() ? "numbers" : "texts"));
  std::vector<uint8_t> out(size_t(table.rows()));
  for (int64_t row = 0; row < table.rows(); ++row) {
    if (a.missing(row) || b.missing(row)) continue;
    out[size_t(row)] = a.is_number() ? compare(part.op, a.numbers()[size_t(row)], b.numbers()[size_t(row)])
                                     : compare(part.op, a.text(row), b.text(row));
  }
  return out;
}

std::vector<uint8_t> compare_number(const Table& table, const Part& part, const Column& column) {
  double value = 0;
  if (!internal::parse_number(part.value, '.', value))
    fail(fmt::format("column '{}' holds numbers and is compared with '{}'", column.name(), part.value),
         "a number, or a column of numbers");
  std::vector<uint8_t> out(size_t(table.rows()));
  const std::vector<double>& numbers = column.numbers();
  for (size_t row = 0; row < out.size(); ++row)
    out[row] = !column.missing(int64_t(row)) && compare(part.op, numbers[row], value);
  return out;
}

std::vector<uint8_t> compare_text(const Table& table, const Part& part, const Column& column, bool unknown) {
  const std::vector<std::string> names = column.names();
  if (!unknown && (part.op == "==" || part.op == "!=") &&
      std::find(names.begin(), names.end(), part.value) == names.end())
    fail(fmt::format("column '{}' has no '{}'", column.name(), part.value), choices(part.value, names));
  std::vector<uint8_t> of_name, out(size_t(table.rows()));
  for (const std::string& name : names) of_name.push_back(compare(part.op, name, part.value));
  const std::vector<int32_t>& codes = column.codes();
  for (size_t row = 0; row < out.size(); ++row) out[row] = codes[row] >= 0 && of_name[size_t(codes[row])];
  return out;
}

std::vector<uint8_t> answers(const Table& table, const Part& part, bool unknown) {
  if (part.op == "not") {
    std::vector<uint8_t> out = answers(table, *part.left, unknown);
    for (uint8_t& yes : out) yes = !yes;
    return out;
  }
  if (part.op == "and" || part.op == "or") {
    std::vector<uint8_t> out = answers(table, *part.left, unknown);
    const std::vector<uint8_t> other = answers(table, *part.right, unknown);
    for (size_t i = 0; i < out.size(); ++i) out[i] = part.op == "and" ? out[i] & other[i] : out[i] | other[i];
    return out;
  }
  const Column& column = table[part.column];
  double ignored = 0;
  if (!part.quoted && !internal::parse_number(part.value, '.', ignored) && table.has(part.value))
    return compare_columns(table, part, column, table[part.value]);
  return column.is_number() ? compare_number(table, part, column) : compare_text(table, part, column, unknown);
}

void collect(const Part& part, std::vector<std::string>& names) {
  if (part.left) collect(*part.left, names);
  if (part.right) collect(*part.right, names);
  if (!part.left && std::find(names.begin(), names.end(), part.column) == names.end()) names.push_back(part.column);
}

}  // namespace

Condition::Condition(std::string_view text) : text_(text), root_(Reader(text).read()) {}

bool Condition::looks_like_one(std::string_view text) { return text.find_first_of("=<>") != std::string_view::npos; }

std::vector<uint8_t> Condition::holds(const Table& table, bool unknown_texts) const {
  return answers(table, *root_, unknown_texts);
}

std::vector<std::string> Condition::columns() const {
  std::vector<std::string> out;
  collect(*root_, out);
  return out;
}

Table Table::filter(const std::string& condition) const {
  const std::vector<uint8_t> holds = Condition(condition).holds(*this);
  std::vector<int64_t> which;
  for (size_t row = 0; row < holds.size(); ++row)
    if (holds[row]) which.push_back(int64_t(row));
  return take(which);
}

}  // namespace cajal
