// UndrawnWeights: layers made to be counted, not to be used.
#pragma once

namespace cajal {

/// While one lives, layers that this thread builds have weights of shapes and no memory: to learn how large a network
/// would be before its numbers are drawn. Nothing may run with them.
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
