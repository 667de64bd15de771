#pragma once
// Frames that are encoded once and then only copied and patched: numbers in texts of fixed length, command
// ids and the request id at known places. So a command costs the load generator some tens of nanoseconds and
// no allocation. Values; any thread.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "server/protocol/wire.capnp.h"

namespace kontor::bench {

/// What stands in a text for a number, as "{E0}" in the JSON of a command: a letter and which of its kind.
enum class Slot : std::uint8_t {
  Entity,  // E, 8 digits: one of the entities by chance; the same digit means the same one throughout a cycle
  Fresh,   // F, 16 digits: never used before; the same digit means the same one throughout a cycle
  Member,  // M, 8 digits: one of a limited number, this connection's own, each cycle the next
  Number,  // N, 8 digits: counts up from command to command
};

/// Who is speaking, and how far it is.
struct Speaker {
  std::uint64_t seed = 0;  // of the run
  std::uint64_t connection = 0;
  std::uint64_t cycle = 0;     // how often the recipe has been gone through
  std::uint64_t sequence = 0;  // commands sent
  std::uint32_t entities = 1;
  std::uint32_t members = 1;
};

/// One command of a template: its JSON without an id, and in which cycle of the template it stands.
struct PlannedCommand {
  std::string_view json;
  std::uint32_t cycle = 0;
};

class FrameTemplate {
 public:
  /// A frame with one command. The JSON must be right: the process ends with a sentence when it is not.
  [[nodiscard]] static FrameTemplate command(const PlannedCommand& command);
  /// A batch of them.
  [[nodiscard]] static FrameTemplate batch(const std::vector<PlannedCommand>& commands, wire::BatchMode mode);
  /// A frame as it stands, of which only the request id is patched.
  [[nodiscard]] static FrameTemplate fixed(capnp::MessageBuilder& message);

  [[nodiscard]] std::size_t size() const { return bytes_.size(); }
  [[nodiscard]] std::size_t commands() const { return commands_.size(); }

  /// Writes `size()` bytes to `out`.
  void write(char* out, std::uint64_t request, const Speaker& speaker) const;

 private:
  struct Patch {
    std::uint32_t at = 0;
    Slot slot = Slot::Entity;
    std::uint8_t digit = 0;
  };
  struct Command {
    std::uint32_t id_at = 0;
    std::uint32_t cycle = 0;
    std::uint32_t patches = 0;  // how many of patches_, in order
  };

  void locate(const std::vector<PlannedCommand>& commands);

  std::string bytes_;
  std::size_t request_at_ = 0;
  std::vector<Command> commands_;
  std::vector<Patch> patches_;
};

}  // namespace kontor::bench
