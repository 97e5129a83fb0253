// What a column looks like: is it an input, a name, a date?
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cajal/data/table.h"

namespace cajal::internal {

/// Why a column is no input unless it is asked for; empty where it can be one.
std::string why_left_out(const Column& column);

/// True for "2017-03-10", "10/3/17 1:00", "10.03.2017" and the like.
bool looks_like_date(std::string_view text);

/// The different values as text, sorted: numbers as numbers, texts by their letters.
std::vector<std::string> sorted_names(const Column& column);

/// The numbers of a column. One of texts is most often a column of numbers with a slip in it: Error naming the first
/// value that is no number.
std::vector<double> numbers_of(const Table& table, const Column& column);

/// True where more than half of a column's texts are numbers.
bool is_mostly_numbers(const Column& column);

/// The number of different values where all are whole numbers, else nothing. Stops counting beyond `most`.
std::optional<int64_t> different_whole_numbers(const Column& column, int64_t most);

}  // namespace cajal::internal
