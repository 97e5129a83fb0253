// Running a plan.
#include <algorithm>
#include <cstring>

#include "cajal/base/parallel.h"
#include "cajal/base/random.h"
#include "cajal/program/internal/memory.h"
#include "cajal/program/plan.h"

namespace cajal {
namespace {

void fill_guards(std::byte* arena, const Region& region) {
  std::memset(arena + region.offset - guard_bytes, guard_pattern, guard_bytes);
  std::memset(arena + region.offset + region.bytes - region.unused, guard_pattern, region.unused + guard_bytes);
}

bool guards_whole(const std::byte* arena, const Region& region) {
  auto whole = [](const std::byte* from, size_t bytes) {
    return std::all_of(from, from + bytes, [](std::byte b) { return uint8_t(b) == guard_pattern; });
  };
  const std::byte* start = arena + region.offset;
  return whole(start - guard_bytes, guard_bytes) &&
         whole(start + region.bytes - region.unused, region.unused + guard_bytes);
}

bool has_dims(const Tensor& tensor, const std::vector<int64_t>& dims) {
  if (tensor.rank() != int(dims.size())) return false;
  for (int axis = 0; axis < tensor.rank(); ++axis)
    if (tensor.dim(axis) != dims[size_t(axis)]) return false;
  return true;
}

// All ones: NaN as a float, far out of range as an index.
void overwrite(std::byte* arena, const Region& region) { std::memset(arena + region.offset, 0xFF, region.bytes); }

}  // namespace

Instance::Instance(std::shared_ptr<const Plan> plan)
    : plan_(std::move(plan)), arena_(std::make_shared<Buffer>(plan_->arena_bytes)), fed_(plan_->inputs.size()) {}

Instance::~Instance() = default;

std::byte* Instance::address(const Location& location) const {
  switch (location.kind) {
    case Location::Kind::variable: return plan_->variables[size_t(location.index)].value().raw();
    case Location::Kind::constant: return plan_->constants[size_t(location.index)].raw();
    case Location::Kind::input:
      if (fed_[size_t(location.index)].defined()) return fed_[size_t(location.index)].raw();
      return arena_->data() + location.offset;
    default: return arena_->data() + location.offset;
  }
}

// Looks up all addresses once; run() only walks over the calls.
void Instance::bind() {
  size_t count = 0;
  for (const Step& step : plan_->steps) count += step.operands.size();
  operands_.clear();
  operands_.reserve(count);
  calls_.clear();
  kernels_.clear();
  for (const Step& step : plan_->steps) {
    const size_t first = operands_.size();
    for (int index : step.operands) {
      const PlanValue& value = plan_->values[size_t(index)];
      int64_t size = 1;
      for (int64_t dim : value.dims) size *= dim;
      operands_.push_back({address(value.location), value.spec.dtype, int(value.dims.size()), value.dims.data(), size});
    }
    Call call;
    const GraphNode& node = plan_->graph.nodes[size_t(step.node)];
    call.attributes = node.attributes.get();
    call.prepared = step.prepared.get();
    call.in = {operands_.data() + first, size_t(step.inputs)};
    call.out = {operands_.data() + first + size_t(step.inputs), step.operands.size() - size_t(step.inputs)};
    call.workspace = step.workspace_bytes ? address(step.workspace) : nullptr;
    if (step.packed >= 0) call.packed = address(plan_->values[size_t(step.packed)].location);
    call.random_id = node.random_id;
    call.node = step.node;
    call.run = &run_;
    calls_.push_back(call);
    kernels_.push_back(step.run);
  }
  moves_ = Variable::moves();
  bound_ = true;
}

Tensor Instance::input(int index) const {
  const int value = plan_->inputs.at(size_t(index));
  const PlanValue& at = plan_->values[size_t(value)];
  return Tensor::view(arena_, at.location.offset, Shape::of(at.dims), at.spec.dtype);
}

void Instance::feed(int index, const Tensor& value) {
  const PlanValue& at = plan_->values[size_t(plan_->inputs.at(size_t(index)))];
  if (!has_dims(value, at.dims) || value.dtype() != at.spec.dtype)
    fail("input " + std::to_string(index) + " is " + at.spec.text() + " and was given " +
         Spec{value.shape(), value.dtype()}.text());
  const bool direct = value.is_contiguous() && reinterpret_cast<uintptr_t>(value.raw()) % 64 == 0;
  Tensor& fed = fed_[size_t(index)];
  if (direct && fed.defined() && fed.raw() == value.raw() && fed.buffer() == value.buffer()) return;
  const std::byte* before = fed.defined() ? fed.raw() : nullptr;
  fed = direct ? value : Tensor();
  if (!direct) input(index).assign(value);
  const std::byte* now = fed.defined() ? fed.raw() : nullptr;
  if (before != now) bound_ = false;
}

void Instance::begin(uint64_t step, int64_t sample_offset) {
  run_.step = step;
  run_.sample_offset = sample_offset;
  run_.status.node = -1;
  if (!bound_ || moves_ != Variable::moves()) bind();
  if (!plan_->narrow_copies.empty() && changes_ != Variable::changes() + 1) round_copies();
}

void Instance::round_copies() {
  for (const NarrowCopy& narrow : plan_->narrow_copies) {
    const float* from = narrow.of.value().data<float>();
    bfloat16* to = reinterpret_cast<bfloat16*>(narrow.copy.value().raw());
    parallel_for(narrow.of.size(), 16 * 1024, [&](int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; ++i) to[i] = bfloat16(from[i]);
    });
  }
}

