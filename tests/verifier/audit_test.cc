// B119-B121, B124, and issue 4 b: every byte of a bundle changed, and histories that were rewritten, forked,
// cut short or signed by somebody else, by somebody who repairs whatever can be repaired.
#include "replay/verifier/audit.h"

#include <gtest/gtest.h>

#include <fstream>
#include <functional>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include "engine/log/memory/memory_log.h"

#include "events/core/base64.h"
#include "events/proof/binding.h"
#include "events/proof/rotation.h"
#include "replay/verifier/json.h"
#include "replay/verifier/report.h"
#include "tests/support/all_domains.h"
#include "tests/support/bundles.h"
#include "tests/support/live_history.h"
#include "tests/support/temporary_directory.h"

namespace kontor::verifier {
namespace {

using log::Group;
using test::BundleOf;

const BundleOf kTenant{.tenant = TenantId("t")};

struct World {
  std::vector<Group> groups;
  std::uint64_t size = 0;
};
const World& world() {
  static const World one = [] {
    World made{test::all_domains(7, 160), 0};
    made.size = test::events_in(made.groups, kTenant);
    return made;
  }();
  return one;
}

/// The same history, with the event at this position made another one by whoever holds the disk.
std::vector<Group> rewritten(const std::vector<Group>& groups, Position position,
                             const std::function<void(RecordedEvent&)>& change) {
  std::vector<Group> out = groups;
  for (Group& group : out)
    for (log::TenantSlice& slice : group.slices) {
      if (position < slice.first || position >= slice.first + slice.count) continue;
      std::vector<std::string_view> stored;
      EXPECT_TRUE(log::split_events(slice.bytes, slice.count, stored));
      std::string bytes;
      for (std::size_t i = 0; i < stored.size(); ++i) {
        RecordedEvent event = decode(stored[i]).value();
        if (slice.first + i == position) change(event);
        encode(event.envelope, event.body, bytes);
      }
      slice.bytes = bytes;
    }
  return out;
}

std::vector<Group> with_another_actor(const std::vector<Group>& groups, Position position) {
  return rewritten(groups, position, [](RecordedEvent& event) { event.envelope.actor.id += "x"; });
}

template <class Domain, class E>
E& in(Event& body) {
  return std::get<E>(std::get<Domain>(body));
}

class Auditor : public testing::Test {
 protected:
  Request& request() { return request_; }
  [[nodiscard]] std::filesystem::path folder() const { return directory_.path() / "kept"; }

  /// Puts a note into the folder of kept checkpoints, under any name.
  void keep(const std::string& note) {
    std::filesystem::create_directories(folder() / "some");
    std::ofstream(folder() / "some" / (std::to_string(kept_++) + ".note")) << note;
    request_.checkpoints = folder();
  }
  [[nodiscard]] Outcome judge(const std::string& bundle) {
    request_.key = test::pinned(key_);
    return audit(request_, test::source_of(bundle));
  }
  void expect_proven(const std::string& bundle) {
    const Outcome outcome = judge(bundle);
    EXPECT_EQ(exit_code(outcome), 0) << to_text(outcome);
  }
  void expect_found(const std::string& bundle, const std::string& kind, std::uint64_t position) {
    const Outcome outcome = judge(bundle);
    EXPECT_EQ(exit_code(outcome), 1) << kind << ": " << to_text(outcome);
    const auto* finding = std::get_if<Finding>(&outcome);
    if (finding == nullptr) return;
    EXPECT_EQ(finding->kind, kind) << finding->message;
    EXPECT_EQ(finding->position, position) << finding->message;
  }
  [[nodiscard]] std::string bundle(const std::vector<Group>& groups, const BundleOf& what = kTenant) const {
    return test::bundle_of(groups, what, key_);
  }
  [[nodiscard]] std::string note_at(std::uint64_t size, const BundleOf& what = kTenant) const {
    return test::signed_checkpoint(world().groups, what, size, key_);
  }

