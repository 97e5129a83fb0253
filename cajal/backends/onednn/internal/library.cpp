#ifdef CAJAL_WITH_ONEDNN

#include "cajal/backends/onednn/internal/library.h"

#include <dlfcn.h>
#include <fmt/core.h>

#include <vector>

namespace cajal::onednn {
namespace {

template <class Function>
bool find(void* in, const char* name, Function& function) {
  function = reinterpret_cast<Function>(::dlsym(in, name));
  return function != nullptr;
}

// Empty where all functions are there.
std::string find_all(void* opened, Library& into) {
#define CAJAL_FIND(name) \
  if (!find(opened, "dnnl_" #name, into.name)) return "the library oneDNN has no dnnl_" #name;
  CAJAL_ONEDNN_FUNCTIONS(CAJAL_FIND)
  CAJAL_ONEDNN_OWN_FUNCTIONS(CAJAL_FIND)
#undef CAJAL_FIND
  return {};
}

// Whether it works on the calling thread alone when it is told to. Whatever OpenMP it was linked with is found through
// it, be it GNU's or LLVM's.
std::string find_threads(void* opened, Library& into) {
  const unsigned runtime = into.version()->cpu_runtime;
  if (runtime == DNNL_RUNTIME_SEQ) return {};
  if (runtime != DNNL_RUNTIME_OMP) return "the library oneDNN was built with threads other than OpenMP's";
  const bool found = find(opened, "omp_get_max_threads", into.omp_get_max_threads) &&
                     find(opened, "omp_set_num_threads", into.omp_set_num_threads);
  return found ? "" : "the library oneDNN does not tell which OpenMP it uses";
}

// The library's own name ends in its major version; Debian's has the minor version of an older one that it can replace.
void* open_file() {
  std::vector<std::string> names = {fmt::format("libdnnl.so.{}", DNNL_VERSION_MAJOR)};
  for (int minor = DNNL_VERSION_MINOR; minor >= 0; --minor)
    names.push_back(fmt::format("libdnnl.so.{}.{}", DNNL_VERSION_MAJOR, minor));
  for (const std::string& name : names)
    if (void* opened = ::dlopen(name.c_str(), RTLD_NOW | RTLD_LOCAL)) return opened;
  return nullptr;
}

std::string open(Library& into) {
  void* opened = open_file();
  if (!opened) return fmt::format("the library libdnnl.so.{} is not installed", DNNL_VERSION_MAJOR);
  if (std::string missing = find_all(opened, into); !missing.empty()) return missing;
  const dnnl_version_t* version = into.version();
  into.number = fmt::format("{}.{}.{}", version->major, version->minor, version->patch);
  if (version->major != DNNL_VERSION_MAJOR)
    return fmt::format("the library is oneDNN {}, and Cajal was built for {}", into.number, DNNL_VERSION_MAJOR);
  if (std::string missing = find_threads(opened, into); !missing.empty()) return missing;
  if (into.engine_create(&into.engine, dnnl_cpu, 0) != dnnl_success) return "oneDNN does not start";
  return {};
}

}  // namespace

const Library& library() {
  static const Library opened = [] {
    Library made;
    made.missing = open(made);
    return made;
  }();
  return opened;
}

// Kinds of CPU are sets of bits, of which a better one has more. The library leaves out what the system does not allow
// (AMX) or DNNL_MAX_CPU_ISA forbids.
std::string_view bfloat16_instructions() {
  if (!library().missing.empty()) return {};
  const unsigned there = unsigned(library().get_effective_cpu_isa());
  const auto has = [&](dnnl_cpu_isa_t kind) { return (there & unsigned(kind)) == unsigned(kind); };
  if (has(dnnl_cpu_isa_avx512_core_amx)) return "AMX";
  return has(dnnl_cpu_isa_avx512_core_bf16) ? "AVX512_BF16" : "";
}

// OpenMP keeps this number for each thread, so that what the program itself does with OpenMP is not touched.
OneThread::OneThread() {
  const Library& lib = library();
  if (!lib.omp_set_num_threads) return;
  before_ = lib.omp_get_max_threads();
  if (before_ != 1) lib.omp_set_num_threads(1);
}

OneThread::~OneThread() {
  if (before_ != 1) library().omp_set_num_threads(before_);
}

dnnl_stream_t own_stream() {
  struct Stream {
    dnnl_stream_t handle = nullptr;
    Stream() { library().stream_create(&handle, library().engine, dnnl_stream_default_flags); }
    ~Stream() {
      if (handle) library().stream_destroy(handle);
    }
  };
  thread_local const Stream own;
  return own.handle;
}

}  // namespace cajal::onednn

#endif
