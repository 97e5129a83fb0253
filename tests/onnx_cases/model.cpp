#include "model.h"

#include <bit>
#include <cstring>

#include "cajal/base/error.h"

namespace cajal::onnx_cases {
namespace {

// One field of a protocol buffer's message: a number, or bytes.
struct Field {
  int number = 0;
  uint64_t value = 0;
  std::string_view bytes;
  bool is_bytes = false;
};

double as_float(uint64_t bits) { return double(std::bit_cast<float>(uint32_t(bits))); }

class Wire {
 public:
  explicit Wire(std::string_view bytes) : left_(bytes) {}
  bool done() const { return left_.empty(); }

  uint64_t varint() {
    uint64_t out = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      const uint8_t byte = uint8_t(take(1)[0]);
      out |= uint64_t(byte & 127) << shift;
      if (byte < 128) return out;
    }
    throw Error(Code::bad_data, "a number of more than ten bytes");
  }
  uint64_t fixed(size_t size) {
    uint64_t out = 0;
    std::memcpy(&out, take(size).data(), size);
    return out;
  }
  Field next() {
    const uint64_t key = varint();
    Field field;
    field.number = int(key >> 3);
    switch (key & 7) {
      case 0: field.value = varint(); break;
      case 1: field.value = fixed(8); break;
      case 2: field.bytes = take(varint()), field.is_bytes = true; break;
      case 5: field.value = fixed(4); break;
      default: throw Error(Code::bad_data, "a field of an unknown kind");
    }
    return field;
  }

 private:
  std::string_view take(uint64_t size) {
    if (size > left_.size()) throw Error(Code::bad_data, "a message that ends too early");
    const std::string_view out = left_.substr(0, size);
    left_.remove_prefix(size);
    return out;
  }
  std::string_view left_;
};

template <class F>
void for_fields(std::string_view message, F&& f) {
  for (Wire wire(message); !wire.done();) f(wire.next());
}

// Repeated numbers stand one by one, or packed into one field.
void append_integers(const Field& field, std::vector<int64_t>& to) {
  if (!field.is_bytes) return to.push_back(int64_t(field.value));
  for (Wire wire(field.bytes); !wire.done();) to.push_back(int64_t(wire.varint()));
}
void append_floats(const Field& field, std::vector<double>& to) {
  if (!field.is_bytes) return to.push_back(as_float(field.value));
  for (Wire wire(field.bytes); !wire.done();) to.push_back(as_float(wire.fixed(4)));
}
void append_doubles(const Field& field, std::vector<double>& to) {
  if (!field.is_bytes) return to.push_back(std::bit_cast<double>(field.value));
  for (Wire wire(field.bytes); !wire.done();) to.push_back(std::bit_cast<double>(wire.fixed(8)));
}

// The type of that number in ONNX; false where Cajal has none such.
bool type_of(int64_t number, DType& type) {
  static const std::map<int64_t, DType> types{
      {1, DType::float32}, {2, DType::uint8},   {3, DType::int8},     {5, DType::int16},    {6, DType::int32},
      {7, DType::int64},   {9, DType::boolean}, {10, DType::float16}, {11, DType::float64}, {16, DType::bfloat16}};
  const auto found = types.find(number);
  if (found != types.end()) type = found->second;
  return found != types.end();
}

struct TensorFields {
  std::vector<int64_t> dims, integers;
  std::vector<double> numbers;
  std::string_view raw;
  std::string name;
  int64_t type = 0;

  explicit TensorFields(std::string_view message) {
    for_fields(message, [this](const Field& field) {
      switch (field.number) {
        case 1: return append_integers(field, dims);
        case 2: type = int64_t(field.value); return;
        case 4: return append_floats(field, numbers);
        case 5:
        case 7: return append_integers(field, integers);
        case 8: name = std::string(field.bytes); return;
        case 9: raw = field.bytes; return;
        case 10: return append_doubles(field, numbers);
        default: return;
      }
    });
  }
  Tensor tensor() const {
    DType dtype;
    if (!type_of(type, dtype)) return {};
    Tensor out(Shape::of(dims), dtype);
    if (!raw.empty()) {
      if (raw.size() != out.bytes()) throw Error(Code::bad_data, "a tensor of another size");
      std::memcpy(out.raw(), raw.data(), raw.size());
      return out;
    }
    const bool halves = dtype == DType::float16 || dtype == DType::bfloat16;
    for (int64_t i = 0; i < out.size(); ++i) {
      const size_t at = size_t(i);
      if (halves) reinterpret_cast<uint16_t*>(out.raw())[i] = uint16_t(integers.at(at));
      else out.set_flat(i, numbers.empty() ? double(integers.at(at)) : numbers.at(at));
    }
    return out;
  }
};

std::pair<std::string, Attribute> attribute_of(std::string_view message) {
  std::string name;
  Attribute out;
  for_fields(message, [&](const Field& field) {
    switch (field.number) {
      case 1: name = std::string(field.bytes); return;
      case 2: out.number = as_float(field.value); return;
      case 3: out.integer = int64_t(field.value); return;
      case 4: out.text = std::string(field.bytes); return;
      case 5: out.tensor = read_tensor(field.bytes); return;
      case 7: return append_floats(field, out.numbers);
      case 8: return append_integers(field, out.integers);
      default: return;
    }
  });
  return {name, out};
}

Node node_of(std::string_view message) {
  Node out;
  for_fields(message, [&](const Field& field) {
    switch (field.number) {
      case 1: out.inputs.emplace_back(field.bytes); return;
      case 2: out.outputs.emplace_back(field.bytes); return;
      case 4: out.op = std::string(field.bytes); return;
      case 5: out.attributes.insert(attribute_of(field.bytes)); return;
      case 7: out.domain = std::string(field.bytes); return;
      default: return;
    }
  });
  return out;
}

std::string name_of(std::string_view value_info) {
  std::string out;
  for_fields(value_info, [&](const Field& field) {
    if (field.number == 1) out = std::string(field.bytes);
  });
  return out;
}

void read_graph(std::string_view message, Model& model) {
  for_fields(message, [&](const Field& field) {
    switch (field.number) {
      case 1: model.nodes.push_back(node_of(field.bytes)); return;
      case 5: {
        const TensorFields fields(field.bytes);
        model.initializers[fields.name] = fields.tensor();
        return;
      }
      case 11: model.inputs.push_back(name_of(field.bytes)); return;
      case 12: model.outputs.push_back(name_of(field.bytes)); return;
      default: return;
    }
  });
}

}  // namespace

Tensor read_tensor(std::string_view bytes) { return TensorFields(bytes).tensor(); }

Model read_model(std::string_view bytes) {
  Model model;
  for_fields(bytes, [&](const Field& field) {
    if (field.number == 7) read_graph(field.bytes, model);
    if (field.number != 8) return;
    std::string domain;
    int64_t version = 1;
    for_fields(field.bytes, [&](const Field& part) {
      if (part.number == 1) domain = std::string(part.bytes);
      if (part.number == 2) version = int64_t(part.value);
    });
    if (domain.empty()) model.opset = version;
  });
  return model;
}

}  // namespace cajal::onnx_cases
