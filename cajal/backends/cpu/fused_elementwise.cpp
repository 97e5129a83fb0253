// A chain of element-wise ops in one pass: block after block goes through all instructions while it lies in the
// first-level cache.
//
// `prepare` turns the chain into a table of pointers: for each instruction its inputs, then its output. Some point to
// scratch memory of the thread (intermediate values; scalars, rows and columns spread out to a block), the others move
// along the operands from block to block. Outputs are written where they belong.
#include "cajal/backends/cpu/internal/parts.h"
#include "cajal/backends/cpu/internal/spread.h"
#include "cajal/program/fused.h"
#include "hwy/cache_control.h"

namespace cajal::cpu {
namespace {

constexpr int64_t kBlock = 1024;     // elements
constexpr int64_t kScratch = 20480;  // bytes of scratch memory that leave room for the operands in 32 KiB

// Where an entry of the pointer table points to.
struct Entry {
  enum class Kind : uint8_t { scratch, moving, row } kind = Kind::scratch;
  int16_t operand = 0;  // of the inputs, then the outputs
  int32_t slot = 0;     // of the scratch memory
  int64_t bytes = 4;    // of an element
  int64_t repeats = 0;  // of a row: for how many rows it stands; 0: all
};

// An input that is spread out into scratch memory.
struct Spread {
  Reading reading;
  int32_t operand, slot;
  int64_t bytes;
  SpreadValue value;
  SpreadRow row;
  int64_t repeats = 0;
};

struct Instruction {
  BlockFunction run;
  const void* attributes;
  int32_t first, inputs;  // in the table
};

struct Chain {
  std::vector<Instruction> instructions;
  std::vector<Entry> entries;
  std::vector<int32_t> moves;      // the entries that change from block to block
  std::vector<Spread> once, each;  // spread out once per run, or for each block
  int64_t rows = 1, columns = 0, total = 0;
  int64_t block = 0;  // elements: whole rows, or a piece of one
  int64_t rows_per_block = 1;
  int64_t pieces_per_row = 1;  // more than one where a row is longer than a block
  int64_t blocks = 0;
  int64_t slots = 0, slot_bytes = 0, table_bytes = 0;
  int parts = 1;

  size_t part_bytes() const { return size_t(table_bytes + slots * slot_bytes); }
};

// Gives scratch slots to values and takes them back.
class Slots {
 public:
  int32_t take() {
    if (free_.empty()) return count_++;
    const int32_t slot = free_.back();
    free_.pop_back();
    return slot;
  }
  void give_back(int32_t slot) { free_.push_back(slot); }
  int64_t count() const { return count_; }

 private:
  std::vector<int32_t> free_;
  int32_t count_ = 0;
};

class Builder {
 public:
  explicit Builder(const KernelQuery& query) : query_(query), fused_(query.options<FusedElementwise>()) {}

  std::shared_ptr<const Chain> build() {
    choose_view();
    find_last_reads();
    // Which inputs are spread out follows from the size of a block, and that from the number of slots.
    const int64_t widest = widest_element();
    for (int64_t block = kBlock;; block /= 2) {
      lay_out(block);
      if (block <= 256 || chain_.slots * block * widest <= kScratch) break;
    }
    chain_.slot_bytes = round_up(chain_.block * widest, 64);
    chain_.table_bytes = round_up(int64_t(chain_.entries.size() * sizeof(void*)), 64);
    const int64_t work = chain_.total * int64_t(1 + fused_.instructions.size()) / 2;
    chain_.parts = int(
        std::min<int64_t>(parts_for(work, kElementsPerThread, query_.threads), std::max<int64_t>(chain_.blocks, 1)));
    return std::make_shared<const Chain>(std::move(chain_));
  }

 private:
  size_t inputs() const { return query_.inputs.size(); }

  // A chain without rows and columns is one long row that may be cut anywhere.
  void choose_view() {
    chain_.total = fused_.rows * fused_.columns;
    chain_.rows = fused_.rows, chain_.columns = fused_.columns;
    const bool flat = std::all_of(fused_.readings.begin(), fused_.readings.end(), [](Reading reading) {
      return reading == Reading::full || reading == Reading::scalar;
    });
    if (!flat) return;
    chain_.rows = 1, chain_.columns = chain_.total;
  }

  void find_last_reads() {
    last_read_.assign(inputs() + fused_.instructions.size(), -1);
    for (size_t k = 0; k < fused_.instructions.size(); ++k)
      for (int input : fused_.instructions[k].inputs) last_read_[size_t(input)] = int(k);
  }

  int64_t widest_element() const {
    int64_t widest = 1;
    for (const Spec& spec : query_.inputs) widest = std::max(widest, int64_t(size_of(spec.dtype)));
    for (const auto& instruction : fused_.instructions) widest = std::max(widest, int64_t(size_of(instruction.type)));
    return widest;
  }

