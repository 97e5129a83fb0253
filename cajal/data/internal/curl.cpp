#include "cajal/data/internal/curl.h"

#ifdef CAJAL_WITH_CURL

#include <curl/curl.h>
#include <dlfcn.h>
#include <fmt/core.h>

#include "cajal/base/version.h"

namespace cajal::internal {
namespace {

// The functions that are used, found by name.
struct Library {
  decltype(&::curl_global_init) global_init = nullptr;
  decltype(&::curl_easy_init) easy_init = nullptr;
  decltype(&::curl_easy_cleanup) easy_cleanup = nullptr;
  decltype(&::curl_easy_perform) easy_perform = nullptr;
  decltype(&::curl_easy_strerror) easy_strerror = nullptr;
  CURLcode (*set)(CURL*, CURLoption, ...) = nullptr;
  CURLcode (*get)(CURL*, CURLINFO, ...) = nullptr;
  std::string missing;

  Library() {
    void* library = nullptr;
    for (const char* name : {"libcurl.so.4", "libcurl-gnutls.so.4", "libcurl.4.dylib", "libcurl.so"})
      if (!library) library = ::dlopen(name, RTLD_NOW | RTLD_LOCAL);
    if (!library) {
      missing = "the library libcurl is not installed";
      return;
    }
    find(library, "curl_global_init", global_init);
    find(library, "curl_easy_init", easy_init);
    find(library, "curl_easy_cleanup", easy_cleanup);
    find(library, "curl_easy_perform", easy_perform);
    find(library, "curl_easy_strerror", easy_strerror);
    find(library, "curl_easy_setopt", set);
    find(library, "curl_easy_getinfo", get);
    if (missing.empty() && global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) missing = "libcurl does not start";
  }

  template <class Function>
  void find(void* library, const char* name, Function& function) {
    function = reinterpret_cast<Function>(::dlsym(library, name));
    if (!function) missing = fmt::format("libcurl has no {}", name);
  }
};

const Library& library() {
  static const Library opened;
  return opened;
}

// What callbacks need; nothing may be thrown through libcurl.
struct Running {
  const Transfer& transfer;
  int64_t came = 0;
  bool not_written = false, too_long = false;
};

size_t take(char* bytes, size_t size, size_t count, void* pointer) {
  auto& running = *static_cast<Running*>(pointer);
  const size_t all = size * count;
  running.came += int64_t(all);
  running.too_long = running.transfer.limit > 0 && running.transfer.offset + running.came > running.transfer.limit;
  if (running.too_long) return 0;
  try {
    running.not_written = !running.transfer.write(bytes, all);
  } catch (...) {
    running.not_written = true;
  }
  return running.not_written ? 0 : all;
}

int report(void* pointer, curl_off_t total, curl_off_t, curl_off_t, curl_off_t) {
  auto& running = *static_cast<Running*>(pointer);
  const int64_t offset = running.transfer.offset;
  try {
    return running.transfer.progress(offset + running.came, total > 0 ? offset + total : 0) ? 0 : 1;
  } catch (...) {
    return 1;
  }
}

void set_options(CURL* curl, Running& running, char* message) {
  const auto set = library().set;
  const std::string agent = fmt::format("cajal/{}", version);
  set(curl, CURLOPT_URL, running.transfer.url.c_str());
  set(curl, CURLOPT_USERAGENT, agent.c_str());
  set(curl, CURLOPT_ERRORBUFFER, message);
  set(curl, CURLOPT_FAILONERROR, 1L);
  set(curl, CURLOPT_FOLLOWLOCATION, 1L);
  set(curl, CURLOPT_MAXREDIRS, 10L);
#if LIBCURL_VERSION_NUM >= 0x075500
  set(curl, CURLOPT_PROTOCOLS_STR, "http,https,file");
  set(curl, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
#else
  set(curl, CURLOPT_PROTOCOLS, long(CURLPROTO_HTTP | CURLPROTO_HTTPS | CURLPROTO_FILE));
  set(curl, CURLOPT_REDIR_PROTOCOLS, long(CURLPROTO_HTTP | CURLPROTO_HTTPS));
#endif
  set(curl, CURLOPT_NOSIGNAL, 1L);
  set(curl, CURLOPT_CONNECTTIMEOUT, 20L);
  set(curl, CURLOPT_LOW_SPEED_LIMIT, 10L);  // bytes a second
  set(curl, CURLOPT_LOW_SPEED_TIME, 60L);   // seconds
  set(curl, CURLOPT_RESUME_FROM_LARGE, curl_off_t(running.transfer.offset));
  set(curl, CURLOPT_WRITEFUNCTION, take);
  set(curl, CURLOPT_WRITEDATA, static_cast<void*>(&running));
  set(curl, CURLOPT_NOPROGRESS, running.transfer.progress ? 0L : 1L);
  set(curl, CURLOPT_XFERINFOFUNCTION, report);
  set(curl, CURLOPT_XFERINFODATA, static_cast<void*>(&running));
}

TransferResult result_of(CURLcode code, const Running& running, long status, const char* message) {
  if (code == CURLE_OK) return {};
  if (running.not_written) return {TransferEnd::not_written};
  if (running.too_long) return {TransferEnd::failed, "it is longer than it should be"};
  if (code == CURLE_ABORTED_BY_CALLBACK) return {TransferEnd::stopped};
  if (code == CURLE_RANGE_ERROR || code == CURLE_BAD_DOWNLOAD_RESUME || status == 416)
    return {TransferEnd::cannot_resume};
  if (code == CURLE_HTTP_RETURNED_ERROR) return {TransferEnd::failed, fmt::format("the server answers {}", status)};
  return {TransferEnd::failed, *message ? message : library().easy_strerror(code)};
}

}  // namespace

const std::string& why_no_curl() { return library().missing; }

TransferResult transfer(const Transfer& transfer) {
  CURL* curl = library().easy_init();
  if (!curl) return {TransferEnd::failed, "libcurl does not start"};
  char message[CURL_ERROR_SIZE] = "";
  Running running{transfer};
  set_options(curl, running, message);
  const CURLcode code = library().easy_perform(curl);
  long status = 0;
  library().get(curl, CURLINFO_RESPONSE_CODE, &status);
  library().easy_cleanup(curl);
  return result_of(code, running, status, message);
}

}  // namespace cajal::internal

#else

namespace cajal::internal {

const std::string& why_no_curl() {
  static const std::string reason = "this build was made without libcurl";
  return reason;
}

TransferResult transfer(const Transfer&) { return {TransferEnd::failed, why_no_curl()}; }

}  // namespace cajal::internal

#endif
