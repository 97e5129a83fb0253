// What moves matrices into tiles and results out of them, in AVX-512; whether this machine has tiles.
#include <algorithm>
#include <cmath>
#include <string>

#include "cajal/backends/amx/internal/tiles.h"

#ifdef CAJAL_HAS_AMX
#include <cpuid.h>
#if !defined(__clang__)
// gcc 12 sees what its own header leaves undefined on purpose.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#pragma GCC diagnostic ignored "-Wuninitialized"
#endif
#include <immintrin.h>
#endif
#if defined(__linux__)
#include <sys/syscall.h>
#include <unistd.h>
#endif

namespace cajal::amx {

#ifdef CAJAL_HAS_AMX
namespace {

// Each function by itself is compiled for these, so that nothing else of the program is.
#define CAJAL_AVX512 __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512bf16")))
#define CAJAL_AVX512_INLINE inline __attribute__((always_inline)) CAJAL_AVX512

CAJAL_AVX512_INLINE __mmask32 first_halves(int64_t count) { return __mmask32((uint64_t(1) << count) - 1); }
CAJAL_AVX512_INLINE __mmask16 first_floats(int64_t count) { return __mmask16((uint32_t(1) << count) - 1); }

// Rows that are not there are 0.
CAJAL_AVX512_INLINE __m512i row_of(const bfloat16* from, int64_t step, int64_t row, int64_t rows, __mmask32 columns) {
  return row < rows ? _mm512_maskz_loadu_epi16(columns, from + row * step) : _mm512_setzero_si512();
}

CAJAL_AVX512 void copy_rows(const bfloat16* from, int64_t step, int64_t rows, int64_t columns, bfloat16* to) noexcept {
  const __mmask32 mask = first_halves(columns);
  for (int64_t row = 0; row < kRows; ++row) _mm512_storeu_si512(to + row * kDepth, row_of(from, step, row, rows, mask));
}

// Elements of two rows in turn: those of the first 16 columns, and of the others.
struct PairOrder {
  __m512i low, high;
};
CAJAL_AVX512_INLINE PairOrder pair_order() {
  alignas(64) static constexpr uint16_t low[32] = {0, 32, 1, 33, 2,  34, 3,  35, 4,  36, 5,  37, 6,  38, 7,  39,
                                                   8, 40, 9, 41, 10, 42, 11, 43, 12, 44, 13, 45, 14, 46, 15, 47};
  const __m512i first = _mm512_load_si512(low);
  return {first, _mm512_add_epi16(first, _mm512_set1_epi16(16))};
}

CAJAL_AVX512 void copy_pairs(const bfloat16* from, int64_t step, int64_t rows, int64_t columns, bfloat16* to) noexcept {
  const __mmask32 mask = first_halves(columns);
  const PairOrder order = pair_order();
  for (int64_t pair = 0; pair < kRows; ++pair) {
    const __m512i a = row_of(from, step, 2 * pair, rows, mask), b = row_of(from, step, 2 * pair + 1, rows, mask);
    _mm512_storeu_si512(to + pair * kDepth, _mm512_permutex2var_epi16(a, order.low, b));
    _mm512_storeu_si512(to + kTile + pair * kDepth, _mm512_permutex2var_epi16(a, order.high, b));
  }
}

// 16 rows of 16 words turned over, row i to to + i kDepth.
CAJAL_AVX512_INLINE void turn_words(__m512i* r, bfloat16* to) {
  __m512i t[16];
  for (int i = 0; i < 8; ++i) {
    t[2 * i] = _mm512_unpacklo_epi32(r[2 * i], r[2 * i + 1]);
    t[2 * i + 1] = _mm512_unpackhi_epi32(r[2 * i], r[2 * i + 1]);
  }
  for (int i = 0; i < 4; ++i) {
    r[4 * i] = _mm512_unpacklo_epi64(t[4 * i], t[4 * i + 2]);
    r[4 * i + 1] = _mm512_unpackhi_epi64(t[4 * i], t[4 * i + 2]);
    r[4 * i + 2] = _mm512_unpacklo_epi64(t[4 * i + 1], t[4 * i + 3]);
    r[4 * i + 3] = _mm512_unpackhi_epi64(t[4 * i + 1], t[4 * i + 3]);
  }
  for (int i = 0; i < 4; ++i) {
    t[i] = _mm512_shuffle_i32x4(r[i], r[4 + i], 0x88);
    t[4 + i] = _mm512_shuffle_i32x4(r[i], r[4 + i], 0xdd);
    t[8 + i] = _mm512_shuffle_i32x4(r[8 + i], r[12 + i], 0x88);
    t[12 + i] = _mm512_shuffle_i32x4(r[8 + i], r[12 + i], 0xdd);
  }
  for (int i = 0; i < 4; ++i) {
    _mm512_storeu_si512(to + i * kDepth, _mm512_shuffle_i32x4(t[i], t[8 + i], 0x88));
    _mm512_storeu_si512(to + (4 + i) * kDepth, _mm512_shuffle_i32x4(t[4 + i], t[12 + i], 0x88));
    _mm512_storeu_si512(to + (8 + i) * kDepth, _mm512_shuffle_i32x4(t[i], t[8 + i], 0xdd));
    _mm512_storeu_si512(to + (12 + i) * kDepth, _mm512_shuffle_i32x4(t[4 + i], t[12 + i], 0xdd));
  }
}

// A pair of the depth is a word, so that right operands are words turned over.
CAJAL_AVX512 void copy_pairs_across(const bfloat16* from, int64_t step, int64_t columns, int64_t depth,
                                    bfloat16* to) noexcept {
  const __mmask32 mask = first_halves(depth);
  for (int64_t half = 0; half < 2; ++half) {
    __m512i rows[16];
    for (int64_t i = 0; i < kRows; ++i) rows[i] = row_of(from, step, half * kRows + i, columns, mask);
    turn_words(rows, to + half * kTile);
  }
}

// Pairs first, and then their words turned over.
CAJAL_AVX512 void copy_across(const bfloat16* from, int64_t step, int64_t rows, int64_t columns,
                              bfloat16* to) noexcept {
  const __mmask32 mask = first_halves(columns);
  const PairOrder order = pair_order();
  __m512i low[16], high[16];
  for (int64_t pair = 0; pair < kRows; ++pair) {
    const __m512i a = row_of(from, step, 2 * pair, rows, mask), b = row_of(from, step, 2 * pair + 1, rows, mask);
    low[pair] = _mm512_permutex2var_epi16(a, order.low, b);
    high[pair] = _mm512_permutex2var_epi16(a, order.high, b);
  }
  turn_words(low, to);
  turn_words(high, to + kTile);
}

// A row of up to 32 elements is put together in a register.
CAJAL_AVX512 void copy_short_patches(const bfloat16* const* from, int64_t lines, int64_t step, int64_t count,
                                     int64_t width, bfloat16* to, int64_t to_step) {
  alignas(64) static constexpr uint16_t ascending[32] = {0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  10,
                                                         11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21,
                                                         22, 23, 24, 25, 26, 27, 28, 29, 30, 31};
  const __m512i first = _mm512_load_si512(ascending);
  const __mmask32 mask = first_halves(width);
  for (int64_t place = 0; place < count; ++place) {
    __m512i row = _mm512_setzero_si512();
    for (int64_t i = 0; i < lines; ++i) {
      if (!from[i]) continue;
      const __m512i line = _mm512_maskz_loadu_epi16(mask, from[i] + place * step);
      const __m512i order = _mm512_sub_epi16(first, _mm512_set1_epi16(short(i * width)));
      row = _mm512_or_si512(row, _mm512_maskz_permutexvar_epi16(mask << (i * width), order, line));
    }
    _mm512_storeu_si512(to + place * to_step, row);
  }
}

CAJAL_AVX512 void copy_patches(const bfloat16* const* from, int64_t lines, int64_t step, int64_t count, int64_t width,
                               bfloat16* to, int64_t to_step) noexcept {
  if (lines * width <= kDepth) return copy_short_patches(from, lines, step, count, width, to, to_step);
  for (int64_t i = 0; i < lines; ++i)
    for (int64_t at = 0; at < width; at += kDepth) {
      const __mmask32 mask = first_halves(std::min(kDepth, width - at));
      bfloat16* part = to + i * width + at;
      const bfloat16* line = from[i] ? from[i] + at : nullptr;
      for (int64_t place = 0; place < count; ++place, part += to_step) {
        const __m512i x = line ? _mm512_maskz_loadu_epi16(mask, line + place * step) : _mm512_setzero_si512();
        _mm512_mask_storeu_epi16(part, mask, x);
      }
    }
}

CAJAL_AVX512_INLINE __m512 widened(__mmask16 mask, const bfloat16* from) {
  return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(_mm256_maskz_loadu_epi16(mask, from)), 16));
}