  void cut(int64_t block) {
    const int64_t columns = std::max<int64_t>(chain_.columns, 1);
    const int64_t row_pieces = divide_up(columns, block);
    chain_.pieces_per_row = row_pieces;
    chain_.rows_per_block =
        row_pieces > 1 ? 1 : std::clamp<int64_t>(block / columns, 1, std::max<int64_t>(chain_.rows, 1));
    chain_.block = row_pieces > 1 ? block : chain_.rows_per_block * columns;
    chain_.blocks = chain_.total == 0 ? 0
                    : row_pieces > 1  ? chain_.rows * row_pieces
                                      : divide_up(chain_.rows, chain_.rows_per_block);
  }

  void lay_out(int64_t block) {
    cut(block);
    chain_.instructions.clear(), chain_.entries.clear(), chain_.moves.clear(), chain_.once.clear(), chain_.each.clear();
    slots_ = Slots();
    registers_.clear();
    for (size_t i = 0; i < inputs(); ++i) registers_.push_back(input(int16_t(i)));
    for (size_t k = 0; k < fused_.instructions.size(); ++k) add(int(k));
    for (size_t e = 0; e < chain_.entries.size(); ++e)
      if (chain_.entries[e].kind != Entry::Kind::scratch) chain_.moves.push_back(int32_t(e));
    chain_.slots = slots_.count();
  }

  Entry input(int16_t i) {
    const int64_t bytes = int64_t(size_of(query_.inputs[size_t(i)].dtype));
    const Reading reading = fused_.readings[size_t(i)];
    if (reading == Reading::full) return {Entry::Kind::moving, i, 0, bytes};
    // A row is read where it is, unless a block has several.
    const int64_t repeats = reading == Reading::rows ? fused_.repeats[size_t(i)] : 0;
    const bool is_row = reading == Reading::row || reading == Reading::rows;
    if (is_row && chain_.rows_per_block == 1) return {Entry::Kind::row, i, 0, bytes, repeats};
    const int32_t slot = slots_.take();
    const bool changes = reading == Reading::column || reading == Reading::rows;
    (changes ? chain_.each : chain_.once)
        .push_back({reading, i, slot, bytes, spread_value(bytes), spread_row(), repeats});
    return {Entry::Kind::scratch, i, slot, bytes};
  }

  void add(int k) {
    const auto& instruction = fused_.instructions[size_t(k)];
    chain_.instructions.push_back({instruction.run, instruction.attributes.get(), int32_t(chain_.entries.size()),
                                   int32_t(instruction.inputs.size())});
    for (int input : instruction.inputs) chain_.entries.push_back(registers_[size_t(input)]);
    const Entry out = result(k);
    chain_.entries.push_back(out);
    registers_.push_back(out);
  }

  // Into the output's memory, into that of an input that nothing reads any more, or into new scratch memory.
  Entry result(int k) {
    const auto& instruction = fused_.instructions[size_t(k)];
    const int64_t bytes = int64_t(size_of(instruction.type));
    const auto output = std::find(fused_.results.begin(), fused_.results.end(), k);
    Entry out{Entry::Kind::moving, 0, 0, bytes};
    if (output != fused_.results.end()) out.operand = int16_t(int64_t(inputs()) + (output - fused_.results.begin()));
    else out.kind = Entry::Kind::scratch, out.slot = -1;
    std::vector<int> seen;
    for (int input : instruction.inputs) {
      const Entry& from = registers_[size_t(input)];
      if (size_t(input) < inputs() || from.kind != Entry::Kind::scratch || last_read_[size_t(input)] != k) continue;
      if (std::find(seen.begin(), seen.end(), input) != seen.end()) continue;
      seen.push_back(input);
      if (out.slot < 0 && from.bytes == bytes) out.slot = from.slot;
      else later_.push_back(from.slot);
    }
    if (out.slot < 0) out.slot = slots_.take();
    // Only now: the result of a wider type must not lie over an input that is still being read.
    for (int32_t slot : later_) slots_.give_back(slot);
    later_.clear();
    return out;
  }

  const KernelQuery& query_;
  const FusedElementwise& fused_;
  Chain chain_;
  Slots slots_;
  std::vector<int32_t> later_;
  std::vector<int> last_read_;    // by register
  std::vector<Entry> registers_;  // where each register's value is
};

// ------------------------------------------------------------------------------------------------ running

// One thread's share of a run.
class Part {
 public:
  Part(const Chain& chain, const Call& call, int64_t part)
      : chain_(chain),
        call_(call),
        table_(reinterpret_cast<std::byte**>(call.workspace + size_t(part) * chain.part_bytes())),
        scratch_(reinterpret_cast<std::byte*>(table_) + chain.table_bytes) {}

