// A program of somebody who has installed Cajal.
#include <cajal/base/error.h>
#include <cajal/base/parallel.h>
#include <cajal/base/version.h>

#include <atomic>
#include <iostream>

#if __has_include(<cajal/tensor/tensor.h>)
#include <cajal/tensor/tensor.h>
#endif

int main() {
  std::cout << "cajal " << cajal::version << "\n";
  std::atomic<int64_t> sum = 0;
  cajal::parallel_for(1000, 10, [&](int64_t begin, int64_t end) { sum += end - begin; });
  if (sum != 1000) return 1;
#if __has_include(<cajal/tensor/tensor.h>)
  std::cout << cajal::Tensor::of({1.f, 2.f, 3.f, 4.f}, {2, 2}) << "\n";
#endif
  try {
    cajal::fail("a value that cannot be used", "another one");
  } catch (const cajal::Error& error) {
    std::cout << error.what() << "\n";
    return error.code() == cajal::Code::invalid_argument ? 0 : 1;
  }
  return 1;
}
