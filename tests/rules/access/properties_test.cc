// What must hold after every command, whatever is tried: I1, I7 and undo (DOMAIN 10).
#include <map>
#include <random>
#include <set>

#include "tests/support/access_fixture.h"

namespace kontor::test {
namespace {

constexpr std::uint64_t kSeeds = 12;
constexpr int kCommands = 400;

class Storm {
 public:
  explicit Storm(std::uint64_t seed) : dice_(seed) {
    open_shop(given_);
    buy_group(given_, 3, OrderId("g-0"));
    buy_group(given_, 2, OrderId("g-1"), grp::BuyerSeat::Included);
  }

  void step() {
    const rules::Command command = any();
    expect_undo_leaves_no_trace(command);
    if (given_.when(command).events().empty()) return;
    expect_seats_add_up();
    expect_tags_follow_entitlements();
  }
  [[nodiscard]] std::size_t events() const { return given_.events().size(); }

 private:
  std::uint64_t below(std::uint64_t n) { return dice_() % n; }
  GroupId group() { return GroupId("g-" + std::to_string(below(4))); }
  OrderId order() { return OrderId(group().value); }
  std::string name() { return "n" + std::to_string(below(6)); }
  PersonId person() {
    const auto& names = given_.state().people.names;
    if (names.size() == 0 || below(8) == 0) return kBuyer;
    return PersonId(names.text(static_cast<rules::Row>(below(names.size()))));
  }

  rules::Command import() {
    grp::ImportRoster roster{.group = group(),
                             .file_hash = std::string(64, 'a'),
                             .mode = below(2) == 0 ? grp::ImportMode::Fill : grp::ImportMode::AllOrNothing,
                             .rows = {},
                             .staged = 0};
    const std::uint64_t rows = below(5);
    for (std::uint64_t i = 0; i < rows; ++i)
      roster.rows.push_back({.line = static_cast<std::uint32_t>(i + 1), .contact = contact(name())});
    return access_command(std::move(roster));
  }
  rules::Command any() {
    switch (below(14)) {
      case 0:
        return configure({.seat_replacement =
                              below(2) == 0 ? grp::SeatReplacement::Allowed : grp::SeatReplacement::Forbidden,
                          .notify_on_enrol = below(4) == 0 ? grp::Mails::Off : grp::Mails::On,
                          .crm_provider = {},
                          .crm_state = {}});
      case 1: return access_command(group_order(below(4), order()));
      case 2: return access_command(single_order(order()));
      case 3: return complete(order());
      case 4: return access_command(grp::AbandonAccessOrder{.order = order(), .reason = ""});
      case 5: return import();
      case 6:
        if (below(30) != 0) return enrol(name(), group());
        return access_command(grp::ReverseAccessOrder{.order = order(), .reason = "refund"});
      case 7:
        return access_command(grp::ExpandGroup{
            .group = group(), .quantity = static_cast<std::uint32_t>(below(3)), .payment_ref = ""});
      case 8:
        return access_command(grp::CorrectEnrolment{.removal = position_named(given_, "ParticipantRemoved"),
                                                    .reason = "mistake"});
      case 9: return access_command(grp::ReinviteParticipant{.group = group(), .person = person()});
      case 10: return access_command(grp::TransferLeadership{.group = group(), .person = person()});
      case 11:
      case 12: return remove(person(), group());
      default: return enrol(name(), group());
    }
  }

  void expect_undo_leaves_no_trace(const rules::Command& asked) {
    rules::Command command = asked;
    rules::each_contact(command, fill_lookup);
    rules::State& state = given_.state();
    const Digest before = rules::state_digest(state);
    const Actor actor{role_for(command), "someone", "test"};
    const auto decision = rules::decide(state, command, {.now = given_.now(), .actor = actor});
    if (!decision) return;
    state.journal.open();
    Position position = given_.events().size();
    for (const Event& event : *decision) {
      Envelope envelope;
      envelope.position = ++position;
      envelope.stream = stream_of(event);
      envelope.version = rules::head_of(state, envelope.stream).version + 1;
      envelope.effective_at = given_.now();
      rules::evolve(state, event, envelope);
    }
    state.journal.roll_back();
    EXPECT_EQ(rules::state_digest(state), before) << "INV-16: " << rules::type_name(command);
  }

  void expect_seats_add_up() {
    const auto& s = given_.state().access;
    std::map<rules::Row, std::pair<std::uint32_t, std::uint32_t>> counted;
    std::map<rules::Row, std::set<std::uint32_t>> numbers;
    for (rules::Row row = 0; row < s.members.size(); ++row) {
      const auto& member = s.members[row];
      if (member.phase == grp::MemberPhase::Active) ++counted[member.group].first;
      if (member.phase == grp::MemberPhase::Burnt) ++counted[member.group].second;
      if (member.phase == grp::MemberPhase::Removed) continue;
      EXPECT_TRUE(numbers[member.group].insert(member.seat).second) << "two people on one seat";
      EXPECT_LE(member.seat, s.groups[member.group].capacity);
    }
    for (rules::Row row = 0; row < s.groups.size(); ++row) {
      const auto& group = s.groups[row];
      EXPECT_EQ(group.active, counted[row].first) << "INV-18";
      EXPECT_EQ(group.burnt, counted[row].second) << "INV-18";
      EXPECT_EQ(group.active + group.burnt + group.available(), group.capacity) << "INV-18";
    }
  }

  /// I7, from the events alone: whoever was granted a tag more recently than it was revoked has a reason.
  void expect_tags_follow_entitlements() {
    std::map<std::string, bool> held;
    std::map<std::string, int> reasons;
    for (const RecordedEvent& event : given_.events()) {
      if (const auto* effect = std::get_if<effects::Event>(&event.body)) {
        if (const auto* grant = std::get_if<effects::TagGrantRequested>(effect))
          held[grant->person.value] = true;
        if (const auto* revoke = std::get_if<effects::TagRevokeRequested>(effect))
          held[revoke->person.value] = false;
      }
      if (const auto* body = std::get_if<access::Event>(&event.body)) {
        if (const auto* e = std::get_if<access::ParticipantEnrolled>(body)) ++reasons[e->person.value];
        if (const auto* e = std::get_if<access::ParticipantRemoved>(body)) --reasons[e->person.value];
        if (const auto* e = std::get_if<access::SingleAccessGranted>(body)) ++reasons[e->person.value];
        if (const auto* e = std::get_if<access::SingleAccessRevoked>(body)) --reasons[e->person.value];
      }
    }
    for (const auto& [person, holds] : held) EXPECT_EQ(holds, reasons[person] > 0) << person;
    for (const auto& [person, count] : reasons) EXPECT_EQ(held[person], count > 0) << person;
  }

  std::mt19937_64 dice_;
  Given given_;
};

TEST(AccessProperties, SeatsAddUpTagsFollowAndUndoLeavesNoTrace) {
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Storm storm(seed);
    for (int i = 0; i < kCommands && !testing::Test::HasFailure(); ++i) storm.step();
    EXPECT_GT(storm.events(), 60u);
  }
}

}  // namespace
}  // namespace kontor::test