  void run(Range blocks) const {
    for (size_t e = 0; e < chain_.entries.size(); ++e) table_[e] = slot(chain_.entries[e].slot);
    for (const Spread& spread : chain_.once) fill(spread);
    for (int64_t b = blocks.begin; b < blocks.end; ++b) run_block(b);
  }

 private:
  std::byte* slot(int32_t index) const { return scratch_ + index * chain_.slot_bytes; }
  std::byte* data(int32_t operand) const {
    const size_t i = size_t(operand), inputs = call_.in.size();
    return i < inputs ? call_.in[i].data : call_.out[i - inputs].data;
  }

  void fill(const Spread& spread) const {
    const int64_t count = std::min(chain_.block, chain_.total);
    if (spread.reading == Reading::scalar) spread.value(data(spread.operand), slot(spread.slot), count);
    else spread.row(data(spread.operand), slot(spread.slot), chain_.columns * spread.bytes, count * spread.bytes);
  }

  void run_block(int64_t b) const {
    int64_t row = b * chain_.rows_per_block, column = 0, count;
    if (chain_.pieces_per_row > 1) {
      row = b / chain_.pieces_per_row;
      column = b % chain_.pieces_per_row * chain_.block;
      count = std::min(chain_.block, chain_.columns - column);
    } else {
      count = std::min(chain_.rows_per_block, chain_.rows - row) * chain_.columns;
    }
    const int64_t first = row * chain_.columns + column;
    for (int32_t e : chain_.moves) {
      const Entry& entry = chain_.entries[size_t(e)];
      int64_t at = first;
      if (entry.kind == Entry::Kind::row) at = column + (entry.repeats ? row / entry.repeats * chain_.columns : 0);
      table_[e] = data(entry.operand) + at * entry.bytes;
      if (b + 1 < chain_.blocks && entry.kind == Entry::Kind::moving && size_t(entry.operand) < call_.in.size())
        ask(table_[e] + count * entry.bytes, count * entry.bytes);
    }
    for (const Spread& spread : chain_.each)
      spread.reading == Reading::rows ? spread_rows(spread, row, count) : spread_column(spread, row, count);
    for (const Instruction& instruction : chain_.instructions) {
      std::byte** at = table_ + instruction.first;
      instruction.run(instruction.attributes, reinterpret_cast<const void* const*>(at), at[instruction.inputs], count);
    }
  }

  // The next block is on its way while this one goes through the instructions.
  static void ask(const std::byte* from, int64_t bytes) {
    for (int64_t at = 0; at < bytes; at += 64) hwy::Prefetch(from + at);
  }

  // Whole rows, each as often as it stands in this block.
  void spread_rows(const Spread& spread, int64_t row, int64_t count) const {
    const int64_t bytes = chain_.columns * spread.bytes, last = row + count / std::max<int64_t>(chain_.columns, 1);
    std::byte* to = slot(spread.slot);
    while (row < last) {
      const int64_t source = row / spread.repeats, end = std::min(last, (source + 1) * spread.repeats);
      spread.row(data(spread.operand) + source * bytes, to, bytes, (end - row) * bytes);
      to += (end - row) * bytes;
      row = end;
    }
  }

  void spread_column(const Spread& spread, int64_t row, int64_t count) const {
    const int64_t length = std::min(chain_.columns, chain_.block);
    const std::byte* from = data(spread.operand) + row * spread.bytes;
    std::byte* to = slot(spread.slot);
    for (int64_t done = 0; done < count; done += length, from += spread.bytes, to += length * spread.bytes)
      spread.value(from, to, std::min(length, count - done));
  }

  const Chain& chain_;
  const Call& call_;
  std::byte** table_;
  std::byte* scratch_;
};

void run(const Call& call) noexcept {
  const Chain& chain = *static_cast<const Chain*>(call.prepared);
  for_parts(chain.parts, [&](int64_t part) { Part(chain, call, part).run(piece(chain.blocks, part, chain.parts)); });
}

bool supports(const KernelQuery& query) {
  const auto& instructions = query.options<FusedElementwise>().instructions;
  return std::all_of(instructions.begin(), instructions.end(), [](const auto& i) { return i.run != nullptr; });
}

std::shared_ptr<const void> prepare(const KernelQuery& query) { return Builder(query).build(); }

size_t workspace(const KernelQuery&, const void* prepared) {
  const Chain& chain = *static_cast<const Chain*>(prepared);
  return chain.part_bytes() * size_t(chain.parts);
}

}  // namespace

std::vector<Kernel> fused_elementwise_kernels() {
  return {{.op = "fused_elementwise",
           .name = "blocks",
           .run = run,
           .supports = supports,
           .prepare = prepare,
           .workspace = workspace,
           .mixed = true}};
}

}  // namespace cajal::cpu
