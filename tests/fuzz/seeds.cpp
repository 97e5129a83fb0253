#include "tests/fuzz/seeds.h"

#include <filesystem>
#include <functional>
#include <map>

#include "cajal/cajal.h"

namespace cajal::fuzz {
namespace {

Bytes bytes_of(std::string_view text) { return {as_bytes(text).begin(), as_bytes(text).end()}; }

Bytes written(const std::function<void(const Path&)>& write) {
  const Path path = std::filesystem::temp_directory_path() / "fuzz_seed";
  write(path);
  Bytes out = read_file(path);
  std::filesystem::remove(path);
  return out;
}

std::vector<Tensor> tensors() {
  return {Tensor::of({1.5f, -2.f, 3.f, 0.f, 1.f, 2.f}, {2, 3}), Tensor::of({1., 2.}),
          Tensor::of({1.f, 0.f, 3.f}).cast(DType::uint8), Tensor::of({7.f}).cast(DType::int32).reshape({}),
          Tensor({0, 4}, DType::int16)};
}

std::vector<Bytes> idx_seeds() {
  std::vector<Bytes> out;
  for (const Tensor& tensor : tensors()) out.push_back(idx_bytes(tensor));
  return out;
}

std::vector<Bytes> npy_seeds() {
  std::vector<Bytes> out;
  for (const Tensor& tensor : tensors()) out.push_back(written([&](const Path& path) { save_npy(path, tensor); }));
  return out;
}

NamedTensors named() {
  NamedTensors out;
  for (const Tensor& tensor : tensors()) out.add("tensor_" + std::to_string(out.size()), tensor);
  return out;
}

std::vector<Bytes> npz_seeds() {
  std::vector<Bytes> out;
  for (const bool compress : {false, true})
    out.push_back(written([&](const Path& path) { save_npz(path, named(), {.compress = compress}); }));
  return out;
}

std::vector<Bytes> safetensors_seeds() {
  return {written([](const Path& path) {
            save_safetensors(path, named(), {{"format", "cajal"}});
          }),
          written([](const Path& path) { save_safetensors(path, {}); })};
}

std::vector<Bytes> csv_seeds() {
  std::vector<Bytes> out;
  const Table table =
      parse_csv("length,species,note\n5.1,setosa,\"a \"\"b\"\", c\"\n4.9,virginica,\n-3e4,setosa,d\n", "seed");
  for (const char delimiter : {',', ';', '\t'}) out.push_back(bytes_of(csv_text(table, {.delimiter = delimiter})));
  for (const char* text : {"a;b\r\n1,5;x\r\n-0,25;y\r\n", "1,2,0\n3,4,1\n5,7,1\n",
                           "\xEF\xBB\xBFname|size|value\r\nJos\xE9|1|NA\r\nb|2|?\r\nc|3|1\r\nd|4|4",
                           "2020-01-01,yes,12\n2020-01-02,no,13\n2020-01-03,yes,15\n", "\"a\nb\",c\n1,2\n3,1\n"})
    out.push_back(bytes_of(text));
  return out;
}

// The library reads gzip and never writes it: "cajal\n" as the program gzip packs it, stored, and twice over.
std::vector<Bytes> gzip_seeds() {
  const std::string packed(
      "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\x4b\x4e\xcc\x4a\xcc\xe1\x02\x00\x6f\xf9\xe3\xaf"
      "\x06\x00\x00\x00",
      26);
  return {bytes_of(packed), bytes_of(packed + packed), bytes_of(packed + std::string(10, '\0'))};
}

std::shared_ptr<Model> sequential() {
  auto model = std::make_shared<Sequential>(std::vector<AnyLayer>{
      Rescaling(0.5), Flatten(), Dense({.units = 3, .activation = "relu", .kernel_regularizer = L2(0.01)}),
      BatchNormalization(), Dropout(0.2), Dense(2)});
  model->compile({.optimizer = Adam({.learning_rate = ExponentialDecay(0.1, 10, 0.9)}),
                  .loss = SparseCategoricalCrossentropy({.from_logits = true}),
                  .metrics = {"accuracy"}});
  model->build_for({{Dim::symbol("batch"), 2, 2}});
  return model;
}

std::shared_ptr<Model> functional() {
  Input a({2}), b({2});
  Dense shared(2, "tanh");
  auto model = std::make_shared<Model>(Vars{a, b}, Dense(1, "sigmoid")(Concatenate()({shared(a), shared(b)})));
  model->compile({.optimizer = "sgd", .loss = "mse"});
  return model;
}

// Layers kept as their nodes: a loop, a mask that is used, a weight that is held.
struct KeptCell : Layer {
  Variable kernel;
  void build(const Shape& input) override {
    kernel = add_weight("kernel", {input.back()}, "ones",
                        {.regularizer = std::make_shared<L2>(0.1), .constraint = std::make_shared<NonNeg>()});
  }
  Var call(Var x) override {
    const Var given = x.mask().defined() ? x * expand_dims(cast(x.mask(), x.dtype()), -1) : x;
    const ScanBody body = [&](const Vars& c, const Vars& s) -> std::pair<Vars, Vars> {
      const Var next = tanh(c[0] * kernel + s[0]);
      return {{next}, {next}};
    };
    return scan(body, {sum(given, {1}) * 0}, {given}, 1).outputs[0];
  }
};

std::shared_ptr<Model> kept() {
  auto model = std::make_shared<Sequential>(std::vector<AnyLayer>{Masking(), KeptCell(), Flatten(), Dense(1)});
  model->build_for({{Dim::symbol("batch"), 3, 2}});
  return model;
}

std::vector<Bytes> model_seeds() {
  clear_session();
  std::vector<Bytes> out;
  for (const auto& model : {sequential(), functional(), kept()})
    out.push_back(written([&](const Path& path) { model->save(path.string()); }));
  return out;
}

// What the metadata of a model file says, and the shapes of its weights.
Bytes metadata_of(const Bytes& model) {
  const Path path = std::filesystem::temp_directory_path() / "fuzz_seed";
  write_file_atomically(path, model);
  const Safetensors file = load_safetensors(path);
  Config seed, shapes;
  for (const auto& [name, tensor] : file.tensors) {
    Config shape(Config::List{});
    for (int64_t size : tensor.shape().ints()) shape.add(size);
    shapes.set(name, shape);
  }
  seed.set("config", Config::parse(file.metadata.at("config")));
  if (const auto training = file.metadata.find("training"); training != file.metadata.end())
    seed.set("training", Config::parse(training->second));
  if (!shapes.is_null()) seed.set("tensors", shapes);
  return bytes_of(seed.json());
}

// The two models, and one of each layer that three numbers can be given to without options.
std::vector<Bytes> model_config_seeds() {
  std::vector<Bytes> out;
  for (const Bytes& model : model_seeds()) out.push_back(metadata_of(model));
  for (const LayerType* type : layer_types()) {
    try {
      clear_session();
      const Sequential model(Input({3}), {AnyLayer(std::string(type->class_name))});
      out.push_back(metadata_of(written([&](const Path& path) { model.save(path.string()); })));
    } catch (const Error&) {
      continue;
    }
  }
  return out;
}

std::vector<Bytes> config_seeds() {
  std::vector<Bytes> out = {metadata_of(model_seeds()[1])};
  for (const char* text : {"{\"a\": [1, -2.5e3, true, null, \"\\u00e9\\n\"], \"b\": {\"c\": {}}}", "[]", "1e300",
                           "18446744073709551615", "-9223372036854775808", "0.1"})
    out.push_back(bytes_of(text));
  return out;
}

// One record and two of CIFAR-10.
std::vector<Bytes> cifar_seeds() {
  Bytes record(3073, std::byte(7));
  Bytes two = record;
  two.insert(two.end(), record.begin(), record.end());
  return {record, two};
}

// xz and tar are read and never written: "cajal\n" as the program xz packs it, and an archive of one file as tar does.
std::vector<Bytes> xz_seeds() {
  const std::string packed(
      "\xfd\x37\x7a\x58\x5a\x00\x00\x04\xe6\xd6\xb4\x46\x02\x00\x21\x01\x16\x00\x00\x00\x74\x2f\xe5\xa3\x01\x00"
      "\x05\x63\x61\x6a\x61\x6c\x0a\x00\x00\x00\xcd\x29\x34\x10\x1f\x79\x75\x91\x00\x01\x1e\x06\xc1\x2f\xa4\x1d"
      "\x1f\xb6\xf3\x7d\x01\x00\x00\x00\x00\x04\x59\x5a",
      64);
  std::string header(512, '\0');
  header.replace(0, 1, "a").replace(100, 7, "0000644").replace(124, 11, "00000000006").replace(148, 8, "        ");
  header[156] = '0';
  unsigned sum = 0;
  for (char c : header) sum += uint8_t(c);
  std::string digits(6, '0');
  for (size_t i = 6; i-- > 0; sum /= 8) digits[i] = char('0' + sum % 8);
  header.replace(148, 7, digits + '\0');
  const std::string archive = header + "cajal\n" + std::string(506 + 1024, '\0');
  return {bytes_of(archive), bytes_of(packed)};
}

// torch.save wrote these.
std::vector<Bytes> pytorch_seeds() {
  std::vector<Bytes> out;
  for (const char* name : {"alone.pt", "alone_legacy.pt", "views_legacy.pt", "types_legacy.pt", "checkpoint_legacy.pt",
                           "deflated.pt", "protocol_5.pt"})
    out.push_back(read_file(Path("tests/golden/pytorch") / name));
  return out;
}

}  // namespace

std::vector<Bytes> seeds(const std::string& target) {
  static const std::map<std::string, std::vector<Bytes> (*)()> makers = {{"csv", csv_seeds},
                                                                         {"idx", idx_seeds},
                                                                         {"npy", npy_seeds},
                                                                         {"npz", npz_seeds},
                                                                         {"safetensors", safetensors_seeds},
                                                                         {"gzip", gzip_seeds},
                                                                         {"model", model_seeds},
                                                                         {"config", config_seeds},
                                                                         {"model_config", model_config_seeds},
                                                                         {"cifar", cifar_seeds},
                                                                         {"xz", xz_seeds},
                                                                         {"pytorch", pytorch_seeds}};
  const auto found = makers.find(target);
  return found == makers.end() ? std::vector<Bytes>() : found->second();
}

}  // namespace cajal::fuzz
