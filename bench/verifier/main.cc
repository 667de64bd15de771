// What proving a bundle costs, and where the time goes: kontor_verifier_bench EVENTS. The bundle lies in
// memory, so that no disk is measured; what reading it from one costs comes on top.

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <functional>
#include <span>
#include <string>

#include "events/core/assert.h"
#include "events/core/ed25519.h"
#include "events/core/merkle.h"
#include "events/envelope.h"
#include "events/proof/bundle.h"
#include "replay/verifier/audit.h"
#include "replay/verifier/report.h"

namespace kontor {
namespace {

constexpr std::string_view kLog = "ledger.example.org/7f3a9c";
const TenantId kTenant("university");

struct Made {
  std::string bundle;
  std::size_t event_bytes = 0;
  proof::NoteKey key;
};

/// Users, campuses' seats and course seats, as real tenants have them: three events in ten move points, the
/// rest are seats. Each event is a command of its own.
class Stream {
 public:
  RecordedEvent next() {
    RecordedEvent event;
    ++position_;
    event.body = body();
    Envelope& e = event.envelope;
    e.tenant = kTenant;
    e.position = position_;
    e.stream = stream_of(event.body);
    e.version = ++versions_[e.stream];
    e.recorded_at.ns = 1'790'000'000LL * kNanosecondsPerSecond + static_cast<std::int64_t>(position_) * 1'000;
    e.effective_at = e.recorded_at;
    e.actor = {Role::CourseManager, "manager-17", "web"};
    for (std::size_t i = 0; i < 8; ++i)
      e.command_id.bytes[i] = static_cast<std::uint8_t>(position_ >> (8 * i));
    e.command_id.bytes[15] = 1;
    e.payload_digest.fill(7);
    return event;
  }

