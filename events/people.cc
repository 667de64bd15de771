#include "events/people.h"

#include <algorithm>
#include <array>

#include "events/codec.h"
#include "events/core/assert.h"

namespace kontor {
namespace people {

PersonalData* personal_data(Event& event) {
  if (auto* registered = std::get_if<PersonRegistered>(&event)) return &registered->data;
  if (auto* changed = std::get_if<PersonEmailChanged>(&event)) return &changed->data;
  return nullptr;
}

// Compiled here, once.
Event::Event() = default;
Event::Event(const Event&) = default;
Event::Event(Event&&) noexcept = default;
Event& Event::operator=(const Event&) = default;
Event& Event::operator=(Event&&) noexcept = default;
Event::~Event() = default;

std::string_view type_name(const Event& event) {
  static constexpr std::array<std::string_view, std::variant_size_v<Event::variant>> kNames{
      "PersonRegistered", "ExistingPersonLinked", "PersonEmailChanged", "PersonErased"};
  return kNames[event.index()];
}

std::string stream_of(const Event& event) {
  return std::visit([](const auto& e) { return "person/" + e.person.value; }, event);
}

}  // namespace people

namespace codec {
namespace {

void put_lookup(const Digest& lookup, auto builder) {
  if (lookup != Digest{}) builder.setLookup(capnp::Data::Reader(lookup.data(), lookup.size()));
}
Digest take_lookup(capnp::Data::Reader bytes) {
  Digest out{};
  if (bytes.size() == 0) return out;
  KJ_REQUIRE(bytes.size() == out.size(), "a look-up key has 32 bytes");
  std::ranges::copy(bytes, out.begin());
  return out;
}
void put_data(const people::PersonalData& data, auto builder) {
  const auto* sealed = std::get_if<people::SealedData>(&data);
  KONTOR_ASSERT(sealed != nullptr);  // INV-22: clear text is never stored
  const auto* bytes = reinterpret_cast<const capnp::byte*>(sealed->bytes.data());
  if (!sealed->bytes.empty()) builder.setSealed(capnp::Data::Reader(bytes, sealed->bytes.size()));
}
people::PersonalData take_data(capnp::Data::Reader bytes) {
  return people::SealedData{{reinterpret_cast<const char*>(bytes.begin()), bytes.size()}};
}

}  // namespace

void write(const people::Event& event, schema::PeopleEvent::Builder out) {
  if (const auto* registered = std::get_if<people::PersonRegistered>(&event)) {
    auto b = out.initPersonRegistered();
    b.setPerson(stored(registered->person.value));
    put_lookup(registered->lookup, b);
    put_data(registered->data, b);
  } else if (const auto* linked = std::get_if<people::ExistingPersonLinked>(&event)) {
    out.initExistingPersonLinked().setPerson(stored(linked->person.value));
  } else if (const auto* changed = std::get_if<people::PersonEmailChanged>(&event)) {
    auto b = out.initPersonEmailChanged();
    b.setPerson(stored(changed->person.value));
    put_lookup(changed->lookup, b);
    put_data(changed->data, b);
  } else {
    const auto& erased = std::get<people::PersonErased>(event);
    auto b = out.initPersonErased();
    b.setPerson(stored(erased.person.value));
    b.setNumber(erased.number);
    b.setReason(stored(erased.reason));
  }
}

people::Event read(schema::PeopleEvent::Reader in) {
  switch (in.which()) {
    case schema::PeopleEvent::PERSON_REGISTERED: {
      const auto r = in.getPersonRegistered();
      return people::PersonRegistered{PersonId(text(r.getPerson())), take_lookup(r.getLookup()),
                                      take_data(r.getSealed())};
    }
    case schema::PeopleEvent::EXISTING_PERSON_LINKED:
      return people::ExistingPersonLinked{PersonId(text(in.getExistingPersonLinked().getPerson()))};
    case schema::PeopleEvent::PERSON_EMAIL_CHANGED: {
      const auto r = in.getPersonEmailChanged();
      return people::PersonEmailChanged{PersonId(text(r.getPerson())), take_lookup(r.getLookup()),
                                        take_data(r.getSealed())};
    }
    case schema::PeopleEvent::PERSON_ERASED: {
      const auto r = in.getPersonErased();
      return people::PersonErased{PersonId(text(r.getPerson())), r.getNumber(), text(r.getReason())};
    }
  }
  KJ_FAIL_REQUIRE("unknown people event");
}

}  // namespace codec
}  // namespace kontor
