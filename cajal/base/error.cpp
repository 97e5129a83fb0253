#include "cajal/base/error.h"

namespace cajal {

Error::Error(Code code, std::string message, std::string where, std::string hint)
    : code_(code), message_(std::move(message)), where_(std::move(where)), hint_(std::move(hint)) {
  text_ = message_;
  if (!where_.empty()) text_ += "\n  In " + where_ + ".";
  if (!hint_.empty()) text_ += "\n  Try: " + hint_;
}

Error Error::at(std::string_view place) const {
  std::string joined = where_.empty() ? std::string(place) : std::string(place) + ", " + where_;
  return {code_, message_, std::move(joined), hint_};
}

void fail(std::string message, std::string hint) {
  throw Error(Code::invalid_argument, std::move(message), {}, std::move(hint));
}

}  // namespace cajal
