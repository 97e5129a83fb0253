// UndrawnWeights: layers made to be counted, not to be used.
#pragma once

namespace cajal {

/// While one lives, layers that this thread builds have weights of zeros that take no memory until they are written: to
/// learn how large a network would be before its numbers are drawn.
class UndrawnWeights {
 public:
  UndrawnWeights();
  ~UndrawnWeights();
  UndrawnWeights(const UndrawnWeights&) = delete;
  UndrawnWeights& operator=(const UndrawnWeights&) = delete;

  static bool wanted();

 private:
  bool before_;
};

}  // namespace cajal