// What belongs to the channels, and what to each element.
enum class PerChannel : uint8_t { nothing, bias, scale, both };

// Half a row of a strip: up to 16 columns, and what belongs to them.
template <PerChannel kChannel>
struct Half {
  __mmask16 mask;
  __m512 bias, scale, shift;

  CAJAL_AVX512_INLINE Half(const Finish& s, int64_t channel, int64_t columns)
      : mask(first_floats(std::clamp(columns, int64_t(0), kRows))),
        bias(_mm512_setzero_ps()),
        scale(bias),
        shift(bias) {
    if (kChannel == PerChannel::bias || kChannel == PerChannel::both)
      bias = _mm512_maskz_loadu_ps(mask, s.bias + channel);
    if (kChannel == PerChannel::scale || kChannel == PerChannel::both)
      scale = _mm512_maskz_loadu_ps(mask, s.scale + channel), shift = _mm512_maskz_loadu_ps(mask, s.shift + channel);
  }

  template <bool kEach>
  CAJAL_AVX512_INLINE __m512 finished(const Finish& s, __m512 x, int64_t at) const {
    if (kChannel == PerChannel::bias || kChannel == PerChannel::both) x = _mm512_add_ps(x, bias);
    if (kChannel == PerChannel::scale || kChannel == PerChannel::both)
      x = _mm512_add_ps(_mm512_mul_ps(x, scale), shift);
    if (kEach && s.residual) x = _mm512_add_ps(x, _mm512_maskz_loadu_ps(mask, s.residual + at));
    if (kEach && s.half_residual) x = _mm512_add_ps(x, widened(mask, s.half_residual + at));
    // Where one is NaN, these give the second operand: it stays.
    if (s.relu) x = _mm512_min_ps(_mm512_set1_ps(s.limit), _mm512_max_ps(_mm512_setzero_ps(), x));
    if (kEach && (s.mask || s.half_mask)) {
      const __m512 shown = s.mask ? _mm512_maskz_loadu_ps(mask, s.mask + at) : widened(mask, s.half_mask + at);
      __mmask16 kept = _mm512_cmp_ps_mask(shown, _mm512_setzero_ps(), _CMP_GT_OQ);
      if (!std::isinf(s.limit)) kept &= _mm512_cmp_ps_mask(shown, _mm512_set1_ps(s.limit), _CMP_LT_OQ);
      x = _mm512_maskz_mov_ps(kept, x);
    }
    return x;
  }
};

