// docs/storage-format.md
#include "events/envelope.h"

#include <capnp/message.h>
#include <capnp/serialize.h>
#include <fmt/format.h>
#include <kj/exception.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <exception>
#include <memory>
#include <vector>

#include "events/codec.h"
#include "events/core/assert.h"
#include "events/envelope.capnp.h"

namespace kontor {
namespace {

static_assert(std::endian::native == std::endian::little, "stored numbers are little-endian");

constexpr std::size_t kWordBytes = sizeof(capnp::word);
constexpr std::size_t kHeaderBytes = 8;          // segment table of a message with one segment
constexpr std::size_t kScratchWordsFirst = 512;  // most events need a tenth of it

/// Zeroed memory in which one event after the other is built; it grows to the largest event ever seen.
struct Scratch {
  std::vector<std::uint64_t> words = std::vector<std::uint64_t>(kScratchWordsFirst);

  [[nodiscard]] kj::ArrayPtr<capnp::word> memory() {
    return kj::arrayPtr(reinterpret_cast<capnp::word*>(words.data()), words.size());
  }
};

void write_envelope(const Envelope& envelope, schema::RecordedEvent::Builder out) {
  out.setPosition(envelope.position);
  out.setVersion(envelope.version);
  out.setRecordedAt(envelope.recorded_at.ns);
  out.setEffectiveAt(envelope.effective_at.ns);
  out.setTenant(codec::stored(envelope.tenant.value));
  out.setStream(codec::stored(envelope.stream));
  auto actor = out.initActor();
  actor.setRole(static_cast<schema::Role>(envelope.actor.role));
  if (!envelope.actor.id.empty()) actor.setId(codec::stored(envelope.actor.id));
  if (!envelope.actor.channel.empty()) actor.setChannel(codec::stored(envelope.actor.channel));
  if (!envelope.command_id.is_zero()) {
    const auto& id = envelope.command_id.bytes;
    out.setCommandId(capnp::Data::Reader(id.data(), id.size()));
    out.setPayloadDigest(capnp::Data::Reader(envelope.payload_digest.data(), envelope.payload_digest.size()));
  }
  if (envelope.history) {
    auto stamp = out.initHistory();
    stamp.setSource(envelope.history->source);
    stamp.setLine(envelope.history->line);
  }
  if (!envelope.correlation.empty()) out.setCorrelation(codec::stored(envelope.correlation));
}

void write_body(const Event& body, schema::RecordedEvent::Body::Builder out) {
  struct Put {
    schema::RecordedEvent::Body::Builder out;
    void operator()(const tenancy::Event& e) { codec::write(e, out.initTenancy()); }
    void operator()(const seats::Event& e) { codec::write(e, out.initSeats()); }
    void operator()(const people::Event& e) { codec::write(e, out.initPeople()); }
    void operator()(const effects::Event& e) { codec::write(e, out.initEffects()); }
    void operator()(const access::Event& e) { codec::write(e, out.initAccess()); }
    void operator()(const communities::Event& e) { codec::write(e, out.initCommunities()); }
    void operator()(const credits::Event& e) { codec::write(e, out.initCredits()); }
    void operator()(const billing::Event& e) { codec::write(e, out.initBilling()); }
  };
  std::visit(Put{out}, body);
}

/// False when the event does not fit into the scratch as one segment.
bool encode_in(Scratch& scratch, const Envelope& envelope, const Event& body, std::string& out) {
  // The builder wants zeroed memory and zeroes what it used when it goes.
  capnp::MallocMessageBuilder message(scratch.memory());
  auto root = message.initRoot<schema::RecordedEvent>();
  write_envelope(envelope, root);
  write_body(body, root.getBody());
  const auto segments = message.getSegmentsForOutput();
  if (segments.size() != 1) return false;
  const std::array<std::uint32_t, 2> header{0, static_cast<std::uint32_t>(segments[0].size())};
  out.append(reinterpret_cast<const char*>(header.data()), kHeaderBytes);
  out.append(reinterpret_cast<const char*>(segments[0].begin()), segments[0].size() * kWordBytes);
  return true;
}

/// An absent field (all zero) or exactly 16 bytes.
std::array<std::uint8_t, 16> sixteen(capnp::Data::Reader stored) {
  std::array<std::uint8_t, 16> out{};
  KJ_REQUIRE(stored.size() == 0 || stored.size() == out.size(), "an identifier has 16 bytes");
  std::ranges::copy(stored, out.begin());
  return out;
}

void read_envelope(schema::RecordedEvent::Reader in, Envelope& envelope) {
  envelope.tenant = TenantId(codec::text(in.getTenant()));
  envelope.position = in.getPosition();
  envelope.stream = codec::text(in.getStream());
  envelope.version = in.getVersion();
  envelope.recorded_at = Instant{in.getRecordedAt()};
  envelope.effective_at = Instant{in.getEffectiveAt()};
  const auto actor = in.getActor();
  envelope.actor = {.role = codec::known(actor.getRole(), Role::Author),
                    .id = codec::text(actor.getId()),
                    .channel = codec::text(actor.getChannel())};
  envelope.command_id.bytes = sixteen(in.getCommandId());
  envelope.payload_digest = sixteen(in.getPayloadDigest());
  if (in.hasHistory())
    envelope.history = HistoryStamp{in.getHistory().getSource(), in.getHistory().getLine()};
  if (in.hasCorrelation()) envelope.correlation = codec::text(in.getCorrelation());
}

Event read_body(schema::RecordedEvent::Body::Reader in) {
  switch (in.which()) {
    case schema::RecordedEvent::Body::TENANCY: return codec::read(in.getTenancy());
    case schema::RecordedEvent::Body::SEATS: return codec::read(in.getSeats());
    case schema::RecordedEvent::Body::PEOPLE: return codec::read(in.getPeople());
    case schema::RecordedEvent::Body::EFFECTS: return codec::read(in.getEffects());
    case schema::RecordedEvent::Body::ACCESS: return codec::read(in.getAccess());
    case schema::RecordedEvent::Body::COMMUNITIES: return codec::read(in.getCommunities());
    case schema::RecordedEvent::Body::CREDITS: return codec::read(in.getCredits());
    case schema::RecordedEvent::Body::BILLING: return codec::read(in.getBilling());
  }
  KJ_FAIL_REQUIRE("event of an unknown domain");
}

tl::unexpected<Error> damaged(std::string_view what) {
  return fail(Reason::StoreDamaged, fmt::format("these bytes are not a stored event: {}", what));
}

Result<RecordedEvent> decode_words(kj::ArrayPtr<const capnp::word> words) {
  // Filled in where it is returned: moving an event about costs as much as reading some of its fields.
  Result<RecordedEvent> event;
  try {
    capnp::FlatArrayMessageReader message(words);
    const auto root = message.getRoot<schema::RecordedEvent>();
    read_envelope(root, event->envelope);
    event->body = read_body(root.getBody());
  } catch (const kj::Exception& error) {
    event = damaged(error.getDescription().cStr());
  } catch (const std::exception& error) {
    event = damaged(error.what());
  }
  return event;
}

}  // namespace

void encode(const Envelope& envelope, const Event& body, std::string& out) {
  thread_local Scratch scratch;
  while (!encode_in(scratch, envelope, body, out)) {
    scratch.words.assign(scratch.words.size() * 2, 0);
  }
}

Result<RecordedEvent> decode(std::string_view stored) {
  std::array<std::uint32_t, 2> header{};
  if (stored.size() < kHeaderBytes) return damaged("too short");
  std::memcpy(header.data(), stored.data(), kHeaderBytes);
  if (header[0] != 0) return damaged("not a message with one segment");
  if (stored.size() != kHeaderBytes + std::size_t{header[1]} * kWordBytes)
    return damaged(fmt::format("{} bytes, its own header says {} words", stored.size(), header[1]));
  const std::size_t words = stored.size() / kWordBytes;
  if (reinterpret_cast<std::uintptr_t>(stored.data()) % alignof(capnp::word) == 0)
    return decode_words(kj::arrayPtr(reinterpret_cast<const capnp::word*>(stored.data()), words));
  auto aligned = kj::heapArray<capnp::word>(words);
  std::memcpy(aligned.begin(), stored.data(), stored.size());
  return decode_words(aligned);
}

// Compiled here, once.
Event::Event() = default;
Event::Event(const Event&) = default;
Event::Event(Event&&) noexcept = default;
Event& Event::operator=(const Event&) = default;
Event& Event::operator=(Event&&) noexcept = default;
Event::~Event() = default;

std::string_view type_name(const Event& event) {
  return std::visit([](const auto& domain) { return type_name(domain); }, event);
}

std::string stream_of(const Event& event) {
  return std::visit([](const auto& domain) { return stream_of(domain); }, event);
}

}  // namespace kontor
