// A convolution of this backend, ready to run: its pieces, their primitives, and what turns kernels over.
#pragma once

#include <memory>
#include <vector>

#include "cajal/backends/onednn/internal/finish.h"
#include "cajal/backends/onednn/internal/primitive.h"
#include "cajal/backends/onednn/internal/types.h"

namespace cajal::onednn {

class Convolution {
 public:
  /// Null where oneDNN has no fast implementation. Runs on at most `threads` threads.
  static std::shared_ptr<const Convolution> make(ConvKind kind, const ConvGeometry& sizes, const Types& types,
                                                 int threads);

  /// Bytes of scratch memory.
  size_t workspace() const;
  /// Whichever of the three is the output is written; `steps` belong to an image or a result.
  void run(std::byte* image, std::byte* kernel, std::byte* result, const Finish& steps,
           std::byte* workspace) const noexcept;
  const std::string& implementation() const { return primitives_[0].implementation; }

 private:
  struct Piece {
    int64_t image = 0, result = 0;  // where they begin
    int64_t count = 0;              // elements of its output
    size_t primitive = 0;
  };
  bool add_pieces(const ConvGeometry& sizes);
  bool add_turns(const ConvGeometry& sizes);
  bool rounds() const { return types_.output == DType::bfloat16; }
  void turn(const std::byte* from, std::byte* to, std::byte* scratch) const noexcept;
  void run_images(std::byte* image, std::byte* kernel, std::byte* result, const Finish& steps,
                  std::byte* workspace) const noexcept;
  void run_piece(const Piece& piece, std::byte* image, std::byte* kernel, std::byte* result, const Finish& steps,
                 std::byte* scratch) const noexcept;
  void run_kernel(std::byte* image, float* kernel, std::byte* result, std::byte* workspace) const noexcept;

  ConvKind kind_ = ConvKind::forward;
  Types types_;
  int64_t channels_ = 1;  // of the output
  std::vector<ConvolutionPrimitive> primitives_;
  std::vector<Piece> pieces_;
  std::vector<Reorder> turns_;  // between the kernel as Cajal has it and as the primitives want it, part by part
  size_t kernel_bytes_ = 0;     // of one turned kernel
  size_t scratch_bytes_ = 0;    // of one piece or turn
  size_t made_bytes_ = 0;       // of a piece's output in float32, where it is rounded afterwards
  size_t slots_ = 1;            // pieces that run at a time
};

}  // namespace cajal::onednn
