// What holds for the kernels of every backend.
#include "cajal/backends/all.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <utility>

namespace cajal {
namespace {

// A checkpoint names the kernel of each call, profiles name what took the time: one name, one kernel.
TEST(Backends, TwoKernelsOfOneOpShareNoName) {
  size_t seen = 0;
  for (const Backend* backend : all_backends()) {
    std::set<std::pair<std::string_view, std::string_view>> names;
    for (const Kernel& kernel : backend->kernels) {
      EXPECT_TRUE(names.emplace(kernel.op, kernel.name).second)
          << backend->name << " has two kernels of " << kernel.op << " called '" << kernel.name << "'";
      EXPECT_FALSE(kernel.name.empty()) << backend->name << ", " << kernel.op;
    }
    seen += names.size();
  }
  EXPECT_GT(seen, 30u);
}

}  // namespace
}  // namespace cajal
