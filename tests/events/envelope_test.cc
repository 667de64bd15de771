// The stored bytes of an event: there and back, their form, and what is refused.
#include "events/envelope.h"

#include <capnp/message.h>
#include <capnp/serialize.h>
#include <gtest/gtest.h>

#include <cstring>
#include <map>
#include <set>

#include "events/envelope.capnp.h"
#include "tests/support/sample_events.h"

namespace kontor::test {
namespace {

std::string stored(const RecordedEvent& event) {
  std::string bytes;
  encode(event.envelope, event.body, bytes);
  return bytes;
}

Event limits_event() { return seats::Event(seats::CourseSeatLimitsSet{CourseId("k-1"), {}, {}}); }

TEST(Envelope, EveryEventComesBackAsItWas) {
  for (const SampleEvent& sample : sample_events()) {
    const auto back = decode(stored(sample.event));
    ASSERT_TRUE(back.has_value()) << sample.name << ": " << back.error().message;
    EXPECT_TRUE(*back == sample.event) << sample.name;
  }
}

TEST(Envelope, SamplesCoverEveryKind) {
  std::set<std::string_view> names;
  std::map<std::size_t, std::size_t> kinds;  // by domain
  for (const SampleEvent& sample : sample_events()) {
    names.insert(type_name(sample.event.body));
    kinds[sample.event.body.index()] = std::visit(
        [](const auto& domain) {
          return std::variant_size_v<typename std::decay_t<decltype(domain)>::variant>;
        },
        sample.event.body);
  }
  std::size_t all = 0;
  for (const auto& [domain, count] : kinds) all += count;
  EXPECT_EQ(names.size(), all) << "a domain with one sample has samples of all its kinds";
}

TEST(Envelope, NamesOfKindsAreThoseOfTheirTypes) {
  EXPECT_EQ(type_name(tenancy::Event(tenancy::HistoryFinished{})), "HistoryFinished");
  EXPECT_EQ(type_name(seats::Event(seats::CampusOpened{})), "CampusOpened");
  EXPECT_EQ(type_name(seats::Event(seats::CourseSeatStarted{})), "CourseSeatStarted");
  EXPECT_EQ(type_name(seats::Event(seats::CourseMembershipResumed{})), "CourseMembershipResumed");
}

TEST(Envelope, StreamsNameTheEntity) {
  EXPECT_EQ(stream_of(tenancy::Event(tenancy::TenantCreated{})), "tenant");
  EXPECT_EQ(stream_of(seats::Event(seats::FlatResized{CampusId("c-1"), PeriodId("2027"), 1, Instant{}})),
            "campus/c-1");
  EXPECT_EQ(
      stream_of(seats::Event(seats::CourseCreated{CourseId("k-1"), CampusId("c-1"), Instant{}, Instant{}})),
      "course/k-1");
  EXPECT_EQ(stream_of(seats::Event(seats::HomeCampusSet{PersonId("p-1"), CampusId("c-1")})), "person/p-1");
}

TEST(Envelope, IsOneSegmentThatNamesItsOwnLength) {
  for (const SampleEvent& sample : sample_events()) {
    const std::string bytes = stored(sample.event);
    std::uint32_t segments_less_one = 1;
    std::uint32_t words = 0;
    std::memcpy(&segments_less_one, bytes.data(), 4);
    std::memcpy(&words, bytes.data() + 4, 4);
    EXPECT_EQ(segments_less_one, 0u);
    EXPECT_EQ(bytes.size(), 8 + std::size_t{words} * 8);
  }
}

TEST(Envelope, AppendsAndIsTheSameWhateverWasEncodedBefore) {
  const auto samples = sample_events();
  const std::string alone = stored(samples[3].event);
  std::string both = stored(samples[20].event);
  const std::size_t first = both.size();
  encode(samples[3].event.envelope, samples[3].event.body, both);
  EXPECT_EQ(both.substr(first), alone);
}

TEST(Envelope, AnEventLargerThanAllBeforeStaysOneSegment) {
  seats::FlatBooked booked;
  for (std::uint32_t i = 0; i < 5'000; ++i) booked.tiers.push_back({i, MinorUnits{5'000 - i}});
  const RecordedEvent event{sample_envelope(seats::Event(booked)), seats::Event(booked)};
  const auto back = decode(stored(event));
  ASSERT_TRUE(back.has_value()) << back.error().message;
  EXPECT_TRUE(*back == event);
}