  test::TemporaryDirectory directory_;
  SigningKey key_ = test::signing_key();
  SigningKey other_key_ = test::signing_key(2);
  Request request_;
  int kept_ = 0;
};

TEST_F(Auditor, ProvesAnHonestHistory) {
  keep(note_at(world().size / 2));
  keep(note_at(0));
  const Outcome outcome = judge(bundle(world().groups));
  ASSERT_EQ(exit_code(outcome), 0) << to_text(outcome);
  const Report& report = std::get<Report>(outcome);
  EXPECT_EQ(report.events, world().size);
  EXPECT_EQ(report.proven_to, world().size);
  EXPECT_EQ(report.notes_held, 3U);
  EXPECT_TRUE(to_json(outcome).starts_with("{\"verdict\":\"proven\",\"log\":\"ledger.example.org/7f3a9c\","));
}

TEST_F(Auditor, ProvesAWholeStoreWithAllItsTrees) {
  const auto groups = test::merged(world().groups, test::all_domains(8, 60, TenantId("u")));
  const BundleOf store;
  const BundleOf of_u{.tenant = TenantId("u")};
  const std::uint64_t size = test::events_in(groups, store);
  const std::vector<std::string> notes{test::signed_checkpoint(groups, store, size / 2, key_),
                                       test::signed_checkpoint(groups, of_u, 20, key_),
                                       test::signed_checkpoint(groups, store, size, key_)};
  expect_proven(test::bundle_with(groups, store, notes));
  const Position changed = 15;
  std::vector<Group> forged = groups;
  for (Group& group : forged)
    for (log::TenantSlice& slice : group.slices)
      if (slice.tenant == TenantId("u") && slice.first <= changed && changed < slice.first + slice.count)
        slice = with_another_actor({{.number = 1, .slices = {slice}}}, changed)[0].slices[0];
  expect_found(test::bundle_with(forged, store, {notes[1]}), "root-mismatch", 20);
  expect_found(test::bundle_with(forged, store, {notes[2]}), "root-mismatch", size);
}

TEST_F(Auditor, IsNotTakenInByAnyChangedByte) {
  const std::vector<Group> few(world().groups.begin(), world().groups.begin() + 6);
  const std::string good = bundle(few);
  expect_proven(good);
  for (std::size_t i = 0; i < good.size(); ++i)
    for (const int mask : {0x01, 0x80, 0xff}) {
      std::string changed = good;
      changed[i] = static_cast<char>(changed[i] ^ mask);
      ASSERT_NE(exit_code(judge(changed)), 0) << "byte " << i;
      // And by somebody who makes the file's own hash right again.
      Sha256 sha;
      sha.update(bytes_of(std::string_view(changed).substr(0, changed.size() - 37)));
      const Digest digest = sha.finish();
      std::ranges::copy(digest, changed.end() - 32);
      if (changed == good) continue;
      ASSERT_NE(exit_code(judge(changed)), 0) << "byte " << i << ", hash repaired";
    }
  for (std::size_t size = 0; size < good.size(); ++size)
    ASSERT_EQ(exit_code(judge(good.substr(0, size))), 2) << size;
}

TEST_F(Auditor, FindsAHistoryThatWasRewrittenFromTheCheckpointBehindIt) {
  const std::uint64_t size = world().size;
  keep(note_at(40));
  keep(note_at(60));
  const auto forged = with_another_actor(world().groups, 50);
  // Signed anew by the same key, so that the bundle alone is consistent.
  expect_found(bundle(forged), "root-mismatch", 60);
  // Or with the old note at its end.
  expect_found(test::bundle_with(forged, kTenant, {note_at(size)}), "root-mismatch", 60);
  // Two notes of one size: the fork itself.
  keep(note_at(size));
  expect_found(bundle(forged), "two-histories", size);
}

TEST_F(Auditor, NamesTheVeryEventAfterItHasRemembered) {
  request().checkpoints = folder();
  request().afterwards = Request::Afterwards::Remember;
  expect_proven(bundle(world().groups));
  request().afterwards = Request::Afterwards::Nothing;
  expect_proven(bundle(world().groups));
  for (const Position changed : {Position{1}, Position{50}, world().size})
    expect_found(test::bundle_with(with_another_actor(world().groups, changed), kTenant, {}), "leaf-changed",
                 changed);
  // What is remembered is checked itself.
  const auto leaves =
      folder_of(folder(), {.log = kTenant.log, .epoch = 1, .tenant = kTenant.tenant}) / "leaves.sha256";
  std::fstream file(leaves, std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(100);
  file.put('x');
  file.close();
  EXPECT_EQ(exit_code(judge(bundle(world().groups))), 2);
}

TEST_F(Auditor, TrustsThePinnedKeyAlone) {
  expect_found(test::bundle_of(world().groups, kTenant, other_key_), "not-signed", world().size);
  BundleOf other_log = kTenant;
  other_log.log = "ledger.example.org/other";
  expect_found(test::bundle_of(world().groups, other_log, key_), "not-signed", 0);
  expect_found(test::bundle_with(world().groups, kTenant, {}), "unsigned", 0);
  // A note of the same log about another tree does not speak of these events.
  const BundleOf of_u{.tenant = TenantId("u")};
  const auto groups = test::merged(world().groups, test::all_domains(8, 5, TenantId("u")));
  expect_found(test::bundle_with(world().groups, kTenant, {test::signed_checkpoint(groups, of_u, 5, key_)}),
               "foreign-note", 5);
  keep(test::signed_checkpoint(world().groups, kTenant, 30, other_key_));
  expect_found(bundle(world().groups), "not-signed", 30);
}

/// A bundle with statements, which `bundle_with` does not write.
std::string with_statements(const std::string& bundle, const std::vector<std::string>& statements) {
  std::string out;
  proof::BundleReader reader(test::source_of(bundle));
  proof::BundleWriter writer([&out](std::string_view bytes) -> Status {
    out.append(bytes);
    return {};
  });
  EXPECT_TRUE(writer.header(reader.open().value()));
  for (const std::string& statement : statements) EXPECT_TRUE(writer.rotation(statement));
  for (auto item = reader.next(); item->kind != proof::BundleItem::Kind::End; item = reader.next()) {
    Status written;
    if (item->kind == proof::BundleItem::Kind::Note) written = writer.note(item->bytes);
    if (item->kind == proof::BundleItem::Kind::Event)
      written = writer.event(TenantId(item->tenant), item->position, item->bytes);
    EXPECT_TRUE(written);
  }
  EXPECT_TRUE(writer.finish());
  return out;
}

TEST_F(Auditor, FollowsAKeyToTheOneItHasHandedOverTo) {
  const auto rotation = [](const SigningKey& from, const SigningKey& to) {
    return proof::sign_rotation({test::pinned(from), test::pinned(to), Instant{1}}, from, to).encoded();
  };
  const SigningKey third = test::signing_key(3);
  const std::string by_other = test::bundle_with(
      world().groups, kTenant,
      {note_at(30), test::signed_checkpoint(world().groups, kTenant, world().size, other_key_)});
  expect_found(by_other, "not-signed", world().size);
  expect_proven(with_statements(by_other, {rotation(key_, other_key_)}));
  expect_proven(with_statements(by_other, {rotation(key_, other_key_), rotation(other_key_, third)}));
  // Who has pinned the newer key passes over what only the older one has signed.
  request().key = test::pinned(other_key_);
  const std::string both = with_statements(by_other, {rotation(key_, other_key_)});
  const Outcome newer = audit(request(), test::source_of(both));
  ASSERT_EQ(exit_code(newer), 0) << to_text(newer);
  EXPECT_EQ(std::get<Report>(newer).notes_others, 1U);
  // A stranger's statement, one that the old key has not signed, and one too many.
  expect_found(with_statements(by_other, {rotation(third, other_key_)}), "not-signed", world().size);
  proof::Note forged =
      proof::sign_rotation({test::pinned(key_), test::pinned(other_key_), Instant{1}}, key_, other_key_);
  forged.signatures.erase(forged.signatures.begin());
  expect_found(with_statements(by_other, {forged.encoded()}), "not-signed", 0);
  expect_found(with_statements(by_other, {rotation(key_, other_key_), rotation(key_, third)}),
               "two-histories", 0);
  EXPECT_EQ(exit_code(judge(with_statements(by_other, {"no note"}))), 2);
}

TEST_F(Auditor, SaysWhatABundleDoesNotCover) {
  BundleOf part = kTenant;
  part.to = 50;
  keep(note_at(world().size));
  const Outcome outcome = judge(bundle(world().groups, part));
  ASSERT_EQ(exit_code(outcome), 0) << to_text(outcome);
  EXPECT_EQ(std::get<Report>(outcome).notes_later, 1U);
  EXPECT_EQ(not_proven(std::get<Report>(outcome)).front(),
            "1 signed checkpoints are of a larger size than this bundle");
  part.checkpoints = {30};
  const Outcome tail = judge(bundle(world().groups, part));
  EXPECT_EQ(not_proven(std::get<Report>(tail)).front(),
            "events 31 to 50 lie behind the newest signed checkpoint");
  request().extent = Request::Extent::Complete;
  expect_found(bundle(world().groups, part), "truncated", world().size);
}

TEST_F(Auditor, CountsNotesOfOtherLogsAndRefusesDamagedOnes) {
  BundleOf other = kTenant;
  other.log = "ledger.example.org/other";
  keep(test::signed_checkpoint(world().groups, other, 10, other_key_));
  const Outcome outcome = judge(bundle(world().groups));
  ASSERT_EQ(exit_code(outcome), 0) << to_text(outcome);
  EXPECT_EQ(std::get<Report>(outcome).notes_others, 1U);
  keep("not a note");
  EXPECT_EQ(exit_code(judge(bundle(world().groups))), 2);
}

TEST_F(Auditor, RemembersWhateverEpochItWas) {
  BundleOf restored = kTenant;
  restored.epoch = 2;
  keep(note_at(40));
  expect_proven(test::bundle_of(world().groups, restored, key_));
  expect_found(test::bundle_of(with_another_actor(world().groups, 30), restored, key_), "root-mismatch", 40);
}

/// Every structural lie, told by somebody who holds the key and signs the result.
TEST_F(Auditor, FindsWhatDoesNotFollow) {
  const auto& groups = world().groups;
  const auto lie = [&](const std::function<void(RecordedEvent&)>& change) {
    return bundle(rewritten(groups, 50, change));
  };
  expect_found(lie([](RecordedEvent& e) { e.envelope.tenant = TenantId("u"); }), "wrong-tenant", 50);
  expect_found(lie([](RecordedEvent& e) { e.envelope.position = 51; }), "position-gap", 50);
  expect_found(lie([](RecordedEvent& e) { e.envelope.stream = "course/none"; }), "wrong-stream", 50);
  expect_found(lie([](RecordedEvent& e) { ++e.envelope.version; }), "version-gap", 50);
  expect_found(lie([](RecordedEvent& e) { e.envelope.recorded_at.ns = 0; }), "time-back", 50);
  expect_found(lie([](RecordedEvent& e) { e.envelope.effective_at.ns = kForever.ns - 1; }), "time-back", 50);
  const CommandId first = test::recorded_events(groups).front().envelope.command_id;
  expect_found(lie([&](RecordedEvent& e) { e.envelope.command_id = first; }), "command-twice", 50);

  std::vector<Group> swapped = groups;
  std::swap(swapped[10], swapped[11]);
  EXPECT_EQ(exit_code(judge(bundle(swapped))), 1);
  std::vector<Group> missing = groups;
  missing.erase(missing.begin() + 10);
  EXPECT_EQ(exit_code(judge(bundle(missing))), 1);
  std::vector<Group> doubled = groups;
  doubled.insert(doubled.begin() + 10, doubled[10]);
  EXPECT_EQ(exit_code(judge(bundle(doubled))), 1);
}

/// Amounts, counts and lines that do not follow, each changed in the first event that has them.
TEST_F(Auditor, FindsFiguresThatDoNotFollow) {
  std::vector<std::vector<Group>> stories;
  for (std::uint64_t seed = 0; seed < 6; ++seed) stories.push_back(test::all_domains(seed, 400));
  stories.push_back(test::random_history(1, 1'500));
  const auto expect_found_in = [&](std::string_view type, const std::function<void(Event&)>& change) {
    for (const auto& groups : stories)
      for (const RecordedEvent& event : test::recorded_events(groups)) {
        if (type_name(event.body) != type) continue;
        const auto forged =
            rewritten(groups, event.envelope.position, [&](RecordedEvent& e) { change(e.body); });
        expect_found(bundle(forged), "figures", event.envelope.position);
        return;
      }
    ADD_FAILURE() << "no story has a " << type;
  };
  expect_found_in("AccessOrderPlaced",
                  [](Event& e) { ++in<access::Event, access::AccessOrderPlaced>(e).total.value; });
  expect_found_in("CourseSeatEnded",
                  [](Event& e) { ++in<seats::Event, seats::CourseSeatEnded>(e).amount.value; });
  expect_found_in("CourseSettlementOpened",
                  [](Event& e) { ++in<seats::Event, seats::CourseSettlementOpened>(e).billed_blocks; });
  expect_found_in("CourseSettled",
                  [](Event& e) { in<seats::Event, seats::CourseSettled>(e).lines_hash[3] ^= 1; });
  expect_found_in("CreditsAdded", [](Event& e) { ++in<credits::Event, credits::CreditsAdded>(e).points; });
  expect_found_in("CampusSeatGranted",
                  [](Event& e) { ++in<seats::Event, seats::CampusSeatGranted>(e).seat; });
  expect_found_in("CommunitySeatReleased", [](Event& e) {
    in<communities::Event, communities::CommunitySeatReleased>(e).person.value += "x";
  });
  expect_found_in("BillingRunOpened",
                  [](Event& e) { in<billing::Event, billing::BillingRunOpened>(e).lines_hash[0] ^= 1; });
  expect_found_in("BillingRunClosed",
                  [](Event& e) { ++in<billing::Event, billing::BillingRunClosed>(e).lines; });
}

// Between two checkpoints, only a receipt says what was promised.
TEST_F(Auditor, ComparesWhatClientsWerePromised) {
  const auto events = test::recorded_events(world().groups);
  std::vector<Digest> leaves;
  for (const RecordedEvent& event : events) {
    std::string stored;
    encode(event.envelope, event.body, stored);
    leaves.push_back(leaf_hash(bytes_of(stored)));
  }
  const auto receipt = [&](Position first, Position last, const SigningKey& key) {
    const proof::Promise promise{TenantId("t"), events[first - 1].envelope.command_id, first, last,
                                 proof::root_of(std::span(leaves).subspan(first - 1, last - first + 1))};
    const std::vector<Digest> all{promise.leaf()};
    const proof::PromisedGroup group{kTenant.log, 1, 1, {}, 1, proof::root_of(all)};
    const proof::Note note{group.text(), {proof::sign_text(group.text(), kTenant.log, key)}};
    const boost::json::object line{{"tenant", "t"},
                                   {"command", promise.command.text()},
                                   {"first", std::to_string(first)},
                                   {"last", std::to_string(last)},
                                   {"eventsRoot", base64(promise.events_root)},
                                   {"index", "0"},
                                   {"path", boost::json::array()},
                                   {"note", note.encoded()}};
    return boost::json::serialize(line) + "\n";
  };
  request().receipts = directory_.path() / "receipts";
  const auto write = [&](const std::string& lines) { std::ofstream(*request().receipts) << lines; };
  write(receipt(30, 32, key_) + receipt(31, 31, key_) + receipt(1, 1, other_key_));
  const Outcome outcome = judge(bundle(world().groups));
  ASSERT_EQ(exit_code(outcome), 0) << to_text(outcome);
  EXPECT_EQ(std::get<Report>(outcome).receipts->held, 2U);
  EXPECT_EQ(std::get<Report>(outcome).receipts->others, 1U);
  expect_found(bundle(with_another_actor(world().groups, 32)), "receipt", 30);

  BundleOf part = kTenant;
  part.to = 31;
  const Outcome cut = judge(bundle(world().groups, part));
  ASSERT_EQ(exit_code(cut), 0) << to_text(cut);
  EXPECT_EQ(std::get<Report>(cut).receipts->later, 1U);
  request().extent = Request::Extent::Complete;
  expect_found(bundle(world().groups, part), "truncated", 32);
  write("{\"tenant\":\"t\"}\n");
  EXPECT_EQ(exit_code(judge(bundle(world().groups))), 2);
}

TEST_F(Auditor, WritesReportsThatAreJson) {
  for (const std::string& bundle :
       {bundle(world().groups), bundle(with_another_actor(world().groups, 1)).substr(0, 900),
        std::string()}) {
    const std::string written = to_json(judge(bundle));
    boost::json::error_code code;
    EXPECT_TRUE(boost::json::parse(written.substr(0, written.size() - 1), code).is_object()) << written;
    EXPECT_EQ(written.back(), '\n');
  }
  Json json;
  json.begin_object().field("a\"b", "\\\n\x01\x7f").key("l").begin_list().number(-1).text("").end_list();
  EXPECT_EQ(json.end_object().written(), "{\"a\\\"b\":\"\\\\\\n\\u0001\x7f\",\"l\":[-1,\"\"]}");
}

}  // namespace
}  // namespace kontor::verifier
