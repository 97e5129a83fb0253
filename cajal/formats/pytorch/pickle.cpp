// The opcodes of protocols 0 to 5 that torch.save has used.
#include "cajal/formats/pytorch/internal/pickle.h"

#include <bit>
#include <charconv>
#include <utility>

namespace cajal::internal {
namespace {

// A network has some thousand tensors, each some dozen objects.
constexpr size_t most_values = 4'000'000;

std::string shown(uint8_t opcode) {
  if (opcode > 32 && opcode < 127) return std::string("'") + char(opcode) + "'";
  return std::to_string(int(opcode));
}

}  // namespace

void PickleBytes::refuse(const std::string& what, std::string hint) const {
  throw Error(Code::bad_data, "'" + std::string(file_) + "' at byte " + std::to_string(place_) + ": " + what, {},
              hint.empty() ? "get the file again: it is damaged, or no file of torch.save" : std::move(hint));
}

void PickleBytes::refuse_unsupported(const std::string& what, std::string hint) const {
  throw Error(Code::unsupported, "'" + std::string(file_) + "' at byte " + std::to_string(place_) + ": " + what, {},
              std::move(hint));
}

std::string_view PickleBytes::take(uint64_t count, const char* what) {
  if (count > left())
    refuse(std::string(what) + " needs " + std::to_string(count) + " bytes and " + std::to_string(left()) +
           " are left");
  const std::string_view taken = as_text(bytes_.subspan(place_, size_t(count)));
  place_ += size_t(count);
  return taken;
}

std::string_view PickleBytes::line(const char* what) {
  const std::string_view rest = as_text(bytes_.subspan(place_));
  const size_t end = rest.find('\n');
  if (end == std::string_view::npos) refuse(std::string(what) + " has no end");
  place_ += end + 1;
  return rest.substr(0, end);
}

PickleRef Pickle::read() {
  stack_.clear();
  marks_.clear();
  memo_.clear();
  while (true) {
    const auto opcode = bytes_.number<uint8_t>("the next opcode of the pickle");
    if (opcode == '.') return pop();
    if (!step(opcode)) bytes_.refuse("the pickle has an opcode that is not known here: " + shown(opcode));
  }
}

PickleValue& Pickle::make(Kind kind) {
  if (values_.size() >= most_values)
    bytes_.refuse("the pickle describes more than " + std::to_string(most_values) + " objects");
  values_.emplace_back().kind = kind;
  return values_.back();
}

PickleValue& Pickle::push_new(Kind kind) {
  PickleValue& value = make(kind);
  stack_.push_back(&value);
  return value;
}

PickleRef Pickle::top() const {
  if (stack_.empty() || (!marks_.empty() && stack_.size() <= marks_.back()))
    bytes_.refuse("the pickle uses an object that it has not made");
  return stack_.back();
}

PickleRef Pickle::pop() {
  const PickleRef value = top();
  stack_.pop_back();
  return value;
}

std::vector<PickleRef> Pickle::pop_to_mark() {
  if (marks_.empty()) bytes_.refuse("the pickle closes what it has not opened");
  const auto first = stack_.begin() + std::ptrdiff_t(marks_.back());
  std::vector<PickleRef> items(first, stack_.end());
  stack_.erase(first, stack_.end());
  marks_.pop_back();
  return items;
}

// The object on top, to be added to: it is one of this pickle's own.
PickleValue& Pickle::container(Kind kind, const char* doing) {
  const PickleRef value = top();
  if (!value->is(kind)) bytes_.refuse(std::string("the pickle ") + doing + " what is none");
  return const_cast<PickleValue&>(*value);
}

void Pickle::remember(uint64_t index) {
  if (memo_.size() >= most_values) bytes_.refuse("the pickle remembers too many objects");
  memo_[index] = top();
}

void Pickle::recall(uint64_t index) {
  const auto found = memo_.find(index);
  if (found == memo_.end()) bytes_.refuse("the pickle recalls an object that it has not remembered");
  push(found->second);
}

bool Pickle::step(uint8_t opcode) {
  return step_text(opcode) || step_number(opcode) || step_container(opcode) || step_memory(opcode) ||
         step_object(opcode);
}

void Pickle::push_text(Kind kind, uint64_t length, const char* what) {
  const std::string_view text = bytes_.take(length, what);
  push_new(kind).text = text;
}

bool Pickle::step_text(uint8_t opcode) {
  switch (opcode) {
    case 'X': push_text(Kind::text, bytes_.number<uint32_t>("a text's length"), "a text"); return true;
    case 0x8C: push_text(Kind::text, bytes_.number<uint8_t>("a text's length"), "a text"); return true;
    case 0x8D: push_text(Kind::text, bytes_.number<uint64_t>("a text's length"), "a text"); return true;
    case 'T': push_text(Kind::text, bytes_.number<uint32_t>("a text's length"), "a text"); return true;
    case 'U': push_text(Kind::text, bytes_.number<uint8_t>("a text's length"), "a text"); return true;
    case 'V': push_new(Kind::text).text = bytes_.line("a text"); return true;
    case 'B': push_text(Kind::bytes, bytes_.number<uint32_t>("the length of bytes"), "bytes"); return true;
    case 'C': push_text(Kind::bytes, bytes_.number<uint8_t>("the length of bytes"), "bytes"); return true;
    case 0x8E: push_text(Kind::bytes, bytes_.number<uint64_t>("the length of bytes"), "bytes"); return true;
    default: return false;
  }
}

// A little-endian integer of two's complement; those of more than 64 bits keep their bytes.
void Pickle::push_long(uint64_t length) {
  const std::string_view bytes = bytes_.take(length, "an integer");
  PickleValue& value = push_new(Kind::integer);
  if (bytes.size() > 8) {
    value.text = bytes;
    return;
  }
  uint64_t bits = !bytes.empty() && (bytes.back() & 0x80) ? ~uint64_t(0) : 0;
  for (size_t i = bytes.size(); i-- > 0;) bits = bits << 8 | uint8_t(bytes[i]);
  value.integer = int64_t(bits);
}

// "42", "42L"; "00" and "01" are the booleans of protocol 0.
void Pickle::push_decimal() {
  std::string_view digits = bytes_.line("an integer");
  const bool boolean = digits == "00" || digits == "01";
  if (digits.ends_with('L')) digits.remove_suffix(1);
  int64_t value = 0;
  const auto [end, wrong] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (wrong != std::errc() || end != digits.data() + digits.size()) bytes_.refuse("an integer of the pickle is none");
  push_new(boolean ? Kind::boolean : Kind::integer).integer = value;
}

bool Pickle::step_number(uint8_t opcode) {
  switch (opcode) {
    case 'N': push_new(Kind::none); return true;
    case 0x88: push_new(Kind::boolean).integer = 1; return true;
    case 0x89: push_new(Kind::boolean); return true;
    case 'J': push_integer(bytes_.number<int32_t>("an integer")); return true;
    case 'K': push_integer(bytes_.number<uint8_t>("an integer")); return true;
    case 'M': push_integer(bytes_.number<uint16_t>("an integer")); return true;
    case 'I': push_decimal(); return true;
    case 'L': push_decimal(); return true;
    case 0x8A: push_long(bytes_.number<uint8_t>("an integer's length")); return true;
    case 0x8B: push_long(bytes_.number<uint32_t>("an integer's length")); return true;
    case 'G': {
      uint64_t bits = 0;  // the one number that stands with its highest byte first
      for (char byte : bytes_.take(8, "a number")) bits = bits << 8 | uint8_t(byte);
      push_new(Kind::real).real = std::bit_cast<double>(bits);
      return true;
    }
    default: return false;
  }
}

void Pickle::push_tuple(std::vector<PickleRef> items) { push_new(Kind::tuple).items = std::move(items); }

void Pickle::append(std::vector<PickleRef> items) {
  PickleValue& list = container(Kind::list, "appends to");
  list.items.insert(list.items.end(), items.begin(), items.end());
}

void Pickle::set_items(std::vector<PickleRef> items) {
  PickleValue& dict = container(Kind::dict, "puts a key into");
  if (items.size() % 2) bytes_.refuse("the pickle puts a key without a value into a dictionary");
  dict.items.insert(dict.items.end(), items.begin(), items.end());
}

bool Pickle::step_container(uint8_t opcode) {
  auto last = [this](size_t count) {
    std::vector<PickleRef> items(count);
    for (size_t i = count; i-- > 0;) items[i] = pop();
    return items;
  };
  switch (opcode) {
    case '(': marks_.push_back(stack_.size()); return true;
    case ')': push_tuple({}); return true;
    case 't': push_tuple(pop_to_mark()); return true;
    case 0x85: push_tuple(last(1)); return true;
    case 0x86: push_tuple(last(2)); return true;
    case 0x87: push_tuple(last(3)); return true;
    case ']':
    case 0x8F: push_new(Kind::list); return true;
    case 'l':
    case 0x91: {
      std::vector<PickleRef> items = pop_to_mark();
      push_new(Kind::list).items = std::move(items);
      return true;
    }
    case 'a': append(last(1)); return true;
    case 'e':
    case 0x90: append(pop_to_mark()); return true;
    case '}': push_new(Kind::dict); return true;
    case 'd': {
      std::vector<PickleRef> items = pop_to_mark();
      push_new(Kind::dict);
      set_items(std::move(items));
      return true;
    }
    case 's': set_items(last(2)); return true;
    case 'u': set_items(pop_to_mark()); return true;
    default: return false;
  }
}

bool Pickle::step_memory(uint8_t opcode) {
  auto decimal = [this] {
    push_decimal();
    return uint64_t(pop()->integer);
  };
  switch (opcode) {
    case 0x80: bytes_.number<uint8_t>("the protocol"); return true;
    case 0x95: bytes_.number<uint64_t>("a frame's length"); return true;  // frames only help those who stream
    case 'q': remember(bytes_.number<uint8_t>("a number to remember by")); return true;
    case 'r': remember(bytes_.number<uint32_t>("a number to remember by")); return true;
    case 'p': {
      const PickleRef value = top();
      const uint64_t index = decimal();
      push(value);
      remember(index);
      pop();
      return true;
    }
    case 0x94: remember(memo_.size()); return true;
    case 'h': recall(bytes_.number<uint8_t>("a number to recall by")); return true;
    case 'j': recall(bytes_.number<uint32_t>("a number to recall by")); return true;
    case 'g': recall(decimal()); return true;
    case '0': pop(); return true;
    case '1': pop_to_mark(); return true;
    case '2': push(top()); return true;
    default: return false;
  }
}

bool Pickle::step_object(uint8_t opcode) {
  switch (opcode) {
    case 'c': {
      const std::string_view module = bytes_.line("a module's name");
      push_global(module, bytes_.line("a name"));
      return true;
    }
    case 0x93: {
      const PickleRef name = pop(), module = pop();
      if (!name->is(Kind::text) || !module->is(Kind::text)) bytes_.refuse("the pickle asks for a name that is no text");
      push_global(module->text, name->text);
      return true;
    }
    case 'R':
    case 0x81: {
      const PickleRef arguments = pop();
      call(pop(), arguments);
      return true;
    }
    case 'b': leave_state(); return true;
    case 'Q': push_storage(pop()); return true;
    default: return false;
  }
}

}  // namespace cajal::internal
