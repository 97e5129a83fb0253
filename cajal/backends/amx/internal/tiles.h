// Tiles of the CPU's matrix unit, and what brings matrices into them and results out of them: two makings of one
// interface. HardwareTiles are instructions; PlainTiles are loops, with which the tests prove on every machine what is
// built of tiles.
//
// A tile is 16 rows of 64 bytes: of a left operand 16 rows by 32 of the depth in bfloat16; of a right operand pairs of
// the depth by 16 columns, [16][16][2]; of sums 16 rows by 16 columns of float32. Eight of them are numbered 0 to 7.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>

#include "cajal/program/conv_call.h"

namespace cajal::amx {

inline constexpr int64_t kRows = 16;          ///< of a tile, and its columns of sums
inline constexpr int64_t kDepth = 32;         ///< of the sums, in one multiplication
inline constexpr int64_t kTile = 512;         ///< bfloat16 in a tile
inline constexpr int64_t kColumns = 32;       ///< of two right operands side by side, which is how they are packed
inline constexpr int64_t kBlock = 2 * kTile;  ///< bfloat16 in two operands that are packed together

constexpr int64_t divide_up(int64_t a, int64_t b) { return (a + b - 1) / b; }

/// A strip of a result, [rows, columns] with at most kColumns columns, as sums lie before they are finished.
struct Strip {
  const float* sums = nullptr;  ///< rows lie kColumns apart
  int64_t rows = 0, columns = 0;
  int64_t channel = 0;           ///< of the first column
  int64_t at = 0, row_step = 0;  ///< where the first element stands in the result, and how far the next row is
};

/// Matrices are described by their first element and the distance of rows, in elements. Blocks are written whole: what
/// lies beyond `rows` and `columns` is 0.
struct Movers {
  /// Up to 16 rows by 32: a left operand.
  void (*rows)(const bfloat16* from, int64_t step, int64_t rows, int64_t columns, bfloat16* to) noexcept;
  /// Up to 32 rows of depth by 32 columns: two right operands side by side.
  void (*pairs)(const bfloat16* from, int64_t step, int64_t rows, int64_t columns, bfloat16* to) noexcept;
  /// The same of a matrix that lies transposed: up to 32 columns of the operand, a row of depth each.
  void (*pairs_across)(const bfloat16* from, int64_t step, int64_t columns, int64_t depth, bfloat16* to) noexcept;
  /// Up to 32 rows of depth by 32: two left operands, of 16 columns each, turned over.
  void (*across)(const bfloat16* from, int64_t step, int64_t rows, int64_t columns, bfloat16* to) noexcept;
  /// For each of `count` places, `step` elements apart, `width` elements of each of `lines` lines, one behind the
  /// other; the rows of `to` lie `to_step` apart. `from` are the lines at the first place; a line that is null is 0.
  void (*patches)(const bfloat16* const* from, int64_t lines, int64_t step, int64_t count, int64_t width, bfloat16* to,
                  int64_t to_step) noexcept;
  /// Finishes a strip and stores it in `out`, the result's first element, as float32 or rounded to bfloat16.
  void (*finish)(const Finish& steps, const Strip& strip, void* out, DType type) noexcept;
  /// Adds `count` floats.
  void (*add)(const float* from, float* to, int64_t count) noexcept;
  /// The sums of up to 32 columns.
  void (*sum_columns)(const bfloat16* from, int64_t step, int64_t rows, int64_t columns, float* sums) noexcept;
};

const Movers& plain_movers();

struct PlainTiles {
  static const Movers& movers() { return plain_movers(); }
  static void begin() {}
  static void end() {}
  template <int kTo>
  static void zero() {
    std::memset(bytes(kTo), 0, kRows * 64);
  }
  /// Rows lie `step` bytes apart.
  template <int kTo>
  static void load(const void* from, int64_t step) {
    for (int64_t row = 0; row < kRows; ++row)
      std::memcpy(bytes(kTo) + row * 64, static_cast<const std::byte*>(from) + row * step, 64);
  }
  template <int kFrom>
  static void store(void* to, int64_t step) {
    for (int64_t row = 0; row < kRows; ++row)
      std::memcpy(static_cast<std::byte*>(to) + row * step, bytes(kFrom) + row * 64, 64);
  }
  /// kSums += kLeft kRight.
  template <int kSums, int kLeft, int kRight>
  static void multiply() {
    const auto* a = reinterpret_cast<const bfloat16*>(bytes(kLeft));
    const auto* b = reinterpret_cast<const bfloat16*>(bytes(kRight));
    auto* c = reinterpret_cast<float*>(bytes(kSums));
    for (int64_t row = 0; row < kRows; ++row)
      for (int64_t k = 0; k < kDepth; ++k)
        for (int64_t column = 0; column < kRows; ++column)
          c[row * kRows + column] += float(a[row * kDepth + k]) * float(b[(k / 2) * kDepth + column * 2 + k % 2]);
  }

 private:
  static std::byte* bytes(int tile) {
    alignas(64) static thread_local std::byte all[8][kRows * 64];
    return all[tile];
  }
};

#if defined(__x86_64__) && (defined(__clang__) || __GNUC__ >= 11)
#define CAJAL_HAS_AMX 1

/// The movers in AVX-512.
const Movers& hardware_movers();

struct HardwareTiles {
  static const Movers& movers() { return hardware_movers(); }
  /// The calling thread's tiles are of full size from here to `end`.
  static void begin();
  static void end();
  template <int kTo>
  static void zero() {
    asm volatile("tilezero %%tmm%c0" ::"i"(kTo));
  }
  template <int kTo>
  static void load(const void* from, int64_t step) {
    asm volatile("tileloadd (%0,%1,1), %%tmm%c2" ::"r"(from), "r"(step), "i"(kTo) : "memory");
  }
  template <int kFrom>
  static void store(void* to, int64_t step) {
    asm volatile("tilestored %%tmm%c2, (%0,%1,1)" ::"r"(to), "r"(step), "i"(kFrom) : "memory");
  }
  template <int kSums, int kLeft, int kRight>
  static void multiply() {
    asm volatile("tdpbf16ps %%tmm%c2, %%tmm%c1, %%tmm%c0" ::"i"(kSums), "i"(kLeft), "i"(kRight));
  }
};
#endif

/// Empty where the CPU has the unit and the system lets this process use it; else why not.
const std::string& why_no_tiles();

}  // namespace cajal::amx
