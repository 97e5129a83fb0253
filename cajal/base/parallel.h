// Work shared over the cores. One team of threads for the whole process.
#pragma once

#include <cstdint>
#include <memory>
#include <type_traits>

namespace cajal {

/// A reference to something callable, without allocation: valid only while the callee lives.
template <class Signature>
class FunctionRef;
/// A function that lives elsewhere and is only called: a pointer to it, no copy.
template <class R, class... A>
class FunctionRef<R(A...)> {
 public:
  template <class F>
    requires(!std::is_same_v<std::remove_cvref_t<F>, FunctionRef> && std::is_invocable_r_v<R, F&, A...>)
  FunctionRef(F&& f)
      : object_(const_cast<void*>(static_cast<const void*>(std::addressof(f)))), call_([](void* object, A... a) -> R {
          return (*static_cast<std::remove_reference_t<F>*>(object))(static_cast<A>(a)...);
        }) {}
  R operator()(A... a) const { return call_(object_, static_cast<A>(a)...); }

 private:
  void* object_;
  R (*call_)(void*, A...);
};

/// How many threads work is shared over: the machine's cores, unless set_threads or OMP_NUM_THREADS says otherwise.
int threads();

/// Sets the number of threads for work that starts from now on; 1 or more.
void set_threads(int count);

/// Calls `body(begin, end)` on ranges that cover [0, count) once, on several threads at a time.
///
/// The ranges are multiples of `grain` long (the last may be shorter); where count <= grain, or inside another
/// parallel_for, the body runs on the calling thread and no other is woken. The body must not throw.
/// Cost: waking a sleeping team takes tens of microseconds, a spinning one about one: choose `grain` so that a
/// piece takes at least 10 microseconds.
void parallel_for(int64_t count, int64_t grain, FunctionRef<void(int64_t, int64_t)> body);

/// Makes the calling thread treat denormal floats as zero while it lives: a converged network is full of them, and
/// each costs a hundred ordinary operations. Threads inside parallel_for inherit it from the caller.
class FlushDenormals {
 public:
  FlushDenormals();
  ~FlushDenormals();
  FlushDenormals(const FlushDenormals&) = delete;
  FlushDenormals& operator=(const FlushDenormals&) = delete;

 private:
  unsigned before_;
};

}  // namespace cajal
