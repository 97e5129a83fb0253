#ifdef CAJAL_WITH_ONEDNN

#include "cajal/backends/onednn/internal/primitive.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace cajal::onednn {
namespace {

#if DNNL_VERSION_MAJOR < 3

using Description = dnnl_memory_desc_t;
std::shared_ptr<const Description> owned(const Description& layout) {
  return std::make_shared<const Description>(layout);
}

#else

using Description = dnnl_memory_desc;
std::shared_ptr<const Description> owned(dnnl_memory_desc_t layout) {
  return {layout, [](const Description* old) { library().memory_desc_destroy(const_cast<Description*>(old)); }};
}

#endif

dnnl_data_type_t type_of(DType type) { return type == DType::bfloat16 ? dnnl_bf16 : dnnl_f32; }

struct Attributes {
  dnnl_primitive_attr_t handle = nullptr;
  // Scratch memory comes from the plan's arena, and float32 is float32 whatever the environment says.
  Attributes() {
    library().primitive_attr_create(&handle);
    library().primitive_attr_set_scratchpad_mode(handle, dnnl_scratchpad_mode_user);
    library().primitive_attr_set_fpmath_mode(handle, dnnl_fpmath_mode_strict);
  }
  ~Attributes() { library().primitive_attr_destroy(handle); }
  Attributes(const Attributes&) = delete;
  Attributes& operator=(const Attributes&) = delete;
};

// The description of a primitive, while it is asked.
struct PrimitiveDescription {
  dnnl_primitive_desc_t handle = nullptr;
  PrimitiveDescription() = default;
  ~PrimitiveDescription() {
    if (handle) library().primitive_desc_destroy(handle);
  }
  PrimitiveDescription(const PrimitiveDescription&) = delete;
  PrimitiveDescription& operator=(const PrimitiveDescription&) = delete;

