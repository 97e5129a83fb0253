#ifdef CAJAL_WITH_ONEDNN

#include "cajal/backends/onednn/internal/convolution.h"

#include <algorithm>
#include <limits>

#include "cajal/backends/onednn/internal/pieces.h"
#include "cajal/backends/onednn/internal/slots.h"

namespace cajal::onednn {
namespace {

// Elements that one thread adds, or turns, at a time.
constexpr int64_t kElementsPerPart = 32 * 1024;

// A kernel of Cajal, [height, width, channels / groups, filters], in the library's order of axes.
Layout own_kernel(const ConvGeometry& s, DType type) {
  const int64_t in = s.channels / s.groups, out = s.filters / s.groups, h = s.height.kernel, w = s.width.kernel;
  const int64_t line = in * s.filters;
  if (s.groups > 1) return Layout::strided({s.groups, out, in, h, w}, {out, 1, s.filters, w * line, line}, type);
  return Layout::strided({out, in, h, w}, {1, s.filters, w * line, line}, type);
}

// The kernels of filters (or groups) [begin, begin + count).
std::optional<Layout::Part> kernel_part(const Layout& layout, const ConvGeometry& s, int64_t begin, int64_t count) {
  const int64_t in = s.channels / s.groups, out = s.filters / s.groups, h = s.height.kernel, w = s.width.kernel;
  if (s.groups > 1) return layout.part({count, out, in, h, w}, {begin, 0, 0, 0, 0});
  return layout.part({count, in, h, w}, {begin, 0, 0, 0});
}

// Few places in each image, many channels: there the library's first choice (brgconv) works on one image at a time, and
// its kernel for blocked weights is up to twice as fast. Which one it takes follows from the layout of the kernel.
bool wants_blocked_kernel(ConvKind kind, const ConvGeometry& s, DType operands) {
  const bool whole = s.channels % 16 == 0 && s.filters % 16 == 0 && operands == DType::float32;
  return kind == ConvKind::forward && s.groups == 1 && whole && s.channels >= 128 &&
         s.height.kernel * s.width.kernel > 1 && s.height.result * s.width.result <= 16 && s.batch >= 4;
}

Layout blocked_kernel(const ConvGeometry& s, DType type) {
  return Layout::blocked_kernel({s.filters, s.channels, s.height.kernel, s.width.kernel}, type);
}

std::optional<ConvolutionPrimitive> make_primitive(ConvKind kind, const ConvGeometry& s, DType operands,
                                                   const Layout* kernel) {
  if (!kernel && wants_blocked_kernel(kind, s, operands)) {
    const Layout blocked = blocked_kernel(s, operands);
    if (auto made = ConvolutionPrimitive::make(kind, s, operands, &blocked)) return made;
  }
  return ConvolutionPrimitive::make(kind, s, operands, kernel);
}

std::vector<ConvGeometry> different_sizes(const std::vector<ConvPiece>& pieces) {
  std::vector<ConvGeometry> out;
  for (const ConvPiece& piece : pieces)
    if (std::find(out.begin(), out.end(), piece.sizes) == out.end()) out.push_back(piece.sizes);
  return out;
}

// One for each of the sizes, all with one layout of the kernel: the given one, or what the first asks for. Empty where
// one of them cannot have it.
std::vector<ConvolutionPrimitive> make_alike(ConvKind kind, const std::vector<ConvGeometry>& all, DType operands,
                                             const Layout* kernel) {
  std::vector<ConvolutionPrimitive> out;
  for (const ConvGeometry& sizes : all) {
    auto made = make_primitive(kind, sizes, operands, out.empty() ? kernel : &out[0].kernel);
    if (!made) return {};
    out.push_back(std::move(*made));
  }
  return out;
}

// How many filters lie side by side in a kernel of the library's first choice for one place (brgconv_1x1) follows from
// the rows that there are, and it takes no other number: pieces of other sizes refuse the kernel that the first asks
// for. The older kernels, for blocked weights, all take the same.
std::vector<ConvolutionPrimitive> make_primitives(ConvKind kind, const std::vector<ConvGeometry>& all, DType operands) {
  auto out = make_alike(kind, all, operands, nullptr);
  if (!out.empty() || all.size() < 2 || kind != ConvKind::forward || all[0].groups > 1) return out;
  const Layout blocked = blocked_kernel(all[0], operands);
  return make_alike(kind, all, operands, &blocked);
}

std::byte* element(std::byte* array, int64_t index, DType type) { return array + index * int64_t(size_of(type)); }

}  // namespace

std::shared_ptr<const Convolution> Convolution::make(ConvKind kind, const ConvGeometry& sizes, const Types& types,
                                                     int threads) {
  if (!library().missing.empty()) return nullptr;
  auto made = std::make_shared<Convolution>();
  made->kind_ = kind;
  made->types_ = types;
  made->channels_ = kind == ConvKind::forward ? sizes.filters : sizes.channels;
  if (!made->add_pieces(sizes) || !made->add_turns(sizes)) return nullptr;
  made->slots_ = slots_for(std::max(made->pieces_.size(), made->turns_.size()), threads);
  return made;
}

// One primitive for all pieces of the same sizes.
bool Convolution::add_pieces(const ConvGeometry& sizes) {
  const std::vector<ConvPiece> pieces = cut(kind_, sizes, types_.operands);
  const std::vector<ConvGeometry> different = different_sizes(pieces);
  primitives_ = make_primitives(kind_, different, types_.operands);
  if (primitives_.empty()) return false;
  for (const auto& primitive : primitives_)
    scratch_bytes_ = std::max(scratch_bytes_, whole_lines(primitive.scratch.bytes()));
  for (const ConvPiece& piece : pieces) {
    const ConvGeometry& s = piece.sizes;
    const size_t primitive = size_t(std::find(different.begin(), different.end(), s) - different.begin());
    const int64_t count = s.batch * (kind_ == ConvKind::forward ? s.result_size() : s.image_size());
    pieces_.push_back({piece.image, piece.result, count, primitive});
    if (rounds()) made_bytes_ = std::max(made_bytes_, whole_lines(size_t(count) * sizeof(float)));
  }
  return true;
}

// The kernel in parts, for several threads: whole blocks of filters, if the library can turn them by themselves.
bool Convolution::add_turns(const ConvGeometry& sizes) {
  kernel_bytes_ = whole_lines(primitives_[0].kernel.bytes());
  const DType type = kind_ == ConvKind::kernel_gradient ? DType::float32 : types_.operands;
  Layout from = own_kernel(sizes, type), to = primitives_[0].kernel;
  if (from == to) return true;
  if (kind_ == ConvKind::kernel_gradient) std::swap(from, to);
  const int64_t count = sizes.groups > 1 ? sizes.groups : sizes.filters, each = sizes.kernel_size() / count;
  const int64_t step = std::max<int64_t>(kElementsPerPart / (each * 64), 1) * 64;
  std::vector<Reorder> parts;
  for (int64_t begin = 0; begin < count && step < count; begin += step) {
    const int64_t size = std::min(step, count - begin);
    const auto part_from = kernel_part(from, sizes, begin, size), part_to = kernel_part(to, sizes, begin, size);
    auto part = part_from && part_to ? Reorder::make(*part_from, *part_to, type) : std::nullopt;
    if (!part) break;
    parts.push_back(std::move(*part));
  }
  const bool all = !parts.empty() && int64_t(parts.size()) == (count + step - 1) / step;
  if (!all) {
    parts.clear();
    auto whole = Reorder::make({from}, {to}, type);
    if (!whole) return false;
    parts.push_back(std::move(*whole));
  }
  for (const Reorder& part : parts) scratch_bytes_ = std::max(scratch_bytes_, whole_lines(part.scratch.bytes()));
  turns_ = std::move(parts);
  return true;
}

// First the kernels as the primitives want them, then the scratch memory of each slot.
size_t Convolution::workspace() const {
  size_t kernels = turns_.empty() ? 0 : 1;
  if (kind_ == ConvKind::kernel_gradient) kernels = pieces_.size() - (turns_.empty() ? 1 : 0);
  return kernels * kernel_bytes_ + slots_ * (scratch_bytes_ + made_bytes_);
}

void Convolution::run(std::byte* image, std::byte* kernel, std::byte* result, const Finish& steps,
                      std::byte* workspace) const noexcept {
  if (kind_ == ConvKind::kernel_gradient) run_kernel(image, reinterpret_cast<float*>(kernel), result, workspace);
  else run_images(image, kernel, result, steps, workspace);
}

void Convolution::turn(const std::byte* from, std::byte* to, std::byte* scratch) const noexcept {
  for_each_piece(turns_.size(), slots_,
                 [&](size_t i, size_t slot) { turns_[i].run(from, to, scratch + slot * scratch_bytes_); });
}

void Convolution::run_images(std::byte* image, std::byte* kernel, std::byte* result, const Finish& steps,
                             std::byte* workspace) const noexcept {
  std::byte* scratch = workspace + (turns_.empty() ? 0 : kernel_bytes_);
  if (!turns_.empty()) {
    turn(kernel, workspace, scratch);
    kernel = workspace;
  }
  for_each_piece(pieces_.size(), slots_, [&](size_t i, size_t slot) {
    run_piece(pieces_[i], image, kernel, result, steps, scratch + slot * (scratch_bytes_ + made_bytes_));
  });
}

// The output of a primitive is float32: what is stored as bfloat16 lies in scratch memory first, so that it has the
// same bits as a float32 output that is rounded later. What the library cannot carry out (it has no memory) is seen at
// once: the result is no number.
void Convolution::run_piece(const Piece& piece, std::byte* image, std::byte* kernel, std::byte* result,
                            const Finish& steps, std::byte* scratch) const noexcept {
  const bool forward = kind_ == ConvKind::forward;
  const int64_t begin = forward ? piece.result : piece.image;
  std::byte* const stored = element(forward ? result : image, begin, types_.output);
  std::byte* const made = rounds() ? scratch + scratch_bytes_ : stored;
  std::byte* const x = forward ? element(image, piece.image, types_.operands) : made;
  std::byte* const y = forward ? made : element(result, piece.result, types_.operands);
  float* const values = reinterpret_cast<float*>(made);
  if (!primitives_[piece.primitive].run(x, kernel, y, scratch))
    std::fill_n(values, piece.count, std::numeric_limits<float>::quiet_NaN());
  bfloat16* const rounded = rounds() ? reinterpret_cast<bfloat16*>(stored) : nullptr;
  if (rounded || !steps.is_empty()) finish(steps, values, rounded, channels_, begin, piece.count);
}

// A kernel of each piece, their sum in order, and the sum turned over.
void Convolution::run_kernel(std::byte* image, float* kernel, std::byte* result, std::byte* workspace) const noexcept {
  const size_t own = turns_.empty() ? 0 : 1, size = kernel_bytes_ / sizeof(float);
  float* const kernels = reinterpret_cast<float*>(workspace);
  float* const sum = turns_.empty() ? kernel : kernels;
  float* const more = kernels + own * size;
  std::byte* scratch = reinterpret_cast<std::byte*>(more + (pieces_.size() - 1) * size);
  const int64_t elements = int64_t(primitives_[0].kernel.bytes() / sizeof(float));
  for_each_piece(pieces_.size(), slots_, [&](size_t i, size_t slot) {
    float* to = i == 0 ? sum : more + (i - 1) * size;
    const Piece& piece = pieces_[i];
    std::byte* const x = element(image, piece.image, types_.operands);
    std::byte* const y = element(result, piece.result, types_.operands);
    if (!primitives_[piece.primitive].run(x, to, y, scratch + slot * scratch_bytes_))
      std::fill_n(to, elements, std::numeric_limits<float>::quiet_NaN());
  });
  if (pieces_.size() > 1)
    parallel_for(elements, kElementsPerPart, [&](int64_t begin, int64_t end) {
      add_arrays(sum, more, int64_t(size), int64_t(pieces_.size()) - 1, begin, end);
    });
  if (!turns_.empty()) turn(reinterpret_cast<const std::byte*>(sum), reinterpret_cast<std::byte*>(kernel), scratch);
}

}  // namespace cajal::onednn

#endif
