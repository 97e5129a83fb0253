// Layouts and primitives of oneDNN, the same for 2.x and 3.x.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cajal/backends/onednn/internal/library.h"
#include "cajal/backends/onednn/internal/types.h"
#include "cajal/tensor/dtype.h"

namespace cajal::onednn {

/// Where the elements of an array of float32 or bfloat16 lie.
class Layout {
 public:
#if DNNL_VERSION_MAJOR < 3
  using Handle = const dnnl_memory_desc_t*;
#else
  using Handle = const_dnnl_memory_desc_t;
#endif
  using Dims = std::vector<int64_t>;
  static Layout strided(const Dims& dims, const Dims& strides, DType type);
  static Layout any(const Dims& dims, DType type);  ///< to be chosen by a primitive
  /// 16 channels by 16 filters at a time; of bfloat16 in pairs of channels, as its instructions want them.
  static Layout blocked_kernel(const Dims& dims, DType type);
  static Layout copy(Handle handle);
  /// The layout of a part, and how many elements after the whole it begins; none where that cannot be.
  struct Part;
  std::optional<Part> part(const Dims& dims, const Dims& offsets) const;

  Handle handle() const { return handle_.get(); }
  size_t bytes() const;
  friend bool operator==(const Layout& a, const Layout& b);

 private:
  static Layout tagged(const Dims& dims, DType type, dnnl_format_tag_t tag);
  std::optional<Layout> submemory(const Dims& dims, const Dims& offsets) const;
  int64_t begin() const;  // of a submemory, in elements
#if DNNL_VERSION_MAJOR < 3
  std::shared_ptr<const dnnl_memory_desc_t> handle_;
#else
  std::shared_ptr<const dnnl_memory_desc> handle_;
#endif
};

struct Layout::Part {
  Layout layout;
  int64_t begin = 0;
};

/// One operand of a running primitive.
struct Argument {
  int index;  ///< DNNL_ARG_...
  const Layout& layout;
  void* data;
};

/// An operation made ready for given sizes.
class Primitive {
 public:
  Primitive() = default;
  bool run(std::initializer_list<Argument> arguments) const noexcept;
  explicit operator bool() const { return handle_ != nullptr; }

 private:
  friend struct ConvolutionPrimitive;
  friend struct MatmulPrimitive;
  friend struct Reorder;
  explicit Primitive(dnnl_primitive_desc_t description);
  std::shared_ptr<dnnl_primitive> handle_;
};

/// A convolution or one of its gradients, of float32 or bfloat16; its output is float32.
struct ConvolutionPrimitive {
  /// None where oneDNN has only its plain implementation for it, which is slower than anything. `kernel` is the layout
  /// that its kernel must have, if that is settled.
  static std::optional<ConvolutionPrimitive> make(ConvKind kind, const ConvGeometry& sizes, DType operands,
                                                  const Layout* kernel = nullptr);
  bool run(void* image, void* kernel, void* result, std::byte* scratch) const noexcept;

  ConvKind kind = ConvKind::forward;
  Layout image, kernel, result, scratch;
  std::string implementation;  ///< "jit:avx512_core"
  Primitive primitive;
};

/// A product of matrices, a [m, k] by b [k, n], of bfloat16; its output is float32. Transposed ones have other strides.
struct MatmulPrimitive {
  /// None where oneDNN has only its plain implementation for it.
  static std::optional<MatmulPrimitive> make(const Layout& a, const Layout& b, const Layout& c);
  bool run(const void* a_data, const void* b_data, float* c_data, std::byte* scratch_data) const noexcept;

  Layout a, b, c, scratch;
  std::string implementation;
  Primitive primitive;
};

/// A copy from one layout to another of the same type.
struct Reorder {
  static std::optional<Reorder> make(const Layout::Part& from, const Layout::Part& to, DType type);
  /// The memory of the wholes.
  bool run(const void* from_data, void* to_data, std::byte* scratch_data) const noexcept;

  Layout::Part from, to;
  int64_t element_bytes = 4;
  Layout scratch;
  Primitive primitive;
};

}  // namespace cajal::onednn
