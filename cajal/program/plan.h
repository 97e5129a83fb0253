// Plan and Instance: a graph compiled for given shapes, and the memory in which it runs.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "cajal/program/kernel.h"

namespace cajal {

/// How buffers share memory.
enum class Memory {
  tight,  ///< a buffer is used again as soon as its value is dead
  keep,   ///< every value stays readable after the run: lessons, the studio, debugging; nothing is fused
  guard,  ///< as tight, with canaries between the buffers and dead values overwritten: finds kernels that stray
};

/// The types in which a plan computes and stores.
enum class Precision : uint8_t {
  float32,
  mixed_bfloat16,  ///< products and what is carried between them in bfloat16, all else in float32
};

/// How `compile` makes a plan of a graph.
struct CompileOptions {
  bool training = false;  ///< what `training()` is
  Memory memory = Memory::tight;
  std::vector<const Backend*> backends = {};  ///< in order of preference; empty: the default ones
  bool fuse = true;
  int threads = 0;  ///< the most threads a run may use; 0: what threads() is when compiled
  /// Kernels that are settled, such as those of the checkpoint from which a training goes on; null: `tuned_kernels()`.
  std::shared_ptr<const KernelTable> kernels = nullptr;
  Precision precision = Precision::float32;
  std::vector<std::string> float32_scopes = {};  ///< of mixed precision: what stays as it is (see mix_precision)
};

/// Where the bytes of a value are.
struct Location {
  enum class Kind : uint8_t { arena, variable, constant, input } kind = Kind::arena;
  int index = 0;      ///< which variable, constant or input
  size_t offset = 0;  ///< in the arena; an input's own copy lies there too
};

/// One kernel call of a plan.
struct Step {
  int node = 0;  ///< in Plan::graph
  KernelFunction run = nullptr;
  std::string name;  ///< "cpu matmul packed", "reference sort"
  std::shared_ptr<const void> prepared;
  std::vector<int> operands;  ///< inputs, then outputs: indices into Plan::values
  int inputs = 0;
  Location workspace;
  size_t workspace_bytes = 0;
  int packed = -1;  ///< the value that Call::packed is; -1: none
};

/// A value of a plan: a node's output with its place in memory.
struct PlanValue {
  Value source;
  Spec spec;
  std::vector<int64_t> dims;
  Location location;
  int first = 0, last = 0;  ///< the steps that make it and read it last
  bool stands = false;      ///< changes only when Variables do that the plan leaves alone; with Memory::tight only
};

/// A stretch of the arena and the steps during which it is in use.
struct Region {
  size_t offset = 0, bytes = 0;
  int first = 0, last = 0;
  size_t unused = 0;  ///< the bytes at its end that only round it up
};

/// A Variable rounded to bfloat16, which the step that assigns the Variable writes in the same pass.
struct NarrowCopy {
  Variable of, copy;
};

/// A compiled graph: immutable, shared by any number of Instances.
struct Plan {
  Graph graph;  ///< after all rewrites and fusions, every shape concrete
  Memory memory = Memory::tight;
  std::vector<PlanValue> values;
  std::vector<Step> steps;
  /// So many steps, the first ones, depend on nothing but Variables that the plan does not change: they are carried out
  /// only when one has changed. With Memory::tight only.
  int standing_steps = 0;
  std::vector<int> outputs;         ///< values
  std::vector<int> inputs;          ///< values, in the caller's order; -1: never read
  std::vector<Variable> variables;  ///< whose storage the steps read and write
  /// Read by the steps, and made again before a run where a Variable was changed by others. With Memory::tight only.
  std::vector<NarrowCopy> narrow_copies;
  std::vector<Tensor> constants;
  std::vector<Region> regions;
  size_t arena_bytes = 0;
  KernelTable kernels;  ///< of the calls that several kernels can carry out

  /// The value of a node's output; -1 if it has none (fused away).
  int find(Value value) const;
  /// One line per step: its share of the arithmetic, kernel, what it computes, shapes, places.
  std::string text() const;
};

/// What a node computes: "conv + bias + relu" of one that was fused.
std::string description(const GraphNode& node);

/// Whether the step makes a value of its node; false of copies, and of the packing of weights.
bool makes_value(const Plan& plan, const Step& step);

/// Multiplications and additions of a step by the plain algorithm: what the work would be without cleverness.
double flops_of(const Plan& plan, const Step& step);

/// Binds kernels, fuses, plans memory. The graph's symbols are given by `bindings`.
std::shared_ptr<const Plan> compile(const Graph& graph, const Bindings& bindings, const CompileOptions& options = {});

/// Time and work of one step of a profiled run.
struct StepProfile {
  std::string kernel;  ///< its name, and shapes
  std::string op;      ///< what it computes, as `description` tells
  std::string scope;
  double seconds = 0;
  double bytes = 0;  ///< read and written, counted once each
  double flops = 0;  ///< floating point operations of the plain algorithm
};

/// The memory in which a Plan runs. Running allocates nothing. Not for two threads at a time; make two Instances.
class Instance {
 public:
  explicit Instance(std::shared_ptr<const Plan> plan);
  ~Instance();
  Instance(const Instance&) = delete;
  Instance& operator=(const Instance&) = delete;

  const Plan& plan() const { return *plan_; }
  std::shared_ptr<const Plan> shared_plan() const { return plan_; }

  /// The memory of an input: write the next batch here, or let `feed` do it.
  Tensor input(int index) const;
  /// Uses the tensor's memory as the input where it is contiguous and 64-byte aligned (it must then live until the run
  /// is over), copies it otherwise.
  void feed(int index, const Tensor& value);

  /// Runs all steps. Throws Error where a kernel met an index out of range.
  void run(uint64_t step = 0, int64_t sample_offset = 0);
  /// The memory of a result: valid until the next run.
  Tensor output(int index) const;
  /// Any value, for plans compiled with Memory::keep.
  Tensor value(Value source) const;

  /// Step by step: `start`, then `step` until it returns false.
  void start(uint64_t step = 0);
  bool step();
  int next_step() const { return next_; }

  /// Runs once and measures each step, those that stand left out unless a Variable changed.
  std::vector<StepProfile> profile(uint64_t step = 0);

  void set_seed(uint64_t seed) { run_.seed = seed; }
  uint64_t seed() const { return run_.seed; }

  /// Of the last run: the bad index that stopped it, if one did (`node` is not negative then).
  const Status& status() const { return run_.status; }

 private:
  std::byte* address(const Location& location) const;
  void bind();
  void begin(uint64_t step, int64_t sample_offset);
  void round_copies();
  size_t first_step();
  void end();
  void check_status() const;

  std::shared_ptr<const Plan> plan_;
  std::shared_ptr<Buffer> arena_;
  std::vector<Tensor> fed_;              // inputs that lie in the caller's memory
  std::vector<Operand> operands_;        // of all steps, one after the other
  std::vector<Call> calls_;              // one per step
  std::vector<KernelFunction> kernels_;  // one per step
  uint64_t changes_ = 0;                 // Variable::changes() when what is made of Variables alone was made
  Run run_;
  uint64_t moves_ = 0;  // Variable::moves() when the addresses were looked up
  bool bound_ = false;
  int next_ = 0;
};

/// "matmul 128x784x512  1.2 ms  3 MB  180 GFLOP/s": a table of a profile, sorted by time; shares of `peak` if given.
std::string text(const std::vector<StepProfile>& profile, double peak_flops = 0, double peak_bytes = 0);

}  // namespace cajal