template <PerChannel kChannel, bool kEach>
CAJAL_AVX512 void finish_rows(const Finish& s, const Strip& strip, void* out, bool half) {
  const Half<kChannel> low(s, strip.channel, strip.columns), high(s, strip.channel + kRows, strip.columns - kRows);
  const float* sums = strip.sums;
  int64_t at = strip.at;
  for (int64_t row = 0; row < strip.rows; ++row, sums += kColumns, at += strip.row_step) {
    const __m512 x = low.template finished<kEach>(s, _mm512_loadu_ps(sums), at);
    const __m512 y = high.template finished<kEach>(s, _mm512_loadu_ps(sums + kRows), at + kRows);
    if (half) {
      const __mmask32 both = __mmask32(low.mask) | __mmask32(high.mask) << kRows;
      _mm512_mask_storeu_epi16(static_cast<bfloat16*>(out) + at, both, __m512i(_mm512_cvtne2ps_pbh(y, x)));
    } else {
      _mm512_mask_storeu_ps(static_cast<float*>(out) + at, low.mask, x);
      _mm512_mask_storeu_ps(static_cast<float*>(out) + at + kRows, high.mask, y);
    }
  }
}

template <PerChannel kChannel>
CAJAL_AVX512 void finish_with(const Finish& s, const Strip& strip, void* out, bool half) {
  if (s.residual || s.half_residual || s.mask || s.half_mask) finish_rows<kChannel, true>(s, strip, out, half);
  else finish_rows<kChannel, false>(s, strip, out, half);
}

