// libcurl, opened when it is first needed: a program that fetches nothing does not load it.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

namespace cajal::internal {

struct Transfer {
  std::string url;
  int64_t offset = 0;  ///< bytes that are there already
  int64_t limit = 0;   ///< most bytes to be taken, the offset included; 0: any number
  /// Takes bytes; false where they cannot be written.
  std::function<bool(const char* bytes, size_t size)> write = {};
  /// Bytes so far and in all (0: not known), the offset included; false stops.
  std::function<bool(int64_t done, int64_t total)> progress = {};
};

enum class TransferEnd { done, cannot_resume, not_written, stopped, failed };

struct TransferResult {
  TransferEnd end = TransferEnd::done;
  std::string reason = {};  ///< why it failed, as libcurl or the server says it
};

/// Empty where libcurl can be used; else why not.
const std::string& why_no_curl();

/// Only where libcurl can be used.
TransferResult transfer(const Transfer& transfer);

}  // namespace cajal::internal
