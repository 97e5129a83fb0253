// What the names in a pickle mean: a closed list. Nothing is looked up, imported or called.
#include <algorithm>
#include <array>

#include "cajal/formats/pytorch/internal/pickle.h"

namespace cajal::internal {
namespace {

struct StorageType {
  std::string_view name;
  DType type;
};
constexpr std::array<StorageType, 10> storage_types = {{{"FloatStorage", DType::float32},
                                                        {"DoubleStorage", DType::float64},
                                                        {"HalfStorage", DType::float16},
                                                        {"BFloat16Storage", DType::bfloat16},
                                                        {"CharStorage", DType::int8},
                                                        {"ShortStorage", DType::int16},
                                                        {"IntStorage", DType::int32},
                                                        {"LongStorage", DType::int64},
                                                        {"ByteStorage", DType::uint8},
                                                        {"BoolStorage", DType::boolean}}};

struct Name {
  std::string_view module, name;
  friend bool operator==(const Name&, const Name&) = default;
};
constexpr Name ordered_dict{"collections", "OrderedDict"}, torch_size{"torch", "Size"}, encode{"_codecs", "encode"},
    device{"torch", "device"}, tensor_v1{"torch._utils", "_rebuild_tensor"},
    tensor_v2{"torch._utils", "_rebuild_tensor_v2"}, parameter{"torch._utils", "_rebuild_parameter"};
constexpr std::array callables = {ordered_dict, torch_size, encode, device, tensor_v1, tensor_v2, parameter};

// A type such as torch.float32 stands for itself beside the tensors.
constexpr std::array<std::string_view, 13> type_names = {"float32", "float",    "float64", "double", "float16",
                                                         "half",    "bfloat16", "uint8",   "int8",   "int16",
                                                         "int32",   "int64",    "bool"};

const StorageType* storage_type(const Name& name) {
  if (name.module != "torch") return nullptr;
  const auto found = std::find_if(storage_types.begin(), storage_types.end(),
                                  [&](const StorageType& type) { return type.name == name.name; });
  return found == storage_types.end() ? nullptr : &*found;
}

bool is_known(const Name& name) {
  return std::find(callables.begin(), callables.end(), name) != callables.end() || storage_type(name) ||
         (name.module == "torch" && std::find(type_names.begin(), type_names.end(), name.name) != type_names.end());
}

// As it may stand in a message: a file may call anything by any bytes.
std::string printable(std::string_view text) {
  std::string out;
  for (char c : text.substr(0, 60)) out += c > 32 && c < 127 ? c : '?';
  return out;
}

}  // namespace

void Pickle::push_global(std::string_view module, std::string_view name) {
  if (!is_known({module, name})) {
    const std::string asked = printable(module) + "." + printable(name);
    if (module.starts_with("torch") && name.ends_with("Storage"))
      bytes_.refuse_unsupported("its tensors are of " + asked + ", a type that is not known here",
                                "cast them in PyTorch first, for instance by .float()");
    bytes_.refuse_unsupported(
        "its pickle asks for " + asked + ", and nothing but tensors, lists and dictionaries is made from a file",
        "in PyTorch: torch.save(model.state_dict(), \"weights.pt\")");
  }
  PickleValue& value = push_new(Kind::global);
  value.module = module;
  value.text = name;
}

int64_t Pickle::integer_of(PickleRef value, const char* what) const {
  if (!value->is(Kind::integer) || !value->text.empty()) bytes_.refuse(std::string(what) + " is no integer");
  return value->integer;
}

std::vector<int64_t> Pickle::integers_of(PickleRef value, const char* what) const {
  if (!value->is(Kind::tuple) && !value->is(Kind::list)) bytes_.refuse(std::string(what) + " is no list of integers");
  std::vector<int64_t> out;
  for (PickleRef item : value->items) out.push_back(integer_of(item, what));
  return out;
}

void Pickle::call(PickleRef function, PickleRef arguments) {
  if (!function->is(Kind::global) || !arguments->is(Kind::tuple)) bytes_.refuse("the pickle calls what is no name");
  const Name name{function->module, function->text};
  const std::vector<PickleRef>& given = arguments->items;
  if (name == ordered_dict) {
    PickleValue& dict = push_new(Kind::dict);
    if (given.empty()) return;
    for (PickleRef pair : given[0]->items) {
      if (pair->items.size() != 2) bytes_.refuse("a dictionary is made of what are no pairs");
      dict.items.insert(dict.items.end(), pair->items.begin(), pair->items.end());
    }
  } else if (name == tensor_v1 || name == tensor_v2) {
    rebuild_tensor(arguments);
  } else if (name == parameter || name == torch_size || name == encode || name == device) {
    // Each stands for its first argument: the tensor, the tuple, the text.
    if (given.empty()) bytes_.refuse("the pickle calls " + std::string(name.name) + " without an argument");
    if (name == parameter && !given[0]->is(Kind::tensor)) bytes_.refuse("a parameter is made of what is no tensor");
    push(given[0]);
  } else {
    bytes_.refuse("the pickle calls " + printable(name.module) + "." + printable(name.name) + ", which is no function");
  }
}

// ("storage", type, key, place, elements) and, in old files, what it is a part of: None or (key, offset, elements).
void Pickle::push_storage(PickleRef id) {
  if (!id->is(Kind::tuple) || id->items.size() < 5 || !id->items[0]->is(Kind::text) ||
      id->items[0]->text != "storage" || !id->items[1]->is(Kind::global) || !id->items[2]->is(Kind::text))
    bytes_.refuse("the pickle refers to something outside of it that is no storage");
  const StorageType* type = storage_type({id->items[1]->module, id->items[1]->text});
  if (!type) bytes_.refuse("a storage is of a type that is none");
  const int64_t count = integer_of(id->items[4], "a storage's number of elements");
  if (count < 0) bytes_.refuse("a storage has " + std::to_string(count) + " elements");
  PickleValue& value = push_new(Kind::storage);
  value.text = id->items[2]->text;
  value.dtype = type->type;
  value.integer = count;
  if (id->items.size() < 6 || id->items[5]->is(Kind::none)) return;
  const PickleRef view = id->items[5];
  if (!view->is(Kind::tuple) || view->items.size() != 3 || !view->items[0]->is(Kind::text))
    bytes_.refuse("what a storage is a part of is not said in three values");
  value.view_at = integer_of(view->items[1], "where a storage begins");
  value.integer = integer_of(view->items[2], "a storage's number of elements");
  if (value.view_at < 0 || value.integer < 0) bytes_.refuse("a storage begins or ends before the one it is a part of");
}

// (storage, offset, size, stride, ...): what follows are gradients and hooks.
void Pickle::rebuild_tensor(PickleRef arguments) {
  const std::vector<PickleRef>& given = arguments->items;
  if (given.size() < 4 || !given[0]->is(Kind::storage)) bytes_.refuse("a tensor is made of what is no storage");
  PickledTensor tensor{given[0], integer_of(given[1], "a tensor's offset"), integers_of(given[2], "a tensor's shape"),
                       integers_of(given[3], "a tensor's strides")};
  if (tensor.size.size() != tensor.stride.size()) bytes_.refuse("a tensor has more sizes than strides, or fewer");
  push_new(Kind::tensor).tensor = std::move(tensor);
}

// The state of an object: an ordered dictionary's has its versions, a parameter's its hooks. Neither is data.
void Pickle::leave_state() {
  pop();
  if (!top()->is(Kind::dict) && !top()->is(Kind::tensor)) bytes_.refuse("the pickle gives a state to what has none");
}

}  // namespace cajal::internal