TEST(Envelope, ReadsFromAnyAddress) {
  const auto samples = sample_events();
  const std::string shifted = "x" + stored(samples[5].event);
  const auto back = decode(std::string_view(shifted).substr(1));
  ASSERT_TRUE(back.has_value());
  EXPECT_TRUE(*back == samples[5].event);
}

TEST(Envelope, RefusesEveryCutAndEveryExtension) {
  const std::string bytes = stored(sample_events()[1].event);
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    const auto back = decode(std::string_view(bytes).substr(0, size));
    ASSERT_FALSE(back.has_value()) << size;
    EXPECT_EQ(back.error().code, Reason::StoreDamaged);
  }
  EXPECT_FALSE(decode(bytes + std::string(8, '\0')).has_value());
}

TEST(Envelope, SurvivesEveryFlippedBit) {
  // Many flips give another valid event: it is the tree of hashes that finds those. Here nothing may crash.
  for (const SampleEvent& sample : sample_events()) {
    const std::string bytes = stored(sample.event);
    for (std::size_t at = 0; at < bytes.size(); ++at) {
      std::string flipped = bytes;
      flipped[at] = static_cast<char>(flipped[at] ^ (1 << (at % 8)));
      const auto back = decode(flipped);
      EXPECT_TRUE(back || back.error().code == Reason::StoreDamaged);
    }
  }
}

/// Stored bytes that today's types could not say.
std::string stored_by_hand(void (*fill)(schema::RecordedEvent::Builder)) {
  capnp::MallocMessageBuilder message;
  fill(message.initRoot<schema::RecordedEvent>());
  const auto words = capnp::messageToFlatArray(message);
  const auto bytes = words.asChars();
  return {bytes.begin(), bytes.size()};
}

TEST(Envelope, RefusesEnumeratorsOfANewerProgram) {
  const auto with_role = stored_by_hand([](schema::RecordedEvent::Builder event) {
    event.initActor().setRole(static_cast<schema::Role>(999));
    event.getBody().initTenancy().initHistoryFinished();
  });
  const auto with_kind = stored_by_hand([](schema::RecordedEvent::Builder event) {
    event.getBody().initSeats().initCampusOpened().setKind(static_cast<schema::CampusKind>(2));
  });
  for (const auto& bytes : {with_role, with_kind}) {
    const auto back = decode(bytes);
    ASSERT_FALSE(back.has_value());
    EXPECT_EQ(back.error().code, Reason::StoreDamaged);
  }
}

TEST(Envelope, RefusesAnEventOfAnUnknownDomain) {
  constexpr std::size_t domain_at = 48;  // segment table, root pointer, four words of numbers
  std::string bytes = stored({sample_envelope(limits_event()), limits_event()});
  ASSERT_EQ(bytes[domain_at], 1) << "the union's discriminant is elsewhere";
  bytes[domain_at] = 9;
  const auto back = decode(bytes);
  ASSERT_FALSE(back.has_value());
  EXPECT_NE(back.error().message.find("unknown domain"), std::string::npos) << back.error().message;
}

TEST(Envelope, RefusesABodyWithoutFieldsThatIsNotInTheMessage) {
  std::string bytes = stored_by_hand(
      [](schema::RecordedEvent::Builder event) { event.getBody().initTenancy().initHistoryFinished(); });
  const std::string nowhere_in_particular("\xFC\xFF\xFF\xFF\0\0\0\0", 8);  // a struct without size
  const std::size_t at = bytes.find(nowhere_in_particular);
  ASSERT_NE(at, std::string::npos);
  ASSERT_TRUE(decode(bytes).has_value());
  bytes.replace(at, 8, std::string("\xFC\xFF\xFF\x1F\1\0\0\0", 8));  // one of a word, far behind the end
  const auto back = decode(bytes);
  ASSERT_FALSE(back.has_value());
  EXPECT_EQ(back.error().code, Reason::StoreDamaged);
}

TEST(Envelope, RefusesIdentifiersAndDigestsOfAnotherSize) {
  const auto short_id = stored_by_hand([](schema::RecordedEvent::Builder event) {
    event.initCommandId(15);
    event.getBody().initTenancy().initHistoryFinished();
  });
  const auto no_hash = stored_by_hand([](schema::RecordedEvent::Builder event) {
    event.getBody().initSeats().initCourseSettled().setCurrency("EUR");
  });
  const auto no_currency = stored_by_hand(
      [](schema::RecordedEvent::Builder event) { event.getBody().initSeats().initCourseSeatEnded(); });
  for (const auto& bytes : {short_id, no_hash, no_currency}) EXPECT_FALSE(decode(bytes).has_value());
}

}  // namespace
}  // namespace kontor::test
