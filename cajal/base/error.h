// The one exception of the library: what was wrong with the input, where, and what to try.
#pragma once

#include <exception>
#include <string>
#include <string_view>

namespace cajal {

/// Why an operation was refused. The numbers never change: language bindings use them.
enum class Code {
  invalid_argument = 1,  ///< a value, shape, type or option that cannot be used
  not_found = 2,         ///< a file, name or layer that does not exist
  bad_data = 3,          ///< bytes that are not what they claim to be: truncated, foreign, damaged
  io = 4,                ///< the operating system refused: permission, full disk, closed pipe
  out_of_memory = 5,     ///< the memory asked for is not there
  unsupported = 6,       ///< meaningful, but not possible on this machine or with this build
  interrupted = 7,       ///< stopped from outside before the end
};

/// Thrown where the caller's input was wrong, and nowhere else.
///
/// `message()` is one sentence that names the thing, what was expected and what came; `where()` says at which
/// layer, file or line; `hint()` says what to try. `what()` joins the three, each on a line of its own.
class Error : public std::exception {
 public:
  Error(Code code, std::string message, std::string where = {}, std::string hint = {});

  Code code() const noexcept { return code_; }
  const std::string& message() const noexcept { return message_; }
  const std::string& where() const noexcept { return where_; }
  const std::string& hint() const noexcept { return hint_; }
  const char* what() const noexcept override { return text_.c_str(); }

  /// The same error with a place put in front of the one it has: callers add their name on the way up.
  Error at(std::string_view place) const;

 private:
  Code code_;
  std::string message_, where_, hint_, text_;
};

/// Shorthand for the commonest error.
[[noreturn]] void fail(std::string message, std::string hint = {});

}  // namespace cajal
