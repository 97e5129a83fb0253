#include "cajal/data/internal/csv_scanner.h"

#include <algorithm>

#include "cajal/base/error.h"

namespace cajal::internal {
namespace {

constexpr size_t most_fields = 100'000;

bool is_blank(std::string_view text) { return text.find_first_not_of(" \t") == std::string_view::npos; }

}  // namespace

std::string_view CsvField::value(char quote, std::string& scratch) const {
  if (!doubled) return text;
  scratch.clear();
  for (size_t i = 0; i < text.size(); ++i) {
    scratch += text[i];
    if (text[i] == quote) ++i;  // the scanner saw to it that another one follows
  }
  return scratch;
}

void CsvScanner::refuse(int64_t line, const std::string& what, const std::string& hint) const {
  throw Error(Code::bad_data, "row " + std::to_string(line) + " of " + name_ + " " + what, {}, hint);
}

CsvField CsvScanner::plain_field() {
  const size_t begin = at_;
  while (at_ < text_.size() && text_[at_] != delimiter_ && text_[at_] != '\n' && text_[at_] != '\r') ++at_;
  return {text_.substr(begin, at_ - begin)};
}

CsvField CsvScanner::quoted_field() {
  const int64_t begun = line_;
  const size_t begin = ++at_;
  bool doubled = false;
  while (true) {
    at_ = std::min(text_.find(quote_, at_), text_.size());
    if (at_ == text_.size())
      refuse(begun, "opens a quote that is never closed", "close it, or write it twice where it belongs to the text");
    if (at_ + 1 == text_.size() || text_[at_ + 1] != quote_) break;
    doubled = true;
    at_ += 2;
  }
  const std::string_view inside = text_.substr(begin, at_ - begin);
  line_ += std::count(inside.begin(), inside.end(), '\n');
  ++at_;
  while (at_ < text_.size() && text_[at_] == ' ') ++at_;
  if (at_ < text_.size() && text_[at_] != delimiter_ && text_[at_] != '\n' && text_[at_] != '\r')
    refuse(line_, "has characters behind a closing quote", "write quotes that belong to the text twice");
  return {inside, true, doubled};
}

// Behind a field: true at the end of the record, false where another field follows.
bool CsvScanner::end_record() {
  if (at_ == text_.size()) return true;
  const char c = text_[at_++];
  if (c == delimiter_) return false;
  if (c == '\r' && at_ < text_.size() && text_[at_] == '\n') ++at_;
  ++line_;
  return true;
}

bool CsvScanner::next(std::vector<CsvField>& fields) {
  while (at_ < text_.size()) {
    fields.clear();
    record_line_ = line_;
    bool ended = false;
    while (!ended) {
      const bool quoted = quote_ && at_ < text_.size() && text_[at_] == quote_;
      fields.push_back(quoted ? quoted_field() : plain_field());
      if (fields.size() > most_fields)
        refuse(record_line_, "has more than 100,000 fields", "a table with a line for each sample");
      ended = end_record();
    }
    if (fields.size() > 1 || fields[0].quoted || !is_blank(fields[0].text)) return true;
  }
  return false;
}

}  // namespace cajal::internal
