#include "cajal/base/parallel.h"

#include <algorithm>
#include <utility>

#ifdef _OPENMP
#include <omp.h>
#endif
#if defined(__SSE2__)
#include <immintrin.h>
#endif

namespace cajal {
namespace {

unsigned read_float_mode() {
#if defined(__SSE2__)
  return _mm_getcsr();
#elif defined(__aarch64__)
  uint64_t mode;
  asm volatile("mrs %0, fpcr" : "=r"(mode));
  return unsigned(mode);
#else
  return 0;
#endif
}

void write_float_mode([[maybe_unused]] unsigned mode) {
#if defined(__SSE2__)
  _mm_setcsr(mode);
#elif defined(__aarch64__)
  asm volatile("msr fpcr, %0" ::"r"(uint64_t(mode)));
#endif
}

unsigned with_flush(unsigned mode) {
#if defined(__SSE2__)
  return mode | 0x8040;  // flush to zero, denormals are zero
#elif defined(__aarch64__)
  return mode | (1u << 24);
#else
  return mode;
#endif
}

int default_threads() {
#ifdef _OPENMP
  return std::max(1, omp_get_max_threads());
#else
  return 1;
#endif
}

int& chosen_threads() {
  static int count = default_threads();
  return count;
}

#ifdef _OPENMP
// How many grains cover the count; without overflow, because a grain may be "as much as there is".
int64_t pieces_of(int64_t count, int64_t grain) { return count / grain + (count % grain != 0); }

// The range of one of `parts` contiguous shares, cut at multiples of the grain.
std::pair<int64_t, int64_t> share(int64_t count, int64_t grain, int part, int parts) {
  const int64_t pieces = pieces_of(count, grain);
  const int64_t begin = pieces * part / parts * grain;
  const int64_t end = pieces * (part + 1) / parts * grain;
  return {begin, std::min(end, count)};
}
#endif

}  // namespace

int threads() { return chosen_threads(); }

void set_threads(int count) { chosen_threads() = std::max(1, count); }

void parallel_for(int64_t count, int64_t grain, FunctionRef<void(int64_t, int64_t)> body) {
  if (count <= 0) return;
#ifdef _OPENMP
  grain = std::max<int64_t>(1, grain);
  const int team = int(std::min<int64_t>(threads(), pieces_of(count, grain)));
  if (team > 1 && !omp_in_parallel()) {
    const unsigned mode = read_float_mode();
#pragma omp parallel num_threads(team)
    {
      const unsigned own = read_float_mode();
      if (own != mode) write_float_mode(mode);
      const auto [begin, end] = share(count, grain, omp_get_thread_num(), omp_get_num_threads());
      if (begin < end) body(begin, end);
      if (own != mode) write_float_mode(own);
    }
    return;
  }
#else
  (void)grain;
#endif
  body(0, count);
}

FlushDenormals::FlushDenormals() : before_(read_float_mode()) { write_float_mode(with_flush(before_)); }

FlushDenormals::~FlushDenormals() { write_float_mode(before_); }

}  // namespace cajal
