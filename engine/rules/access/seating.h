#pragma once
// Enrols several people within one decision, before any of it is in the state: counts what is left, hands out
// seat numbers and writes the events of each enrolment (A8). One decision; pure.

#include <set>
#include <string_view>

#include "engine/rules/access/lookup.h"

namespace kontor::rules::access {

/// How people get in.
struct Entry {
  kontor::access::EnrolledVia via = kontor::access::EnrolledVia::Manual;
  ImportId import_id;
  std::uint32_t line = 0;
};

class Seating {
 public:
  Seating(const Known& known, Row group, const Context& ctx);

  /// Seats that people may still take who have no burnt seat of their own to return to.
  [[nodiscard]] std::uint32_t available() const { return available_; }

  /// EmailInvalid, AlreadyMember, NoSeatsLeft or SeatReplacementForbidden (DOMAIN 2.5); or nothing, and the
  /// person may be enrolled. Knows nothing of people enrolled since the beginning: one contact comes once.
  [[nodiscard]] Refused refused(const Contact& contact) const;
  /// The same as a code alone, without the sentence and the facts: for one of very many. `personal_code`
  /// does not ask whether there is a seat.
  [[nodiscard]] std::optional<Reason> personal_code(const Contact& contact) const;
  [[nodiscard]] std::optional<Reason> refused_code(const Contact& contact) const;
  /// Whether the person would return into their own burnt seat, which uses up no other (A3).
  [[nodiscard]] bool returns(const Contact& contact) const;
  /// Requires that nothing refuses it.
  void enrol(const Contact& contact, const Entry& entry, Events& out);

 private:
  [[nodiscard]] Row member(const Contact& contact) const;
  [[nodiscard]] std::uint32_t next_seat();
  [[nodiscard]] Refusal full() const;

  const Known& known_;
  const State& state_;
  Row row_;
  const Group& group_;
  const Context& ctx_;
  std::uint32_t available_;
  std::uint32_t burnt_;
  std::uint32_t numbers_;
  FreeSeat free_after_;  // the newest number taken from the free ones
  std::uint64_t nth_ = 0;
};

}  // namespace kontor::rules::access
