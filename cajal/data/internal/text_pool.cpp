#include "cajal/data/internal/text_pool.h"

#include <functional>

#include "cajal/base/error.h"

namespace cajal::internal {

std::string_view TextPool::operator[](int32_t code) const {
  const uint64_t begin = code == 0 ? 0 : ends_[size_t(code) - 1];
  return std::string_view(characters_).substr(begin, ends_[size_t(code)] - begin);
}

// Where the text stands, or the free place where it would.
size_t TextPool::slot_of(std::string_view text) const {
  const size_t mask = slots_.size() - 1;
  size_t slot = std::hash<std::string_view>()(text) & mask;
  while (slots_[slot] && (*this)[slots_[slot] - 1] != text) slot = (slot + 1) & mask;
  return slot;
}

int32_t TextPool::find(std::string_view text) const { return slots_.empty() ? -1 : slots_[slot_of(text)] - 1; }

void TextPool::grow() {
  slots_.assign(slots_.empty() ? 64 : 2 * slots_.size(), 0);
  for (int32_t code = 0; code < int32_t(ends_.size()); ++code) slots_[slot_of((*this)[code])] = code + 1;
}

int32_t TextPool::intern(std::string_view text) {
  if (2 * ends_.size() >= slots_.size()) grow();
  int32_t& slot = slots_[slot_of(text)];
  if (slot) return slot - 1;
  if (ends_.size() >= size_t(INT32_MAX) - 1) fail("a column has more than 2,147,483,646 different texts");
  characters_ += text;
  ends_.push_back(characters_.size());
  slot = int32_t(ends_.size());
  return slot - 1;
}

}  // namespace cajal::internal
