// One team of threads for the whole process, made when it is first needed.
//
// The work is cut into parts, and each part is claimed by whoever comes first. So the caller never waits for a thread
// that has not begun: when another program has taken that thread's core, the caller does its parts as well. (A team
// that meets at a barrier, as OpenMP's does, loses milliseconds each time; measured: a step of 8 ms took 94.)
#include "cajal/base/parallel.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <mutex>
#include <utility>

#if defined(__EMSCRIPTEN__) && !defined(__EMSCRIPTEN_PTHREADS__)
#define CAJAL_ONE_THREAD 1
#else
#define CAJAL_ONE_THREAD 0
#include <thread>
#endif
#if defined(__linux__)
#include <sched.h>
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

constexpr int most_threads = 1024;

// The cores that this process may use.
int cores() {
#if CAJAL_ONE_THREAD
  return 1;
#else
#if defined(__linux__)
  cpu_set_t allowed;
  if (sched_getaffinity(0, sizeof allowed, &allowed) == 0) return std::max(1, CPU_COUNT(&allowed));
#endif
  return std::max(1, int(std::thread::hardware_concurrency()));
#endif
}

int default_threads() {
  const char* wanted = std::getenv("OMP_NUM_THREADS");
  const int count = wanted ? std::atoi(wanted) : 0;
  return std::min(count > 0 ? count : cores(), most_threads);
}

std::atomic<int>& chosen_threads() {
  static std::atomic<int> count = default_threads();
  return count;
}

#if !CAJAL_ONE_THREAD

void pause() {
#if defined(__SSE2__)
  _mm_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

// How many grains cover the count; without overflow, because a grain may be "as much as there is".
int64_t pieces_of(int64_t count, int64_t grain) { return count / grain + (count % grain != 0); }

constexpr int most_parts = 256;
// A thread that is late leaves its parts to others: a few for each, so that little waits for the last one.
constexpr int parts_per_thread = 4;

// What is to be done now, and who does which part of it.
class Job {
 public:
  Job(int64_t count, int64_t grain, int team, FunctionRef<void(int64_t, int64_t)> body)
      : count_(count),
        grain_(grain),
        pieces_(pieces_of(count, grain)),
        team_(team),
        mode_(read_float_mode()),
        body_(body) {
    parts_ = int(std::min<int64_t>({pieces_, int64_t(team) * parts_per_thread, most_parts}));
    for (int part = 0; part < parts_; ++part) claimed_[part].store(false, std::memory_order_relaxed);
  }

  int team() const { return team_; }

  // Works until no part is left. Each member begins at a place of its own, so that it meets the same data as in the
  // call before, which its cache still has.
  void work(int member) {
    const unsigned own = read_float_mode();
    if (own != mode_) write_float_mode(mode_);
    const int first = int(int64_t(member) * parts_ / team_);
    for (int i = 0; i < parts_; ++i) {
      const int part = (first + i) % parts_;
      if (claimed_[part].load(std::memory_order_relaxed) || claimed_[part].exchange(true)) continue;
      const int64_t begin = pieces_ * part / parts_ * grain_;
      const int64_t end = part + 1 == parts_ ? count_ : pieces_ * (part + 1) / parts_ * grain_;
      body_(begin, end);
    }
    if (own != mode_) write_float_mode(own);
  }

 private:
  int64_t count_, grain_, pieces_;
  int team_, parts_ = 0;
  unsigned mode_;
  FunctionRef<void(int64_t, int64_t)> body_;
  std::atomic<bool> claimed_[most_parts];
};

thread_local bool inside = false;

// The threads besides the caller's. It is never destroyed: they may be asleep in it when the process ends.
class Team {
 public:
  // False where another call has the team.
  bool run(Job& job) {
    std::unique_lock lock(busy_, std::try_to_lock);
    if (!lock) return false;
    grow(job.team() - 1);
    job_.store(&job);
    call_.fetch_add(1);
    if (asleep_.load() > 0) call_.notify_all();
    inside = true;
    job.work(0);
    inside = false;
    job_.store(nullptr);
    // Whoever has begun a part has to end it; whoever comes now finds no job.
    for (int turns = 0; working_.load() > 0; ++turns) {
      pause();
      if (turns > 2000) std::this_thread::yield();
    }
    return true;
  }

 private:
  void grow(int wanted) {
    for (; members_ < wanted; ++members_) std::thread([this, member = members_ + 1] { live(member); }).detach();
  }

  void live(int member) {
    inside = true;
    uint32_t seen = 0;
    while (true) {
      seen = next_call(seen);
      working_.fetch_add(1);
      if (Job* job = job_.load(); job && member < job->team()) job->work(member);
      working_.fetch_sub(1);
    }
  }

  // Spins for a while, since in a training the next call is some microseconds away; then sleeps.
  uint32_t next_call(uint32_t seen) {
    using clock = std::chrono::steady_clock;
    const auto end = clock::now() + std::chrono::microseconds(100);
    do {
      for (int i = 0; i < 100; ++i) {
        if (const uint32_t now = call_.load(std::memory_order_acquire); now != seen) return now;
        pause();
      }
    } while (clock::now() < end);
    asleep_.fetch_add(1);
    while (call_.load() == seen) call_.wait(seen);
    asleep_.fetch_sub(1);
    return call_.load();
  }

  std::mutex busy_;
  int members_ = 0;
  std::atomic<Job*> job_{nullptr};
  std::atomic<uint32_t> call_{0};
  std::atomic<int> asleep_{0}, working_{0};
};

Team& team() {
  static Team* const only = new Team;
  return *only;
}

#endif

}  // namespace

int threads() { return chosen_threads(); }

void set_threads(int count) { chosen_threads() = std::clamp(count, 1, most_threads); }

void parallel_for(int64_t count, int64_t grain, FunctionRef<void(int64_t, int64_t)> body) {
  if (count <= 0) return;
#if !CAJAL_ONE_THREAD
  grain = std::max<int64_t>(1, grain);
  const int wanted = int(std::min<int64_t>(threads(), pieces_of(count, grain)));
  if (wanted > 1 && !inside) {
    Job job(count, grain, wanted, body);
    if (team().run(job)) return;
  }
#else
  (void)grain;
#endif
  body(0, count);
}

FlushDenormals::FlushDenormals() : before_(read_float_mode()) { write_float_mode(with_flush(before_)); }

FlushDenormals::~FlushDenormals() { write_float_mode(before_); }

}  // namespace cajal
