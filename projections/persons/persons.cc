#include "projections/persons/persons.h"

#include <variant>

#include "projections/rows.h"

namespace kontor::views {
namespace {

void keep(const people::PersonalData& data, Position position, wire::SealedPart::Builder part) {
  const auto* sealed = std::get_if<people::SealedData>(&data);
  if (sealed == nullptr) return;  // never: an event that was stored holds nothing in clear
  const auto* bytes = reinterpret_cast<const capnp::byte*>(sealed->bytes.data());
  part.setPosition(position);
  part.setBytes(capnp::Data::Reader(bytes, sealed->bytes.size()));
}

ViewKey key_of(const ViewWriter& rows, const PersonId& person) {
  return Keys{rows.tenant()}.person_identity(person.value);
}

void add(ViewWriter& rows, const people::PersonRegistered& event) {
  rows.create<wire::PersonIdentity>(key_of(rows, event.person), [&](wire::PersonIdentity::Builder row) {
    keep(event.data, rows.position(), row.initRegistered());
  });
}

void add(ViewWriter&, const people::ExistingPersonLinked&) {}

void add(ViewWriter& rows, const people::PersonEmailChanged& event) {
  rows.change<wire::PersonIdentity>(key_of(rows, event.person), [&](wire::PersonIdentity::Builder row) {
    keep(event.data, rows.position(), row.initEmail());
  });
}

// The sealed bytes go from the newest row: nobody can open them any more.
void add(ViewWriter& rows, const people::PersonErased& event) {
  rows.change<wire::PersonIdentity>(key_of(rows, event.person), [&](wire::PersonIdentity::Builder row) {
    row.disownRegistered();
    row.disownEmail();
    row.setErasedNumber(event.number);
  });
}

}  // namespace

void Persons::apply(const RecordedEvent& event, ViewWriter& rows) const {
  if (const auto* people = std::get_if<people::Event>(&event.body))
    std::visit([&](const auto& one) { add(rows, one); }, *people);
}

}  // namespace kontor::views
