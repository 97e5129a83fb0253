#include "cajal/base/random.h"

#include <cmath>
#include <mutex>

#include "cajal/base/error.h"

namespace cajal::random {
namespace {

// Models may be made on several threads; the sequence is one.
std::mutex guard;
uint64_t process_seed = 0;
uint64_t drawn = 0;

}  // namespace

void set_seed(uint64_t seed) { set_seed(seed, 0); }

void set_seed(uint64_t seed, uint64_t seeds_drawn_before) {
  std::lock_guard lock(guard);
  process_seed = seed;
  drawn = seeds_drawn_before;
}

uint64_t seeds_drawn() {
  std::lock_guard lock(guard);
  return drawn;
}

uint64_t seed() {
  std::lock_guard lock(guard);
  return process_seed;
}

uint64_t next_seed() {
  std::lock_guard lock(guard);
  return mix(mix(process_seed) + ++drawn);
}

uint32_t Stream::operator()() {
  if (position_ % 4 == 0) {
    const uint64_t block = position_ / 4;
    words_ = philox({uint32_t(block), uint32_t(block >> 32), 0, 0}, key_);
  }
  return words_[position_++ % 4];
}

double Stream::uniform(double low, double high) {
  const uint32_t a = (*this)();
  return low + (high - low) * to_double(a, (*this)());
}

double Stream::normal(double mean, double stddev) {
  // Box-Muller, one of the pair thrown away: a draw is then a fixed number of words.
  const double radius = std::sqrt(-2 * std::log(1 - uniform()));
  return mean + stddev * radius * std::cos(2 * 3.14159265358979323846 * uniform());
}

int64_t Stream::below(int64_t bound) {
  if (bound < 1)
    fail("a random integer below " + std::to_string(bound) + " was asked for; there is none", "a bound of 1 or more");
  const uint64_t range = uint64_t(bound);
  const uint64_t reject = (0 - range) % range;  // the words that would make some results likelier
  while (true) {
    const uint64_t word = (uint64_t((*this)()) << 32) | (*this)();
    if (word >= reject) return int64_t(word % range);
  }
}

}  // namespace cajal::random
