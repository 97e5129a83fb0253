#include "cajal/backends/onednn/internal/choice.h"

#include <algorithm>

namespace cajal::onednn {
namespace {

struct ChoiceRow {
  std::string_view cpu;
  ShapeClass shapes;
  bool forward, image, kernel;  // taken; image and kernel: their gradients
};

// Measured on an Intel machine with oneDNN 2.6.3 against the cpu backend's direct, depthwise and Winograd kernels: by
// single layers (bench/conv_backends.cpp), and products and depthwise ones in whole steps of MobileNetV2, with what
// stands behind them, at batch 1 and 16. AVX2 by single layers only, on Zen 3 those of few channels. First layers
// beside the kernels for few channels, which took 0.5 to 0.96 of the library's time on an Intel Xeon with AVX-512. What
// has no row is not taken. Whether something stands behind a convolution may not decide: the bits would depend on what
// was fused.
constexpr ChoiceRow kChoices[] = {
    {"AVX-512", ShapeClass::depthwise_few, false, false, false},
    {"AVX-512", ShapeClass::depthwise_some, true, true, false},
    {"AVX-512", ShapeClass::depthwise, true, true, true},
    {"AVX-512", ShapeClass::grouped, true, true, false},
    {"AVX-512", ShapeClass::pointwise_few, false, false, false},
    {"AVX-512", ShapeClass::pointwise_some, true, true, false},
    {"AVX-512", ShapeClass::pointwise, true, true, true},
    {"AVX-512", ShapeClass::first_winograd, false, true, false},
    {"AVX-512", ShapeClass::first, false, true, false},
    {"AVX-512", ShapeClass::winograd, false, false, false},
    {"AVX-512", ShapeClass::narrow, true, true, false},
    {"AVX-512", ShapeClass::strided, false, true, false},
    {"AVX-512", ShapeClass::other, false, false, false},

    {"AVX2", ShapeClass::depthwise_few, false, true, true},
    {"AVX2", ShapeClass::depthwise_some, true, true, true},
    {"AVX2", ShapeClass::depthwise, true, true, true},
    {"AVX2", ShapeClass::grouped, true, true, false},
    {"AVX2", ShapeClass::pointwise_few, false, false, false},
    {"AVX2", ShapeClass::pointwise_some, true, true, true},
    {"AVX2", ShapeClass::pointwise, true, true, true},
    {"AVX2", ShapeClass::first_winograd, false, false, false},
    {"AVX2", ShapeClass::first, true, true, false},
    {"AVX2", ShapeClass::winograd, false, false, false},
    {"AVX2", ShapeClass::narrow, true, true, true},
    {"AVX2", ShapeClass::strided, false, false, false},
    {"AVX2", ShapeClass::other, false, false, false},
};

// Of bfloat16. With AVX512_BF16 alone its peak is twice that of float32, which Winograd's kernels of the cpu backend
// exceed (2.5 to 3.3 times, on Zen 4): 3x3 of stride 1 stays float32 but for the first layers of networks, and so does
// what is bound by memory or by calls (depthwise, few places) and what nobody has looked at (groups). This follows from
// the rates of whole kinds of kernels; single layers have not been measured. With AMX the amx backend comes first and
// takes most; what it leaves is taken here, but for what the cpu backend does better by channels.
constexpr ChoiceRow kHalfChoices[] = {
    {"AVX512_BF16", ShapeClass::pointwise_some, true, true, true},
    {"AVX512_BF16", ShapeClass::pointwise, true, true, true},
    {"AVX512_BF16", ShapeClass::first_winograd, true, false, true},
    {"AVX512_BF16", ShapeClass::first, true, true, true},
    {"AVX512_BF16", ShapeClass::narrow, true, true, true},
    {"AVX512_BF16", ShapeClass::strided, true, true, true},
    {"AVX512_BF16", ShapeClass::other, true, true, true},

    {"AMX", ShapeClass::depthwise_some, true, true, false},
    {"AMX", ShapeClass::depthwise, true, true, true},
    {"AMX", ShapeClass::grouped, true, true, true},
    {"AMX", ShapeClass::pointwise_some, true, true, true},
    {"AMX", ShapeClass::pointwise, true, true, true},
    {"AMX", ShapeClass::winograd, true, true, true},
    {"AMX", ShapeClass::narrow, true, true, true},
    {"AMX", ShapeClass::strided, true, true, true},
    {"AMX", ShapeClass::other, true, true, true},
};
// Multiplications and additions below which a product stays float32: a guess at what calls of the library cost. How
// products compare has not been measured.
constexpr double kLeastHalfFlops = 2e6;

template <size_t count>
bool chosen_of(const ChoiceRow (&rows)[count], ConvKind kind, const ConvGeometry& sizes, std::string_view cpu) {
  const ShapeClass shapes = class_of(sizes);
  const auto row = std::find_if(std::begin(rows), std::end(rows),
                                [&](const ChoiceRow& r) { return r.cpu == cpu && r.shapes == shapes; });
  if (row == std::end(rows)) return false;
  return kind == ConvKind::forward ? row->forward : kind == ConvKind::input_gradient ? row->image : row->kernel;
}

bool is_plain(const ConvAxis& a) { return a.stride == 1 && a.dilation == 1; }
bool is_one(const ConvAxis& a) { return a.kernel == 1; }
bool is_three(const ConvAxis& a) { return a.kernel == 3 && is_plain(a); }

}  // namespace

ShapeClass class_of(const ConvGeometry& s) {
  const bool few = s.batch == 1 || s.places() < 1024, some = s.places() < 4096;
  if (s.groups > 1 && s.groups < s.channels) return ShapeClass::grouped;
  if (s.groups > 1) return few ? ShapeClass::depthwise_few : some ? ShapeClass::depthwise_some : ShapeClass::depthwise;
  if (is_one(s.height) && is_one(s.width))
    return few ? ShapeClass::pointwise_few : some ? ShapeClass::pointwise_some : ShapeClass::pointwise;
  const bool winograd = is_three(s.height) && is_three(s.width);
  if (s.channels < 8) return winograd ? ShapeClass::first_winograd : ShapeClass::first;
  if (winograd) return ShapeClass::winograd;
  if (s.channels < 32) return ShapeClass::narrow;
  const bool strided = s.height.stride > 1 || s.width.stride > 1;
  return strided && s.height.kernel <= 3 && s.width.kernel <= 3 ? ShapeClass::strided : ShapeClass::other;
}

std::string_view cpu_kind() {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq"))
    return "AVX-512";
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return "AVX2";
#endif
  return {};
}

bool is_chosen(ConvKind kind, const ConvGeometry& sizes, std::string_view cpu) {
  return chosen_of(kChoices, kind, sizes, cpu);
}

bool is_chosen_in_bfloat16(ConvKind kind, const ConvGeometry& sizes, std::string_view instructions) {
  return chosen_of(kHalfChoices, kind, sizes, instructions);
}

bool is_product_chosen_in_bfloat16(int64_t m, int64_t n, int64_t k, std::string_view instructions) {
  if (instructions.empty()) return false;
  return 2.0 * double(m) * double(n) * double(k) >= kLeastHalfFlops;
}

}  // namespace cajal::onednn
