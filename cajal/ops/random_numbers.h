// How random ops turn counters into numbers: the one rule, so that a vectorised kernel draws the same bits.
//
// An element has a global number g = its row-major place + sample_offset * elements per sample, a sample being what one
// index of the first axis holds: ranks that share a batch draw what one machine would have drawn. Element g takes word
// g % 4 of the Philox block with counter (g / 4 as two words, step, iteration) and key mix(seed ^ random_id). A normal
// takes two words: elements 2 p and 2 p + 1 share those of their places and are the cosine and the sine branch.
// Everything after the words is arithmetic of IEEE doubles or floats, without library functions but the square root.
#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <utility>

#include "cajal/base/random.h"
#include "cajal/graph/op.h"

namespace cajal {

/// The words of one random op in one run.
class RandomWords {
 public:
  explicit RandomWords(const Call& call) : step_(uint32_t(call.run->step)), iteration_(uint32_t(call.run->iteration)) {
    const uint64_t key = random::mix(call.run->seed ^ call.random_id);
    const Operand& out = call.out[0];
    key_ = {uint32_t(key), uint32_t(key >> 32)};
    first_ = uint64_t(call.run->sample_offset) * uint64_t(out.rank ? out.product(1, out.rank) : 1);
  }
  /// Global number of the output's element i.
  uint64_t global(int64_t i) const { return first_ + uint64_t(i); }
  /// Words of the elements 4 block, ..., 4 block + 3.
  random::Counter block(uint64_t block) const {
    return random::philox({uint32_t(block), uint32_t(block >> 32), step_, iteration_}, key_);
  }

 private:
  random::Key key_;
  uint32_t step_, iteration_;
  uint64_t first_;
};

/// Calls `f(i, block, lane)` for the elements of the output: block holds its word at place lane.
template <class F>
void for_random(const Call& call, F&& f) {
  const RandomWords words(call);
  random::Counter block{};
  for (int64_t i = 0; i < call.out[0].size; ++i) {
    const uint64_t g = words.global(i);
    if (i == 0 || g % 4 == 0) block = words.block(g / 4);
    f(i, block, int(g % 4));
  }
}

/// Uniform in [low, high), with 24 random bits. `below_high` is the largest value less than high.
template <class T>
T uniform_from(uint32_t word, T low, T high, T below_high) {
  return std::min(low + (high - low) * T(random::to_float(word)), below_high);
}

/// Whether an event of that probability happens; `threshold` is probability * 2^24, rounded.
inline uint32_t bernoulli_threshold(double probability) { return uint32_t(std::lround(probability * 0x1p24)); }
/// By the upper 24 bits of a random word.
inline bool happens(uint32_t word, uint32_t threshold) { return (word >> 8) < threshold; }

/// The natural logarithm of a positive normal number: log(m 2^e) by the series of the inverse hyperbolic tangent.
inline double portable_log(double x) {
  const uint64_t bits = std::bit_cast<uint64_t>(x);
  double exponent = double(int64_t(bits >> 52) - 1023);
  double m = std::bit_cast<double>((bits & 0xFFFFFFFFFFFFFull) | 0x3FF0000000000000ull);  // in [1, 2)
  const bool high = m > 1.4142135623730951;
  m = high ? m * 0.5 : m;
  exponent = high ? exponent + 1 : exponent;
  const double s = (m - 1) / (m + 1), q = s * s;
  double sum = 1.0 / 21;
  for (int odd = 19; odd >= 1; odd -= 2) sum = sum * q + 1.0 / odd;
  return exponent * 0.6931471805599453 + 2 * s * sum;
}

/// Cosine and sine of `turns` whole turns, 0 <= turns < 1: by their series within an eighth of a turn.
inline std::pair<double, double> portable_cos_sin(double turns) {
  const double quarters = turns * 4, nearest = std::floor(quarters + 0.5);
  const double angle = (quarters - nearest) * 1.5707963267948966, q = angle * angle;
  double sine = 0, cosine = 0;
  for (int n = 15; n >= 3; n -= 2) sine = (sine + 1) * -q / double(n * (n - 1));
  for (int n = 16; n >= 2; n -= 2) cosine = (cosine + 1) * -q / double(n * (n - 1));
  sine = angle * (1 + sine);
  cosine = 1 + cosine;
  switch (int(nearest) & 3) {
    case 0: return {cosine, sine};
    case 1: return {-sine, cosine};
    case 2: return {-cosine, -sine};
    default: return {sine, -cosine};
  }
}

/// A pair of independent standard normal numbers.
/// Source: Box, Muller, "A note on the generation of random normal deviates", 1958.
inline std::pair<double, double> normals_from(uint32_t a, uint32_t b) {
  const double radius = std::sqrt(-2 * portable_log((double(a) + 1) * 0x1p-32));
  const auto [cosine, sine] = portable_cos_sin(double(b) * 0x1p-32);
  return {radius * cosine, radius * sine};
}

/// A standard normal number within 2 standard deviations: the inverse of the distribution, exact to 1e-7, so that one
/// word is enough. Distributed as if draws outside were drawn again.
/// Source: Giles, "Approximating the erfinv function", GPU Computing Gems, 2011.
inline double truncated_normal_from(uint32_t word) {
  const double mass = 0.95449973610364158;  // of a normal distribution within 2 standard deviations
  const double x = mass * ((double(word) + 0.5) * 0x1p-31 - 1), w = -portable_log((1 - x) * (1 + x)) - 2.5;
  double p = 2.81022636e-08;
  for (double c : {3.43273939e-07, -3.5233877e-06, -4.39150654e-06, 0.00021858087, -0.00125372503, -0.00417768164,
                   0.246640727, 1.50140941})
    p = p * w + c;
  return 1.4142135623730951 * p * x;
}

}  // namespace cajal