  Layout layout(dnnl_query_t what) const { return Layout::copy(library().primitive_desc_query_md(handle, what, 0)); }
  std::string implementation() const {
    const char* name = "";
    library().primitive_desc_query(handle, dnnl_query_impl_info_str, 0, &name);
    return name;
  }
};

// What the library is told of a convolution.
struct Request {
  Layout image, kernel, result;
  dnnl_dims_t strides, dilation, low, high;
};

Layout any_kernel(const ConvGeometry& s, DType type) {
  const int64_t in = s.channels / s.groups, out = s.filters / s.groups;
  if (s.groups > 1) return Layout::any({s.groups, out, in, s.height.kernel, s.width.kernel}, type);
  return Layout::any({out, in, s.height.kernel, s.width.kernel}, type);
}

Layout channels_last(int64_t batch, int64_t channels, const std::array<int64_t, 2>& size, DType type) {
  return Layout::strided({batch, channels, size[0], size[1]},
                         {size[0] * size[1] * channels, 1, size[1] * channels, channels}, type);
}

// The types of what a primitive is given.
struct ArrayTypes {
  DType image, kernel, result;
};

ArrayTypes types_of(ConvKind kind, DType operands) {
  const auto unless = [&](ConvKind output) { return kind == output ? DType::float32 : operands; };
  return {unless(ConvKind::input_gradient), unless(ConvKind::kernel_gradient), unless(ConvKind::forward)};
}

Request request_of(const ConvGeometry& s, const ArrayTypes& types, const Layout* kernel) {
  return {.image = channels_last(s.batch, s.channels, {s.height.image, s.width.image}, types.image),
          .kernel = kernel ? *kernel : any_kernel(s, types.kernel),
          .result = channels_last(s.batch, s.filters, {s.height.result, s.width.result}, types.result),
          .strides = {s.height.stride, s.width.stride},
          .dilation = {s.height.dilation - 1, s.width.dilation - 1},
          .low = {s.height.low, s.width.low},
          .high = {s.height.high(), s.width.high()}};
}

#if DNNL_VERSION_MAJOR < 3

bool describe(ConvKind kind, const Request& r, const Attributes& attributes, dnnl_primitive_desc_t hint,
              dnnl_primitive_desc_t& out) {
  const Library& lib = library();
  const auto x = r.image.handle(), w = r.kernel.handle(), y = r.result.handle();
  dnnl_convolution_desc_t operation;
  dnnl_status_t status;
  if (kind == ConvKind::forward)
    status = lib.dilated_convolution_forward_desc_init(&operation, dnnl_forward_training, dnnl_convolution_direct, x, w,
                                                       nullptr, y, r.strides, r.dilation, r.low, r.high);
  else if (kind == ConvKind::input_gradient)
    status = lib.dilated_convolution_backward_data_desc_init(&operation, dnnl_convolution_direct, x, w, y, r.strides,
                                                             r.dilation, r.low, r.high);
  else
    status = lib.dilated_convolution_backward_weights_desc_init(&operation, dnnl_convolution_direct, x, w, nullptr, y,
                                                                r.strides, r.dilation, r.low, r.high);
  return status == dnnl_success &&
         lib.primitive_desc_create(&out, &operation, attributes.handle, lib.engine, hint) == dnnl_success;
}

bool describe(const Layout& a, const Layout& b, const Layout& c, const Attributes& attributes,
              dnnl_primitive_desc_t& out) {
  const Library& lib = library();
  dnnl_matmul_desc_t operation;
  return lib.matmul_desc_init(&operation, a.handle(), b.handle(), nullptr, c.handle()) == dnnl_success &&
         lib.primitive_desc_create(&out, &operation, attributes.handle, lib.engine, nullptr) == dnnl_success;
}

#else

bool describe(ConvKind kind, const Request& r, const Attributes& attributes, dnnl_primitive_desc_t hint,
              dnnl_primitive_desc_t& out) {
  const Library& lib = library();
  const auto x = r.image.handle(), w = r.kernel.handle(), y = r.result.handle();
  dnnl_status_t status;
  if (kind == ConvKind::forward)
    status = lib.convolution_forward_primitive_desc_create(&out, lib.engine, dnnl_forward_training,
                                                           dnnl_convolution_direct, x, w, nullptr, y, r.strides,
                                                           r.dilation, r.low, r.high, attributes.handle);
  else if (kind == ConvKind::input_gradient)
    status = lib.convolution_backward_data_primitive_desc_create(&out, lib.engine, dnnl_convolution_direct, x, w, y,
                                                                 r.strides, r.dilation, r.low, r.high, hint,
                                                                 attributes.handle);
  else
    status = lib.convolution_backward_weights_primitive_desc_create(&out, lib.engine, dnnl_convolution_direct, x, w,
                                                                    nullptr, y, r.strides, r.dilation, r.low, r.high,
                                                                    hint, attributes.handle);
  return status == dnnl_success;
}

bool describe(const Layout& a, const Layout& b, const Layout& c, const Attributes& attributes,
              dnnl_primitive_desc_t& out) {
  const Library& lib = library();
  return lib.matmul_primitive_desc_create(&out, lib.engine, a.handle(), b.handle(), nullptr, c.handle(),
                                          attributes.handle) == dnnl_success;
}

#endif

int image_argument(ConvKind kind) { return kind == ConvKind::input_gradient ? DNNL_ARG_DIFF_SRC : DNNL_ARG_SRC; }
int kernel_argument(ConvKind kind) {
  return kind == ConvKind::kernel_gradient ? DNNL_ARG_DIFF_WEIGHTS : DNNL_ARG_WEIGHTS;
}
int result_argument(ConvKind kind) { return kind == ConvKind::forward ? DNNL_ARG_DST : DNNL_ARG_DIFF_DST; }

}  // namespace

// ------------------------------------------------------------------------------------------------ layouts

#if DNNL_VERSION_MAJOR < 3

Layout Layout::strided(const Dims& dims, const Dims& strides, DType type) {
  dnnl_memory_desc_t made;
  library().memory_desc_init_by_strides(&made, int(dims.size()), dims.data(), type_of(type), strides.data());
  Layout out;
  out.handle_ = owned(made);
  return out;
}