void Instance::run(uint64_t step, int64_t sample_offset) {
  if (plan_->memory == Memory::guard) {
    start(step);
    run_.sample_offset = sample_offset;
    while (this->step()) {
    }
    return;
  }
  begin(step, sample_offset);
  {
    FlushDenormals flush;
    // What follows a bad index is not run: a wrong label must not reach the weights.
    for (size_t i = first_step(); i < kernels_.size() && run_.status.node.load(std::memory_order_relaxed) < 0; ++i)
      kernels_[i](calls_[i]);
  }
  end();
}

// Where a run begins: behind the standing steps, if no Variable changed since they were carried out.
size_t Instance::first_step() {
  if (plan_->standing_steps == 0 && plan_->narrow_copies.empty()) return 0;
  const uint64_t now = Variable::changes() + 1;  // not 0, which stands for never
  if (changes_ == now) return size_t(plan_->standing_steps);
  changes_ = now;
  return 0;
}

void Instance::end() {
  if (!plan_->graph.assignments.empty()) {
    // What the run itself assigned, no standing step reads, and copies were written with it.
    const uint64_t before = Variable::changes();
    Variable::note_change();
    if (changes_ == before + 1 && Variable::changes() == before + 1) changes_ = before + 2;
  }
  if (run_.status.node.load(std::memory_order_relaxed) >= 0) changes_ = 0;  // a standing step may be wanting
  check_status();
}

void Instance::check_status() const {
  const int id = run_.status.node;
  if (id < 0) return;
  const GraphNode& node = plan_->graph.nodes[size_t(id)];
  throw Error(Code::invalid_argument,
              std::string(node.op->name) + " met the index " + std::to_string(run_.status.value) + "; expected 0 to " +
                  std::to_string(run_.status.limit - 1),
              node.scope && !node.scope->empty() ? "'" + *node.scope + "'" : std::string(),
              "look for a label or an index in the data that is out of range");
}

Tensor Instance::output(int index) const {
  const PlanValue& at = plan_->values[size_t(plan_->outputs.at(size_t(index)))];
  switch (at.location.kind) {
    case Location::Kind::variable:
      return plan_->variables[size_t(at.location.index)].value().reshape(Shape::of(at.dims));
    case Location::Kind::constant: return plan_->constants[size_t(at.location.index)].reshape(Shape::of(at.dims));
    case Location::Kind::input:
      if (fed_[size_t(at.location.index)].defined()) return fed_[size_t(at.location.index)].reshape(Shape::of(at.dims));
      [[fallthrough]];
    default: return Tensor::view(arena_, at.location.offset, Shape::of(at.dims), at.spec.dtype);
  }
}

Tensor Instance::value(Value source) const {
  if (plan_->memory != Memory::keep)
    fail("values inside a program can be read only if it was compiled with Memory::keep");
  const int index = plan_->find(source);
  if (index < 0) fail("the program has no value of node " + std::to_string(source.node));
  const PlanValue& at = plan_->values[size_t(index)];
  if (at.location.kind != Location::Kind::arena) {
    const std::byte* data = address(at.location);
    Tensor copy(Shape::of(at.dims), at.spec.dtype);
    std::memcpy(copy.raw(), data, copy.bytes());
    return copy;
  }
  return Tensor::view(arena_, at.location.offset, Shape::of(at.dims), at.spec.dtype);
}

void Instance::start(uint64_t step) {
  begin(step, 0);
  next_ = 0;
}

bool Instance::step() {
  if (next_ >= int(kernels_.size())) return false;
  const bool guard = plan_->memory == Memory::guard;
  std::byte* arena = arena_->data();
  if (guard)
    for (const Region& region : plan_->regions)
      if (region.first == next_ || (next_ == 0 && region.first < 0)) fill_guards(arena, region);
  {
    FlushDenormals flush;
    kernels_[size_t(next_)](calls_[size_t(next_)]);
  }
  check_status();
  if (guard)
    for (const Region& region : plan_->regions) {
      if (region.first > next_ || region.last < next_) continue;
      if (!guards_whole(arena, region))
        throw Error(Code::unsupported,
                    "the kernel '" + plan_->steps[size_t(next_)].name + "' wrote outside of its buffers");
      if (region.last == next_) overwrite(arena, region);
    }
  if (++next_ < int(kernels_.size())) return true;
  end();
  return false;
}

}  // namespace cajal
