// Counter-based random numbers: a pure function of a key and a counter, so that any draw can be replayed, on any
// number of threads, on any machine.
#pragma once

#include <array>
#include <cstdint>

namespace cajal::random {

using Counter = std::array<uint32_t, 4>;
using Key = std::array<uint32_t, 2>;

/// Philox4x32-10: four uniform 32-bit words for each (counter, key).
/// Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
constexpr Counter philox(Counter counter, Key key) {
  for (int round = 0; round < 10; ++round) {
    const uint64_t a = uint64_t(0xD2511F53u) * counter[0];
    const uint64_t b = uint64_t(0xCD9E8D57u) * counter[2];
    counter = {uint32_t(b >> 32) ^ counter[1] ^ key[0], uint32_t(b), uint32_t(a >> 32) ^ counter[3] ^ key[1],
               uint32_t(a)};
    key = {key[0] + 0x9E3779B9u, key[1] + 0xBB67AE85u};
  }
  return counter;
}

/// A uniform number in [0, 1) with 24 bits: every value is a float.
constexpr float to_float(uint32_t word) { return float(word >> 8) * 0x1p-24f; }

/// A uniform number in [0, 1) with 53 bits.
constexpr double to_double(uint32_t high, uint32_t low) {
  return double((uint64_t(high) << 21) ^ (low >> 11)) * 0x1p-53;
}

/// Mixes a 64-bit value into one that looks random (SplitMix64's finalizer): makes keys from seeds, names, ordinals.
constexpr uint64_t mix(uint64_t value) {
  value += 0x9E3779B97F4A7C15u;
  value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9u;
  value = (value ^ (value >> 27)) * 0x94D049BB133111EBu;
  return value ^ (value >> 31);
}

/// Sets the seed that everything random in the process starts from: initial weights, shuffles, dropout, draws.
void set_seed(uint64_t seed);

/// The seed in force; 0 until set_seed is called.
uint64_t seed();

/// The next seed of the process's own sequence: a pure function of `seed()` and of how many were drawn since.
uint64_t next_seed();

/// How many seeds were drawn since set_seed: with `seed()`, where the process's sequence stands.
uint64_t seeds_drawn();

/// Goes to a place in the sequence: what follows is what followed there before.
void set_seed(uint64_t seed, uint64_t drawn);

/// A stream of numbers for plain C++ loops (data preparation, drawing): a key and a running counter.
/// Satisfies UniformRandomBitGenerator. Copying it copies the position.
class Stream {
 public:
  using result_type = uint32_t;
  explicit Stream(uint64_t seed) : key_{uint32_t(mix(seed)), uint32_t(mix(seed) >> 32)} {}

  static constexpr uint32_t min() { return 0; }
  static constexpr uint32_t max() { return 0xFFFFFFFFu; }
  uint32_t operator()();

  double uniform(double low = 0, double high = 1);
  double normal(double mean = 0, double stddev = 1);
  /// A uniform integer in [0, bound), without modulo bias; throws Error where bound < 1.
  int64_t below(int64_t bound);

 private:
  Key key_;
  uint64_t position_ = 0;
  Counter words_{};
};

}  // namespace cajal::random
