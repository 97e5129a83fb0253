// Python's pickle, read as data: the objects that it describes, and no more.
#pragma once

#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "cajal/base/error.h"
#include "cajal/base/files.h"
#include "cajal/tensor/dtype.h"

namespace cajal::internal {

struct PickleValue;
using PickleRef = const PickleValue*;

/// A tensor as the pickle describes it: a window on a storage. In elements.
struct PickledTensor {
  PickleRef storage = nullptr;
  int64_t offset = 0;
  std::vector<int64_t> size, stride;
};

/// One object. Those inside it belong to the same Pickle: plain pointers, and no order of destruction.
struct PickleValue {
  enum class Kind { none, boolean, integer, real, text, bytes, list, tuple, dict, global, storage, tensor };
  Kind kind = Kind::none;
  int64_t integer = 0;  ///< of boolean and integer; of a storage: its number of elements
  double real = 0;
  std::string_view text = {};         ///< of text, bytes and integers too long for 64 bits; of a storage: its key
  std::vector<PickleRef> items = {};  ///< of list and tuple; of dict: key, value, key, value
  std::string_view module = {};       ///< of a global, whose name is `text`
  DType dtype = DType::float32;       ///< of a storage
  int64_t view_at = 0;                ///< of a storage that is a part of another, whose key it has: where it begins
  PickledTensor tensor = {};

  bool is(Kind wanted) const { return kind == wanted; }
};

/// Reads bytes that somebody else wrote, and refuses to step beyond them.
class PickleBytes {
 public:
  PickleBytes(std::span<const std::byte> bytes, std::string_view file, size_t place = 0)
      : bytes_(bytes), file_(file), place_(place) {}

  size_t place() const { return place_; }
  size_t left() const { return bytes_.size() - place_; }
  std::string_view file() const { return file_; }
  std::string_view take(uint64_t count, const char* what);
  /// The text up to the end of the line, which is taken too.
  std::string_view line(const char* what);
  template <class T>
  T number(const char* what) {
    const std::string_view bytes = take(sizeof(T), what);
    uint64_t value = 0;
    for (size_t i = sizeof(T); i-- > 0;) value = value << 8 | uint8_t(bytes[i]);
    return T(value);
  }
  /// Throws Error{bad_data} with file and byte.
  [[noreturn]] void refuse(const std::string& what, std::string hint = {}) const;
  [[noreturn]] void refuse_unsupported(const std::string& what, std::string hint) const;

 private:
  std::span<const std::byte> bytes_;
  std::string_view file_;
  size_t place_;
};

/// The objects of one or several pickles that stand behind each other in the same bytes, which must stay.
class Pickle {
 public:
  explicit Pickle(PickleBytes& bytes) : bytes_(bytes) {}

  /// Reads the next pickle, to its end, and gives the object that it leaves.
  PickleRef read();

 private:
  using Kind = PickleValue::Kind;

  PickleValue& make(Kind kind);
  void push(PickleRef value) { stack_.push_back(value); }
  PickleValue& push_new(Kind kind);
  void push_text(Kind kind, uint64_t length, const char* what);
  void push_integer(int64_t value) { push_new(Kind::integer).integer = value; }
  PickleRef pop();
  PickleRef top() const;
  std::vector<PickleRef> pop_to_mark();
  PickleValue& container(Kind kind, const char* doing);
  void remember(uint64_t index);
  void recall(uint64_t index);

  bool step(uint8_t opcode);
  bool step_text(uint8_t opcode);
  bool step_number(uint8_t opcode);
  bool step_container(uint8_t opcode);
  bool step_memory(uint8_t opcode);
  bool step_object(uint8_t opcode);
  void push_long(uint64_t length);
  void push_decimal();
  void push_tuple(std::vector<PickleRef> items);
  void append(std::vector<PickleRef> items);
  void set_items(std::vector<PickleRef> items);

  // What names mean: globals.cpp.
  void push_global(std::string_view module, std::string_view name);
  void call(PickleRef function, PickleRef arguments);
  void push_storage(PickleRef id);
  void rebuild_tensor(PickleRef arguments);
  void leave_state();
  int64_t integer_of(PickleRef value, const char* what) const;
  std::vector<int64_t> integers_of(PickleRef value, const char* what) const;

  PickleBytes& bytes_;
  std::deque<PickleValue> values_;  // never move
  std::vector<PickleRef> stack_;
  std::vector<size_t> marks_;
  std::unordered_map<uint64_t, PickleRef> memo_;
};

}  // namespace cajal::internal