CAJAL_AVX512 void finish_strip(const Finish& s, const Strip& strip, void* out, DType type) noexcept {
  const bool half = type == DType::bfloat16;
  if (s.bias && s.scale) finish_with<PerChannel::both>(s, strip, out, half);
  else if (s.bias) finish_with<PerChannel::bias>(s, strip, out, half);
  else if (s.scale) finish_with<PerChannel::scale>(s, strip, out, half);
  else finish_with<PerChannel::nothing>(s, strip, out, half);
}

CAJAL_AVX512 void add_floats(const float* from, float* to, int64_t count) noexcept {
  int64_t i = 0;
  for (; i + kRows <= count; i += kRows)
    _mm512_storeu_ps(to + i, _mm512_add_ps(_mm512_loadu_ps(to + i), _mm512_loadu_ps(from + i)));
  for (; i < count; ++i) to[i] += from[i];
}

// Sums of some rows first, and then the sum of these: long columns lose less.
CAJAL_AVX512 void sum_columns(const bfloat16* from, int64_t step, int64_t rows, int64_t columns, float* sums) noexcept {
  constexpr int64_t some = 64;
  const __mmask16 low = first_floats(std::min(columns, kRows)),
                  high = first_floats(std::max(columns - kRows, int64_t(0)));
  __m512 all_low = _mm512_setzero_ps(), all_high = all_low;
  for (int64_t first = 0; first < rows; first += some) {
    __m512 sum_low = _mm512_setzero_ps(), sum_high = sum_low;
    for (int64_t row = first; row < std::min(first + some, rows); ++row) {
      sum_low = _mm512_add_ps(sum_low, widened(low, from + row * step));
      if (high) sum_high = _mm512_add_ps(sum_high, widened(high, from + row * step + kRows));
    }
    all_low = _mm512_add_ps(all_low, sum_low), all_high = _mm512_add_ps(all_high, sum_high);
  }
  _mm512_mask_storeu_ps(sums, low, all_low);
  if (high) _mm512_mask_storeu_ps(sums + kRows, high, all_high);
}

// As the instruction ldtilecfg reads it.
struct alignas(64) TileConfiguration {
  uint8_t palette = 1, start_row = 0;
  uint8_t reserved[14] = {};
  uint16_t row_bytes[16] = {64, 64, 64, 64, 64, 64, 64, 64};
  uint8_t rows[16] = {16, 16, 16, 16, 16, 16, 16, 16};
};
static_assert(sizeof(TileConfiguration) == 64);

bool cpu_has_tiles() {
  unsigned a = 0, b = 0, c = 0, d = 0;
  if (!__get_cpuid_count(7, 0, &a, &b, &c, &d)) return false;
  const bool tiles = (d >> 24 & 1) && (d >> 22 & 1);  // AMX-TILE, AMX-BF16
  const bool vectors =
      __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq");
  if (!tiles || !vectors || !__get_cpuid_count(7, 1, &a, &b, &c, &d)) return false;
  return a >> 5 & 1;  // AVX512_BF16
}

// Linux gives the tiles' state only to who asks for it, for all threads of the process.
bool system_gives_tiles() {
#if defined(__linux__) && defined(SYS_arch_prctl)
  constexpr long request_permission = 0x1023, tile_data = 18;
  return ::syscall(SYS_arch_prctl, request_permission, tile_data) == 0;
#else
  return false;
#endif
}

}  // namespace

const Movers& hardware_movers() {
  static constexpr Movers movers = {copy_rows,    copy_pairs,   copy_pairs_across, copy_across,
                                    copy_patches, finish_strip, add_floats,        sum_columns};
  return movers;
}

void HardwareTiles::begin() {
  static constexpr TileConfiguration configuration;
  asm volatile("ldtilecfg %0" ::"m"(configuration));
}

void HardwareTiles::end() { asm volatile("tilerelease" ::: "memory"); }

const std::string& why_no_tiles() {
  static const std::string reason = !cpu_has_tiles()        ? "the CPU has no AMX for bfloat16"
                                    : !system_gives_tiles() ? "the system does not let this process use AMX"
                                                            : "";
  return reason;
}

#else

const std::string& why_no_tiles() {
  static const std::string reason = "this build was made without AMX";
  return reason;
}

#endif

}  // namespace cajal::amx

#if defined(CAJAL_HAS_AMX) && !defined(__clang__)
#pragma GCC diagnostic pop
#endif
