#include "cajal/backends/onednn/internal/pieces.h"

#include <algorithm>

namespace cajal::onednn {
namespace {

// Multiplications and additions that are worth another piece: about 20 microseconds, some calls of the library.
constexpr double kLeastFlops = 4e6;
// Small pieces stay in the cache, and are shared out evenly; more than this many would only cost calls.
constexpr int64_t kMostPieces = 128;
// Elements of a piece's output in float32, if it is to stay in the second cache: half a MiB.
constexpr int64_t kScratchElements = 128 * 1024;
// Each piece reads the whole kernel: the places that make up for it.
constexpr int64_t kLeastPlaces = 256;
// Each piece of a gradient of the kernel writes a kernel, which is read again to be added.
constexpr int64_t kMostSums = 32, kLeastSummedPlaces = 1024;

constexpr int64_t share(int64_t count, int64_t part, int64_t parts) { return count * part / parts; }

int64_t most_pieces(ConvKind kind, const ConvGeometry& s, DType operands) {
  if (kind == ConvKind::kernel_gradient) return kMostSums;
  if (operands == DType::float32) return kMostPieces;
  const int64_t output = s.batch * (kind == ConvKind::forward ? s.result_size() : s.image_size());
  return std::max(kMostPieces, output / kScratchElements);
}

int64_t pieces_of(ConvKind kind, const ConvGeometry& s, int64_t most) {
  const bool sums = kind == ConvKind::kernel_gradient;
  const int64_t by_flops = int64_t(s.flops() / kLeastFlops);
  const int64_t by_places = s.places() / (sums ? kLeastSummedPlaces : kLeastPlaces);
  return std::clamp<int64_t>(std::min(by_flops, by_places), 1, most);
}

std::vector<ConvPiece> by_places(const ConvGeometry& s, int64_t parts) {
  std::vector<ConvPiece> out;
  // Whole vectors and cache lines: the library works on some dozens of places at a time.
  constexpr int64_t step = 64;
  const int64_t places = s.places(), steps = (places + step - 1) / step;
  parts = std::min(parts, steps);
  for (int64_t part = 0; part < parts; ++part) {
    const int64_t begin = share(steps, part, parts) * step;
    const int64_t end = std::min(share(steps, part + 1, parts) * step, places);
    ConvPiece piece{s, begin * s.channels, begin * s.filters};
    piece.sizes.batch = 1;
    piece.sizes.height = {};
    piece.sizes.width.image = piece.sizes.width.result = end - begin;
    out.push_back(piece);
  }
  return out;
}

std::vector<ConvPiece> by_images(const ConvGeometry& s, int64_t parts) {
  std::vector<ConvPiece> out;
  for (int64_t part = 0; part < parts; ++part) {
    const int64_t begin = share(s.batch, part, parts), end = share(s.batch, part + 1, parts);
    ConvPiece piece{s, begin * s.image_size(), begin * s.result_size()};
    piece.sizes.batch = end - begin;
    out.push_back(piece);
  }
  return out;
}

// Rows [begin, end) of the result, and the rows of the image that they see.
ConvPiece result_rows(const ConvGeometry& s, int64_t begin, int64_t end) {
  ConvPiece piece{s};
  ConvAxis& a = piece.sizes.height;
  const int64_t first = begin * a.stride - a.low, last = (end - 1) * a.stride - a.low + a.reach();
  const int64_t from = std::clamp<int64_t>(first, 0, a.image - 1), to = std::clamp(last, from + 1, a.image);
  a.low = from - first;
  a.image = to - from;
  a.result = end - begin;
  piece.image = from * s.image_row();
  piece.result = begin * s.result_row();
  return piece;
}

// Rows [begin, end) of the image, and the rows of the result that saw them.
ConvPiece image_rows(const ConvGeometry& s, int64_t begin, int64_t end) {
  ConvPiece piece{s};
  ConvAxis& a = piece.sizes.height;
  const auto up = [&](int64_t row) { return row <= 0 ? 0 : (row + a.stride - 1) / a.stride; };
  const int64_t from = std::min(up(begin + a.low - a.reach() + 1), a.result - 1);
  const int64_t to = std::clamp((end - 1 + a.low) / a.stride + 1, from + 1, a.result);
  a.low += begin - from * a.stride;
  a.image = end - begin;
  a.result = to - from;
  piece.image = begin * s.image_row();
  piece.result = from * s.result_row();
  return piece;
}

// Whether the library can be given it: no image that begins before its zeros, no more zeros than a kernel sees.
bool is_sound(const ConvPiece& piece) {
  const ConvAxis& a = piece.sizes.height;
  return a.low >= 0 && a.low < a.reach() && a.high() < a.reach() && a.image + a.low + a.high() >= a.reach();
}

std::vector<ConvPiece> by_rows(ConvKind kind, const ConvGeometry& s, int64_t parts) {
  ConvGeometry one = s;
  one.batch = 1;
  const int64_t rows = kind == ConvKind::forward ? s.height.result : s.height.image;
  parts = std::min(parts, rows);
  std::vector<ConvPiece> out;
  for (int64_t image = 0; image < s.batch; ++image)
    for (int64_t part = 0; part < parts; ++part) {
      const int64_t begin = share(rows, part, parts), end = share(rows, part + 1, parts);
      ConvPiece piece = kind == ConvKind::forward ? result_rows(one, begin, end) : image_rows(one, begin, end);
      if (!is_sound(piece)) return by_images(s, s.batch);
      piece.image += image * s.image_size();
      piece.result += image * s.result_size();
      out.push_back(piece);
    }
  return out;
}

}  // namespace

std::vector<ConvPiece> cut(ConvKind kind, const ConvGeometry& whole, DType operands) {
  const int64_t most = most_pieces(kind, whole, operands), parts = pieces_of(kind, whole, most);
  if (whole.is_pointwise()) return by_places(whole, parts);
  if (parts <= whole.batch) return by_images(whole, parts);
  // The pieces of an image must be many, or large, to be worth the rows that two of them read.
  const int64_t rows = kind == ConvKind::forward ? whole.height.result : whole.height.image;
  const int64_t of_image = std::min({parts / whole.batch, rows / 4, most / whole.batch});
  if (kind == ConvKind::kernel_gradient || of_image < 2)
    return by_images(whole, whole.batch < parts ? whole.batch : parts);
  return by_rows(kind, whole, of_image);
}

}  // namespace cajal::onednn