Layout Layout::tagged(const Dims& dims, DType type, dnnl_format_tag_t tag) {
  dnnl_memory_desc_t made;
  library().memory_desc_init_by_tag(&made, int(dims.size()), dims.data(), type_of(type), tag);
  Layout out;
  out.handle_ = owned(made);
  return out;
}

Layout Layout::copy(Handle handle) {
  Layout out;
  out.handle_ = owned(*handle);
  return out;
}

std::optional<Layout> Layout::submemory(const Dims& dims, const Dims& offsets) const {
  dnnl_memory_desc_t made;
  if (library().memory_desc_init_submemory(&made, handle(), dims.data(), offsets.data()) != dnnl_success) return {};
  Layout out;
  out.handle_ = owned(made);
  return out;
}

int64_t Layout::begin() const { return handle_->offset0; }

#else

Layout Layout::strided(const Dims& dims, const Dims& strides, DType type) {
  dnnl_memory_desc_t made = nullptr;
  library().memory_desc_create_with_strides(&made, int(dims.size()), dims.data(), type_of(type), strides.data());
  Layout out;
  out.handle_ = owned(made);
  return out;
}

Layout Layout::tagged(const Dims& dims, DType type, dnnl_format_tag_t tag) {
  dnnl_memory_desc_t made = nullptr;
  library().memory_desc_create_with_tag(&made, int(dims.size()), dims.data(), type_of(type), tag);
  Layout out;
  out.handle_ = owned(made);
  return out;
}

Layout Layout::copy(Handle handle) {
  dnnl_memory_desc_t made = nullptr;
  library().memory_desc_clone(&made, handle);
  Layout out;
  out.handle_ = owned(made);
  return out;
}

std::optional<Layout> Layout::submemory(const Dims& dims, const Dims& offsets) const {
  dnnl_memory_desc_t made = nullptr;
  if (library().memory_desc_create_submemory(&made, handle(), dims.data(), offsets.data()) != dnnl_success) return {};
  Layout out;
  out.handle_ = owned(made);
  return out;
}

int64_t Layout::begin() const {
  int64_t out = 0;
  library().memory_desc_query(handle(), dnnl_query_submemory_offset_s64, &out);
  return out;
}

#endif

Layout Layout::any(const Dims& dims, DType type) { return tagged(dims, type, dnnl_format_tag_any); }

Layout Layout::blocked_kernel(const Dims& dims, DType type) {
  return tagged(dims, type, type == DType::bfloat16 ? dnnl_OIhw8i16o2i : dnnl_OIhw16i16o);
}

// A layout knows where its part begins, but copies between such layouts go wrong in 2.6: the part is described as if it
// were the first, and its beginning is added to the address.
std::optional<Layout::Part> Layout::part(const Dims& dims, const Dims& offsets) const {
  const auto first = submemory(dims, Dims(dims.size(), 0)), wanted = submemory(dims, offsets);
  if (!first || !wanted) return {};
  return Part{*first, wanted->begin()};
}

size_t Layout::bytes() const { return handle_ ? library().memory_desc_get_size(handle()) : 0; }

bool operator==(const Layout& a, const Layout& b) { return library().memory_desc_equal(a.handle(), b.handle()) != 0; }

// ------------------------------------------------------------------------------------------------ primitives

Primitive::Primitive(dnnl_primitive_desc_t description) {
  dnnl_primitive_t made = nullptr;
  if (library().primitive_create(&made, description) == dnnl_success)
    handle_ = {made, [](dnnl_primitive_t old) { library().primitive_destroy(old); }};
}

// The memory objects are made for the call, a fifth of a microsecond each: a plan may be run by many threads at a time.
bool Primitive::run(std::initializer_list<Argument> arguments) const noexcept {
  const Library& lib = library();
  std::array<dnnl_exec_arg_t, 4> given = {};
  int count = 0;
  bool fine = true;
  for (const Argument& argument : arguments) {
    if (argument.layout.bytes() == 0) continue;
    dnnl_memory_t memory = nullptr;
    fine = fine && lib.memory_create(&memory, argument.layout.handle(), lib.engine, argument.data) == dnnl_success;
    if (memory) given[size_t(count++)] = {argument.index, memory};
  }
  fine = fine && lib.primitive_execute(handle_.get(), own_stream(), count, given.data()) == dnnl_success;
  for (int i = 0; i < count; ++i) lib.memory_destroy(given[size_t(i)].memory);
  return fine;
}

