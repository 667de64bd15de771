#include "client/bench/frame_template.h"

#include <capnp/serialize.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json/parse.hpp>
#include <cstring>
#include <stdexcept>

#include "server/protocol/json.h"

namespace kontor::bench {
namespace {

// A message is built in the order of its commands, so what belongs to one lies behind what belongs to the one
// before. Every mark names its command as well: that no text of another kind is taken for it.
constexpr std::size_t kShortDigits = 8;
constexpr std::size_t kLongDigits = 16;
constexpr std::string_view kLetters = "EFMN";

struct Mark {
  Slot slot = Slot::Entity;
  std::uint8_t digit = 0;
  std::string text;
};

std::string mark_text(Slot slot, std::uint8_t digit, std::size_t command) {
  const std::string core = fmt::format("z{}{:x}{:05x}", kLetters[static_cast<std::size_t>(slot)],
                                       static_cast<unsigned>(digit), command);
  return slot == Slot::Fresh ? core + "zzzzzzzz" : core;
}

std::string id_text(std::size_t command) { return fmt::format("7a697a69-7a69-4a69-8a69-{:012x}", command); }

std::string id_bytes(std::size_t command) {
  std::string bytes("\x7a\x69\x7a\x69\x7a\x69\x4a\x69\x8a\x69", 10);
  for (int shift = 40; shift >= 0; shift -= 8) bytes += static_cast<char>(command >> shift & 0xFF);
  return bytes;
}

/// The JSON with marks instead of slots.
std::string marked(std::string_view json, std::size_t command, std::vector<Mark>& marks) {
  std::string out;
  for (std::size_t at = 0; at < json.size(); ++at) {
    const bool slot = json[at] == '{' && at + 3 < json.size() && json[at + 3] == '}' &&
                      kLetters.find(json[at + 1]) != std::string_view::npos;
    if (!slot) {
      out += json[at];
      continue;
    }
    const auto kind = static_cast<Slot>(kLetters.find(json[at + 1]));
    const char digit = json[at + 2];
    const auto value = static_cast<std::uint8_t>(digit <= '9' ? digit - '0' : digit - 'a' + 10);
    marks.push_back({kind, value, mark_text(kind, value, command)});
    out += marks.back().text;
    at += 3;
  }
  return out;
}

void fill(const PlannedCommand& planned, std::size_t number, wire::Command::Builder command) {
  std::vector<Mark> ignored;
  auto object = boost::json::parse(marked(planned.json, number, ignored)).as_object();
  object["id"] = id_text(number);
  if (const Status filled = protocol::command_from_json(object, command); !filled)
    throw std::logic_error(fmt::format("{}: {}", planned.json, filled.error().message));
}

std::string flat(capnp::MessageBuilder& message) {
  const auto words = capnp::messageToFlatArray(message);
  const auto bytes = words.asChars();
  return {bytes.begin(), bytes.size()};
}

// The request id is the first word of the root struct, to which the first word behind the segment table
// leads.
std::size_t request_place(const std::string& bytes) {
  std::int32_t pointer = 0;
  std::memcpy(&pointer, bytes.data() + 8, 4);
  return 16 + 8 * static_cast<std::size_t>(pointer >> 2);
}

std::size_t words_for(std::size_t commands) { return 64 + 96 * commands; }

std::uint64_t mix(std::uint64_t value) {
  value += 0x9E3779B97F4A7C15u;
  value = (value ^ value >> 30) * 0xBF58476D1CE4E5B9u;
  value = (value ^ value >> 27) * 0x94D049BB133111EBu;
  return value ^ value >> 31;
}

constexpr auto kPairs = [] {
  std::array<std::array<char, 2>, 256> pairs{};
  constexpr std::string_view digits = "0123456789abcdef";
  for (std::size_t i = 0; i < pairs.size(); ++i) pairs[i] = {digits[i >> 4], digits[i & 15]};
  return pairs;
}();

template <std::size_t kDigits>
void write_digits(char* out, std::uint64_t value) {
  for (std::size_t i = kDigits; i > 0; i -= 2, value >>= 8)
    std::memcpy(out + i - 2, &kPairs[value & 0xFF], 2);
}

// Connections, cycles and what is told apart within one, side by side in one number.
std::uint64_t place(const Speaker& speaker, std::uint64_t cycle, std::uint8_t digit) {
  return speaker.connection << 44 | cycle << 4 | digit;
}

}  // namespace

FrameTemplate FrameTemplate::fixed(capnp::MessageBuilder& message) {
  FrameTemplate result;
  result.bytes_ = flat(message);
  result.request_at_ = request_place(result.bytes_);
  return result;
}

FrameTemplate FrameTemplate::command(const PlannedCommand& command) {
  capnp::MallocMessageBuilder message(static_cast<unsigned>(words_for(1)));
  fill(command, 0, message.initRoot<wire::Frame>().initCommand());
  FrameTemplate result = fixed(message);
  result.locate({command});
  return result;
}

FrameTemplate FrameTemplate::batch(const std::vector<PlannedCommand>& commands, wire::BatchMode mode) {
  capnp::MallocMessageBuilder message(static_cast<unsigned>(words_for(commands.size())));
  auto batch = message.initRoot<wire::Frame>().initBatch();
  batch.setMode(mode);
  auto list = batch.initCommands(static_cast<unsigned>(commands.size()));
  for (unsigned i = 0; i < list.size(); ++i) fill(commands[i], i, list[i]);
  FrameTemplate result = fixed(message);
  result.locate(commands);
  return result;
}

void FrameTemplate::locate(const std::vector<PlannedCommand>& commands) {
  std::size_t begin = 0;
  const auto find = [&](const std::string& text, std::size_t from) {
    const std::size_t at = bytes_.find(text, from);
    if (at == std::string::npos) throw std::logic_error("a mark is lost: " + text);
    return static_cast<std::uint32_t>(at);
  };
  for (std::size_t number = 0; number < commands.size(); ++number) {
    std::vector<Mark> marks;
    static_cast<void>(marked(commands[number].json, number, marks));
    Command command{find(id_bytes(number), begin), commands[number].cycle, 0};
    std::size_t first = command.id_at;
    // The same mark may stand in two texts: each occurrence is found once.
    for (std::size_t i = 0; i < marks.size(); ++i) {
      std::size_t from = begin;
      for (std::size_t before = 0; before < i; ++before)
        if (marks[before].text == marks[i].text)
          from = patches_[patches_.size() - i + before].at + marks[i].text.size();
      patches_.push_back({find(marks[i].text, from), marks[i].slot, marks[i].digit});
      first = std::min<std::size_t>(first, patches_.back().at);
      ++command.patches;
    }
    begin = first;
    commands_.push_back(command);
  }
}

void FrameTemplate::write(char* out, std::uint64_t request, const Speaker& speaker) const {
  std::memcpy(out, bytes_.data(), bytes_.size());
  std::memcpy(out + request_at_, &request, sizeof request);
  const Patch* patch = patches_.data();
  std::uint64_t sequence = speaker.sequence;
  for (const Command& command : commands_) {
    // As random as the ids of real clients are: tables of them find no order to profit from.
    const std::uint64_t high = mix(speaker.seed ^ speaker.connection << 40 ^ sequence);
    const std::uint64_t low = mix(high) | 1;
    std::memcpy(out + command.id_at, &high, 8);
    std::memcpy(out + command.id_at + 8, &low, 8);
    const std::uint64_t cycle = speaker.cycle + command.cycle;
    for (const Patch* end = patch + command.patches; patch != end; ++patch) {
      char* const at = out + patch->at;
      switch (patch->slot) {
        case Slot::Entity: {
          const std::uint64_t chance = mix(speaker.seed + place(speaker, cycle, patch->digit)) >> 32;
          write_digits<kShortDigits>(at, chance * speaker.entities >> 32);
          break;
        }
        case Slot::Fresh: write_digits<kLongDigits>(at, place(speaker, cycle, patch->digit)); break;
        case Slot::Member:
          write_digits<kShortDigits>(at, speaker.connection * speaker.members + cycle % speaker.members);
          break;
        case Slot::Number: write_digits<kShortDigits>(at, sequence); break;
      }
    }
    ++sequence;
  }
}

}  // namespace kontor::bench
