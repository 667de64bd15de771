#include "tests/replay/export/story.h"

#include <gtest/gtest.h>

#include <array>
#include <boost/json/serialize.hpp>
#include <fstream>
#include <iterator>

#include "engine/rules/billing/commands.h"
#include "events/core/ed25519.h"
#include "server/protocol/json.h"
#include "tests/support/access_fixture.h"
#include "tests/support/campus_fixture.h"
#include "tests/support/community_fixture.h"
#include "tests/support/credits_fixture.h"
#include "tests/support/live_history.h"

namespace kontor::exports::test {
namespace {

using namespace kontor::test;  // NOLINT: the fixtures of all domains

namespace bill = rules::billing;

constexpr const char* kKeyName = "ledger.example.org/7f3a";

rules::Command open_run(const std::string& run, Instant cutoff) {
  return bill::Command(
      bill::OpenBillingRun{.run = BillingRunId(run), .scope = bill::Scope::All, .cutoff = cutoff});
}
rules::Command close_run(const std::string& run) {
  return bill::Command(
      bill::CloseBillingRun{.run = BillingRunId(run), .invoice_ref = "I-17", .lines_hash = std::nullopt});
}
rules::Command abandon_run(const std::string& run) {
  return bill::Command(bill::AbandonBillingRun{.run = BillingRunId(run), .reason = "a mistake"});
}

void give_seats(LiveHistory& history) {
  const Instant start = berlin("2027-01-02");
  history.done(start, command(cmd::OpenCampus{.campus = kCampus, .kind = seats::CampusKind::Flat}));
  history.done(start, command(flat_of(50)));
  history.done(start, command(cmd::EnableBothSeatTypes{.campus = kCampus}));
  history.done(start, command(course_from("2027-03-01", "2027-06-01")));
  for (const char* person : {"s-1", "s-2", "s-3"}) history.done(start, invite(person, kCampusSeat));
  for (const char* person : {"s-4", "s-5", "s-6"}) history.done(start, invite(person, kCourseSeat));
  history.done(start, open_community());
  history.done(start, book_pool(5));
  history.done(start, create_group(kCommunityGroup));
  history.done(start, join("m-1"));
  history.done(start, join("m-2"));
  history.done(berlin("2027-02-01"), leave("s-6"));  // its course seat has not started
  history.done(berlin("2027-02-02"), leave_group("m-2"));
  history.done(berlin("2027-04-10"), leave("s-5"));
}

void trade_credits(LiveHistory& history) {
  const Instant then = berlin("2027-04-20");
  history.done(then,
               rules::tenancy::Command(rules::tenancy::ChangeTenantPlan{
                   .suite = tenancy::Suite::ExpertSuitePlus, .credits = tenancy::CreditsOption::Included}));
  history.done(then, feature(credits::Feature::On));
  history.done(then, of_credits(package_of(10)));
  history.done(then, activate());
  history.done(then, manual(7));
  history.done(then,
               of_credits(cr::PostManualTransaction{
                   .user = kUser, .points = -2, .reason = std::string(kFormula), .force = cr::Force::No}));
  history.done(then, order("c-1"));
  history.done(then, set_status("c-1", cr::NewOrderStatus::Credited));
  history.done(then, order("c-2"));
  history.done(then, set_status("c-2", cr::NewOrderStatus::Cancelled));
  history.done(then, publish("article-1"));
}

void sell_accesses(LiveHistory& history) {
  const Instant then = berlin("2027-05-02");
  history.done(then, configure({.seat_replacement = {},
                                .notify_on_enrol = {},
                                .crm_provider = "crm",
                                .crm_state = access::CrmState::Connected}));
  history.done(then, product_at(1000));
  history.done(then, access_command(group_order(10)));
  history.done(then, complete());
  history.done(
      then,
      access_command(grp::EnrolParticipant{
          .group = kGroup,
          .contact = {.email = std::string(kCanaryMail), .name = std::string(kCanaryName), .lookup = {}}}));
  history.done(then, enrol("ada"));
}

std::vector<log::Group> make_story() {
  LiveHistory history;
  give_seats(history);
  trade_credits(history);
  sell_accesses(history);
  history.done(berlin("2027-05-10"), open_run("R-0", berlin("2027-05-01")));
  history.done(berlin("2027-05-11"), abandon_run("R-0"));
  history.done(berlin("2027-06-05"), open_run("R-1", berlin("2027-06-01")));
  history.done(berlin("2027-06-06"), close_run("R-1"));
  return history.groups();
}

}  // namespace

const std::vector<log::Group>& story() {
  static const std::vector<log::Group> groups = make_story();
  return groups;
}

const std::vector<std::string>& stored_events() {
  static const std::vector<std::string> all = [] {
    std::vector<std::string> events;
    for (const log::Group& group : story()) {
      for (const log::TenantSlice& slice : group.slices) {
        std::vector<std::string_view> stored;
        EXPECT_TRUE(log::split_events(slice.bytes, slice.count, stored));
        events.insert(events.end(), stored.begin(), stored.end());
      }
    }
    return events;
  }();
  return all;
}

Position story_end() { return stored_events().size(); }

Readable readable() {
  return [](std::string_view stored) -> Result<std::string> {
    const auto event = protocol::stored_event_to_json(stored);
    if (!event) return fail(event.error());
    return boost::json::serialize(*event);
  };
}

EventPages pages_of(std::vector<std::string> events) {
  return [events = std::move(events)](Position first,
                                      std::size_t count_max) -> Result<std::vector<std::string>> {
    std::vector<std::string> page;
    for (Position at = first; at <= events.size() && page.size() < count_max; ++at)
      page.push_back(events[at - 1]);
    return page;
  };
}

EventPages pages_of_story() { return pages_of(stored_events()); }

Request request_for(Format format) {
  return {.format = format,
          .tenant = TenantId("t"),
          .to = story_end(),
          .selection = {},
          .supplier = {"Academy & Sons", "Berlin"},
          .moment = berlin("2027-07-01")};
}

const Signer& signer() {
  static const SigningKey key(std::array<std::uint8_t, SigningKey::kSeedBytes>{1, 2, 3});
  static const Signer one{kKeyName,
                          [](std::string_view text) { return proof::sign_text(text, kKeyName, key); }};
  return one;
}

proof::NoteKey note_key() {
  const SigningKey key(std::array<std::uint8_t, SigningKey::kSeedBytes>{1, 2, 3});
  return {kKeyName, proof::KeyType::Ed25519, key.public_key()};
}

Manifest exported(const Request& request, const std::filesystem::path& path) {
  const auto made = export_events(request, pages_of_story(), readable(), &signer(), path, {});
  EXPECT_TRUE(made) << (made ? "" : made.error().message);
  return made.value_or(Manifest());
}

std::string content_of(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  EXPECT_TRUE(in) << path;
  return {std::istreambuf_iterator<char>(in), {}};
}

void write_file(const std::filesystem::path& path, std::string_view content) {
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out << content;
}

}  // namespace kontor::exports::test