// A gradient is described with the convolution that it belongs to, whose values are all of one type.
std::optional<ConvolutionPrimitive> ConvolutionPrimitive::make(ConvKind kind, const ConvGeometry& sizes, DType operands,
                                                               const Layout* kernel) {
  const OneThread alone;
  const Attributes attributes;
  const Request request = request_of(sizes, types_of(kind, operands), kernel);
  const Request plain = request_of(sizes, {operands, operands, operands}, nullptr);
  PrimitiveDescription forward, wanted;
  if (!describe(ConvKind::forward, plain, attributes, nullptr, forward.handle)) return {};
  if (!describe(kind, request, attributes, forward.handle, wanted.handle)) return {};
  ConvolutionPrimitive out;
  out.kind = kind;
  out.image = request.image, out.result = request.result;
  const bool gradient = kind == ConvKind::kernel_gradient;
  out.kernel = wanted.layout(gradient ? dnnl_query_diff_weights_md : dnnl_query_weights_md);
  out.scratch = wanted.layout(dnnl_query_scratchpad_md);
  out.implementation = wanted.implementation();
  if (out.implementation.find("ref") != std::string::npos) return {};
  out.primitive = Primitive(wanted.handle);
  if (!out.primitive) return {};
  return out;
}

bool ConvolutionPrimitive::run(void* x, void* w, void* y, std::byte* scratch_data) const noexcept {
  return primitive.run({{image_argument(kind), image, x},
                        {kernel_argument(kind), kernel, w},
                        {result_argument(kind), result, y},
                        {DNNL_ARG_SCRATCHPAD, scratch, scratch_data}});
}

std::optional<MatmulPrimitive> MatmulPrimitive::make(const Layout& a, const Layout& b, const Layout& c) {
  const OneThread alone;
  const Attributes attributes;
  PrimitiveDescription wanted;
  if (!describe(a, b, c, attributes, wanted.handle)) return {};
  MatmulPrimitive out{a, b, c, wanted.layout(dnnl_query_scratchpad_md), wanted.implementation(), {}};
  if (out.implementation.find("ref") != std::string::npos) return {};
  out.primitive = Primitive(wanted.handle);
  if (!out.primitive) return {};
  return out;
}

bool MatmulPrimitive::run(const void* a_data, const void* b_data, float* c_data,
                          std::byte* scratch_data) const noexcept {
  return primitive.run({{DNNL_ARG_SRC, a, const_cast<void*>(a_data)},
                        {DNNL_ARG_WEIGHTS, b, const_cast<void*>(b_data)},
                        {DNNL_ARG_DST, c, c_data},
                        {DNNL_ARG_SCRATCHPAD, scratch, scratch_data}});
}

std::optional<Reorder> Reorder::make(const Layout::Part& from, const Layout::Part& to, DType type) {
  const OneThread alone;
  const Attributes attributes;
  PrimitiveDescription wanted;
  const Library& lib = library();
  if (lib.reorder_primitive_desc_create(&wanted.handle, from.layout.handle(), lib.engine, to.layout.handle(),
                                        lib.engine, attributes.handle) != dnnl_success)
    return {};
  Reorder out{from, to, int64_t(size_of(type)), wanted.layout(dnnl_query_scratchpad_md), Primitive(wanted.handle)};
  if (!out.primitive) return {};
  return out;
}

bool Reorder::run(const void* from_data, void* to_data, std::byte* scratch_data) const noexcept {
  std::byte* const source = static_cast<std::byte*>(const_cast<void*>(from_data));
  return primitive.run({{DNNL_ARG_FROM, from.layout, source + from.begin * element_bytes},
                        {DNNL_ARG_TO, to.layout, static_cast<std::byte*>(to_data) + to.begin * element_bytes},
                        {DNNL_ARG_SCRATCHPAD, scratch, scratch_data}});
}

}  // namespace cajal::onednn

#endif
