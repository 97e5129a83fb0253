// oneDNN, opened when it is first needed: a program that convolves nothing does not load it.
//
// Its C interface is that of the headers that were there when Cajal was built: 2.x or 3.x. Only a library of the same
// major version is opened.
#pragma once

#include <oneapi/dnnl/dnnl.h>
#include <oneapi/dnnl/dnnl_version.h>

#include <string>
#include <string_view>

// What both have. (clang-format has no lasting opinion on such lists.)
// clang-format off
#define CAJAL_ONEDNN_FUNCTIONS(X) \
  X(version) X(engine_create) X(stream_create) X(stream_destroy) X(memory_create) X(memory_destroy) \
  X(memory_desc_equal) X(memory_desc_get_size) X(primitive_desc_query) X(primitive_desc_query_md) \
  X(primitive_desc_destroy) X(primitive_create) X(primitive_destroy) X(primitive_execute) \
  X(primitive_attr_create) X(primitive_attr_destroy) X(primitive_attr_set_scratchpad_mode) \
  X(primitive_attr_set_fpmath_mode) X(reorder_primitive_desc_create) X(get_effective_cpu_isa)
// In 2.x a layout is a struct, and an operation is described before a primitive is asked for.
#if DNNL_VERSION_MAJOR < 3
#define CAJAL_ONEDNN_OWN_FUNCTIONS(X) \
  X(memory_desc_init_by_strides) X(memory_desc_init_by_tag) X(memory_desc_init_submemory) \
  X(primitive_desc_create) X(dilated_convolution_forward_desc_init) \
  X(dilated_convolution_backward_data_desc_init) X(dilated_convolution_backward_weights_desc_init) \
  X(matmul_desc_init)
#else
#define CAJAL_ONEDNN_OWN_FUNCTIONS(X) \
  X(memory_desc_create_with_strides) X(memory_desc_create_with_tag) X(memory_desc_create_submemory) \
  X(memory_desc_clone) X(memory_desc_query) X(memory_desc_destroy) \
  X(convolution_forward_primitive_desc_create) X(convolution_backward_data_primitive_desc_create) \
  X(convolution_backward_weights_primitive_desc_create) X(matmul_primitive_desc_create)
#endif
// clang-format on

namespace cajal::onednn {

struct Library {
#define CAJAL_MEMBER(name) decltype(&::dnnl_##name) name = nullptr;
  CAJAL_ONEDNN_FUNCTIONS(CAJAL_MEMBER)
  CAJAL_ONEDNN_OWN_FUNCTIONS(CAJAL_MEMBER)
#undef CAJAL_MEMBER
  int (*omp_get_max_threads)() = nullptr;  ///< of the OpenMP that the library brings; null where it brings none
  void (*omp_set_num_threads)(int) = nullptr;
  dnnl_engine_t engine = nullptr;
  std::string missing;  ///< why it cannot be used; empty where it can
  std::string number;   ///< "2.6.3"
};

/// The library; opened by the first call.
const Library& library();

/// The instructions by which the library multiplies in bfloat16 here: "AMX", "AVX512_BF16". Empty where there are none:
/// it would then widen and round step by step, or have only its plain implementation. Opens the library.
std::string_view bfloat16_instructions();

/// While it lives, oneDNN makes and runs primitives on the calling thread alone.
class OneThread {
 public:
  OneThread();
  ~OneThread();
  OneThread(const OneThread&) = delete;
  OneThread& operator=(const OneThread&) = delete;

 private:
  int before_ = 1;
};

/// The calling thread's own stream: primitives may be run by many threads, a stream by one at a time.
dnnl_stream_t own_stream();

}  // namespace cajal::onednn
