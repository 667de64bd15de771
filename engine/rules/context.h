#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "engine/rules/journal.h"
#include "events/core/actor.h"
#include "events/core/ids.h"
#include "events/core/instant.h"

namespace kontor::rules {

/// Where a stream stands: what an expected version compares with and what a refusal points at.
struct StreamHead {
  Version version = 0;
  Position position = 0;
};

/// The streams of one tenant, numbered in the order of their beginning, and where each of them stands. One
/// thread, also of those that only ask.
class Streams {
 public:
  explicit Streams(Journal& journal) : names_(journal), heads_(journal) {}

  [[nodiscard]] Row size() const { return names_.size(); }
  /// kNone when it does not exist.
  [[nodiscard]] Row row(std::string_view stream) const {
    if (last_ < size() && name(last_) == stream) return last_;
    const Row found = names_.find(stream);
    if (found != kNone) last_ = found;
    return found;
  }
  [[nodiscard]] std::string_view name(Row row) const { return names_.text(row); }
  [[nodiscard]] const StreamHead& head(Row row) const { return heads_[row]; }
  /// nullptr when it does not exist.
  [[nodiscard]] const StreamHead* find(std::string_view stream) const {
    const Row at = row(stream);
    return at == kNone ? nullptr : &heads_[at];
  }
  /// The next event of `stream` lies at `position`.
  void append(std::string_view stream, Version version, Position position) {
    const Row known = row(stream);
    const Row at = known != kNone ? known : names_.intern(stream);
    if (at == heads_.size()) heads_.append({});
    StreamHead& head = heads_.edit(at);
    KONTOR_ASSERT(version == head.version + 1);  // INV-5
    KONTOR_ASSERT(position > head.position);
    head = {version, position};
  }

  void save(auto& out) const {
    names_.save(out);
    heads_.save(out);
  }
  void load(auto& in) {
    names_.load(in);
    heads_.load(in);
    if (names_.size() != heads_.size()) in.fail_here();
  }
  static void shape(auto& out) {
    Interner::shape(out);
    Table<StreamHead>::shape(out);
  }

 private:
  Interner names_;
  Table<StreamHead> heads_;
  mutable Row last_ = kNone;  // asked for: an event asks for its stream several times
};

/// 16 random bytes that come with each command, for names that must not be guessed. What is made of them is
/// stored in the events.
using Entropy = std::array<std::uint8_t, 16>;

/// All that a decision may know beside the state. Time and chance come in; nothing here reads a clock.
struct Context {
  Instant now;
  Actor actor;
  /// When the events will be true: `now`, or the earlier moment a correction names.
  Instant effective_at = now;
  Position head = 0;  // the tenant's last position before this command
  Entropy entropy{};
};

/// Something that becomes true at a moment when nobody sends a command (ARCHITECTURE D9, DOMAIN TB7). A timer
/// with `due` <= t must have fired before anything at t is decided; its events carry `effective_at`. The two
/// differ by one nanosecond where a fact holds only if nothing ended at that very instant: see the rules of
/// the domain.
struct Timer {
  Instant due;
  Instant effective_at;
  std::string_view stream;  // ties of both times are broken by it; lives as long as the state
  std::uint8_t kind = 0;    // the domain's own
  Row row = kNone;          // the domain's own
  std::uint8_t domain = 0;  // the catalog's own
};

}  // namespace kontor::rules
