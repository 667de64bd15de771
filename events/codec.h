#pragma once
// Between a domain's typed events and their stored shape. For events/envelope.cc alone; one pair per domain,
// implemented in the domain's own file, which is also where old shapes become today's types (STYLE 11).
//
// `read` throws kj::Exception, as Cap'n Proto itself does, when the bytes name a member or an enumerator this
// program does not know; `decode` turns that into StoreDamaged.

#include <capnp/common.h>
#include <kj/debug.h>

#include <string>

#include "events/access.capnp.h"
#include "events/access.h"
#include "events/billing.capnp.h"
#include "events/billing.h"
#include "events/communities.capnp.h"
#include "events/communities.h"
#include "events/credits.capnp.h"
#include "events/credits.h"
#include "events/effects.capnp.h"
#include "events/effects.h"
#include "events/people.capnp.h"
#include "events/people.h"
#include "events/seats.capnp.h"
#include "events/seats.h"
#include "events/tenancy.capnp.h"
#include "events/tenancy.h"

namespace kontor::codec {

void write(const tenancy::Event& event, schema::TenancyEvent::Builder out);
[[nodiscard]] tenancy::Event read(schema::TenancyEvent::Reader in);

void write(const seats::Event& event, schema::SeatsEvent::Builder out);
[[nodiscard]] seats::Event read(schema::SeatsEvent::Reader in);

void write(const people::Event& event, schema::PeopleEvent::Builder out);
[[nodiscard]] people::Event read(schema::PeopleEvent::Reader in);

void write(const effects::Event& event, schema::EffectsEvent::Builder out);
[[nodiscard]] effects::Event read(schema::EffectsEvent::Reader in);

void write(const access::Event& event, schema::AccessEvent::Builder out);
[[nodiscard]] access::Event read(schema::AccessEvent::Reader in);

void write(const communities::Event& event, schema::CommunitiesEvent::Builder out);
[[nodiscard]] communities::Event read(schema::CommunitiesEvent::Reader in);

void write(const credits::Event& event, schema::CreditsEvent::Builder out);
[[nodiscard]] credits::Event read(schema::CreditsEvent::Reader in);

void write(const billing::Event& event, schema::BillingEvent::Builder out);
[[nodiscard]] billing::Event read(schema::BillingEvent::Reader in);

[[nodiscard]] inline capnp::Text::Reader stored(const std::string& value) {
  return {value.c_str(), value.size()};
}
[[nodiscard]] inline std::string text(capnp::Text::Reader value) { return {value.cStr(), value.size()}; }

/// The same enumerator in today's type. Both count from 0 without a gap up to `last`.
template <class Ours, class Stored>
[[nodiscard]] Ours known(Stored stored, Ours last) {
  KJ_REQUIRE(static_cast<std::uint16_t>(stored) <= static_cast<std::uint16_t>(last), "unknown enumerator");
  return static_cast<Ours>(stored);
}

}  // namespace kontor::codec