 private:
  [[nodiscard]] Event body() {
    if (position_ == 1) return tenancy::Event(tenancy::TenantCreated{});
    if (position_ == 2) return seats::Event(seats::CampusOpened{CampusId("campus-1"), {}, "Europe/Berlin"});
    const std::uint64_t step = (position_ - 3) % 10;
    if (step < 3)
      return credits::Event(
          credits::CreditsAdjusted{.user = PersonId(fmt::format("person-{:08}", position_ % 100'000)),
                                   .points = 5,
                                   .reason = "bonus"});
    const std::uint32_t course = static_cast<std::uint32_t>((position_ - 3) / 1'000);
    const CourseId id(fmt::format("course-{:06}", course));
    if ((position_ - 3) % 1'000 == 3) {
      seat_ = 0;
      reserved_ = false;
      return seats::Event(seats::CourseCreated{id, CampusId("campus-1"), {}, {}, {}});
    }
    const PersonId person(fmt::format("person-{:08}", seat_));
    if (!reserved_) {
      reserved_ = true;
      return seats::Event(
          seats::CourseSeatReserved{id, ++seat_, PersonId(fmt::format("person-{:08}", seat_)), {}});
    }
    reserved_ = false;
    return seats::Event(seats::CourseSeatStarted{id, seat_, person, {}});
  }

  Position position_ = 0;
  std::uint32_t seat_ = 0;
  bool reserved_ = false;
  boost::unordered_flat_map<std::string, Version> versions_;
};

Made make(std::uint64_t events) {
  std::array<std::uint8_t, SigningKey::kSeedBytes> seed{1};
  const SigningKey key(seed);
  Made made;
  made.key = {std::string(kLog), proof::KeyType::Ed25519, key.public_key()};
  const proof::Origin origin{std::string(kLog), 1, kTenant};
  // Twice: the note stands before the events it speaks of.
  MerkleFrontier tree;
  std::string stored;
  const auto each = [&](const std::function<void(Position)>& visit) {
    Stream stream;
    for (Position position = 1; position <= events; ++position) {
      const RecordedEvent event = stream.next();
      stored.clear();
      encode(event.envelope, event.body, stored);
      visit(position);
    }
  };
  each([&](Position) { tree.append(bytes_of(stored)); });
  const std::string text = proof::Checkpoint{origin, events, tree.root()}.text();
  proof::BundleWriter writer([&made](std::string_view bytes) -> Status {
    made.bundle.append(bytes);
    return {};
  });
  KONTOR_ASSERT(writer.header({origin, 1, events}).has_value());
  KONTOR_ASSERT(writer.note(proof::Note{text, {proof::sign_text(text, std::string(kLog), key)}}.encoded()));
  each([&](Position position) {
    made.event_bytes += stored.size();
    KONTOR_ASSERT(writer.event(kTenant, position, stored).has_value());
  });
  KONTOR_ASSERT(writer.finish().has_value());
  return made;
}

proof::ByteSource source_of(std::string_view bytes) {
  return [bytes](std::span<char> room) mutable -> Result<std::size_t> {
    const std::size_t count = std::min(room.size(), bytes.size());
    std::ranges::copy(bytes.substr(0, count), room.begin());
    bytes.remove_prefix(count);
    return count;
  };
}

void each_event(const Made& made, const std::function<void(std::string_view)>& visit) {
  proof::BundleReader reader(source_of(made.bundle));
  KONTOR_ASSERT(reader.open().has_value());
  while (true) {
    const auto item = reader.next();
    KONTOR_ASSERT(item.has_value());
    if (item->kind == proof::BundleItem::Kind::End) return;
    if (item->kind == proof::BundleItem::Kind::Event) visit(item->bytes);
  }
}

/// Processor time of this program, which has one thread: what else the machine does is left out.
std::uint64_t processor_ns() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000 + static_cast<std::uint64_t>(now.tv_nsec);
}

void timed(std::string_view what, const Made& made, std::uint64_t events, const std::function<void()>& work) {
  const std::uint64_t begin = processor_ns();
  work();
  const std::uint64_t ns = processor_ns() - begin;
  fmt::print("{:<44} {:>8} ns an event {:>10} events/s {:>8} MB/s\n", what, ns / events,
             events * 1'000'000'000 / ns, made.bundle.size() * 1'000 / ns);
}

int run(std::uint64_t events, const char* file) {
  const Made made = make(events);
  if (file != nullptr) {
    std::ofstream(file, std::ios::binary) << made.bundle;
    fmt::print("{}\n", made.key.text());
    return 0;
  }
  fmt::print("{} events, {} bytes each, a bundle of {} MB\n", events, made.event_bytes / events,
             made.bundle.size() / 1'000'000);
  timed("SHA-256 over the file's bytes", made, events, [&] {
    Sha256 sha;
    sha.update(bytes_of(made.bundle));
    (void)sha.finish();
  });
  timed("reading: sections, and the file's hash", made, events,
        [&] { each_event(made, [](std::string_view) {}); });
  timed("and the tree: leaves and inner nodes", made, events, [&] {
    MerkleFrontier tree;
    each_event(made, [&](std::string_view stored) { tree.append(bytes_of(stored)); });
    (void)tree.root();
  });
  timed("and decoding", made, events, [&] {
    MerkleFrontier tree;
    each_event(made, [&](std::string_view stored) {
      tree.append(bytes_of(stored));
      KONTOR_ASSERT(decode(stored).has_value());
    });
  });
  int code = 0;
  timed("all of it: structure, figures, notes", made, events, [&] {
    verifier::Request request;
    request.key = made.key;
    const verifier::Outcome outcome = verifier::audit(request, source_of(made.bundle));
    code = verifier::exit_code(outcome);
    if (code != 0) fmt::print("{}", verifier::to_text(outcome));
  });
  return code;
}

}  // namespace
}  // namespace kontor

int main(int argc, char** argv) {
  return kontor::run(argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 1'000'000,
                     argc > 2 ? argv[2] : nullptr);
}
