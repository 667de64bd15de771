#pragma once
// Events of persons (DOMAIN 1.3, 1.5). Pure values; any thread. What each field means is said once, in
// events/people.capnp.

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "events/core/digest.h"
#include "events/core/ids.h"

namespace kontor::people {

/// Name and e-mail as a person knows them. Lives in commands and, until the writer seals it, in fresh events;
/// it is never stored and never logged.
struct ClearData {
  std::string email;
  std::string name;
  friend bool operator==(const ClearData&, const ClearData&) = default;
};
/// The same under the person's own key.
struct SealedData {
  std::string bytes;
  friend bool operator==(const SealedData&, const SealedData&) = default;
};
using PersonalData = std::variant<SealedData, ClearData>;

/// A person as a command names one. `lookup` is the keyed hash of the e-mail's normal form, filled in before
/// the command is decided; all zero when the e-mail has no normal form.
struct Contact {
  std::string email;
  std::string name;
  Digest lookup{};
  friend bool operator==(const Contact&, const Contact&) = default;
};

struct PersonRegistered {
  PersonId person;
  Digest lookup{};
  PersonalData data;
  friend bool operator==(const PersonRegistered&, const PersonRegistered&) = default;
};
struct ExistingPersonLinked {
  PersonId person;
  friend bool operator==(const ExistingPersonLinked&, const ExistingPersonLinked&) = default;
};
struct PersonEmailChanged {
  PersonId person;
  Digest lookup{};
  PersonalData data;
  friend bool operator==(const PersonEmailChanged&, const PersonEmailChanged&) = default;
};
struct PersonErased {
  PersonId person;
  std::uint64_t number = 0;
  std::string reason;
  friend bool operator==(const PersonErased&, const PersonErased&) = default;
};

struct Event : std::variant<PersonRegistered, ExistingPersonLinked, PersonEmailChanged, PersonErased> {
  using variant::variant;
  Event();
  Event(const Event&);
  Event(Event&&) noexcept;
  Event& operator=(const Event&);
  Event& operator=(Event&&) noexcept;
  ~Event();
};

/// What the event says about the person, or nullptr when it says nothing.
[[nodiscard]] PersonalData* personal_data(Event& event);
[[nodiscard]] std::string_view type_name(const Event& event);
[[nodiscard]] std::string stream_of(const Event& event);

}  // namespace kontor::people
