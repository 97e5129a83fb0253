// Condition: a question that each row of a table answers with yes or no.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "cajal/data/table.h"

namespace cajal {

/// Comparisons joined by and, or, not: "FE > 60 and (P <= 0.08 or species == setosa)".
///
/// A comparison is `column operator value` with == (or =), !=, <, <=, >, >=; the value is a number, a text, or another
/// column. Names with spaces or signs stand in quotes of any kind ('Ore Pulp pH' > 9); & | ! are and, or, not. A
/// missing value fulfils no comparison. Where a bare word is no column it is taken as a text.
class Condition {
 public:
  /// Errors: a text that is no condition, with the place where it stops being one.
  explicit Condition(std::string_view text);

  /// Whether the text has a comparison in it.
  static bool looks_like_one(std::string_view text);

  /// 1 for each row that fulfils it, else 0. Errors: a column that is not there, with the nearest name; a number
  /// compared with a text; a text that its column does not have, unless `unknown_texts` are allowed.
  std::vector<uint8_t> holds(const Table& table, bool unknown_texts = false) const;
  /// The names on the left of its comparisons.
  std::vector<std::string> columns() const;
  const std::string& text() const { return text_; }

  struct Part;

 private:
  std::string text_;
  std::shared_ptr<const Part> root_;
};

}  // namespace cajal
