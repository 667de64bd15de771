#include "tests/support/all_domains.h"

#include <algorithm>

#include "engine/rules/billing/commands.h"
#include "events/core/assert.h"
#include "tests/support/access_fixture.h"
#include "tests/support/community_fixture.h"
#include "tests/support/live_history.h"
#include "tests/support/random_credits.h"
#include "tests/support/random_seats.h"

namespace kontor::test {
namespace {

namespace bill = rules::billing;

class Storm {
 public:
  Storm(std::uint64_t seed, const TenantId& tenant) : seats_(seed), credits_(seed + 1), history_(tenant) {
    for (int i = 0; i < 3; ++i) open_campus(i);
    for (const CommunityId& community : {kCommunity, kOtherCommunity}) {
      history_.done(now_, open_community(community));
      history_.done(now_,
                    com::Command(com::BookCommunityPool{
                        .community = community, .size = 4, .price = MinorUnits{9'900}, .currency = {}}));
    }
    history_.done(now_, create_group(kCommunityGroup));
    history_.done(now_, create_group(kOtherCommunityGroup, kOtherCommunity));
    history_.done(
        now_, rules::tenancy::Command(rules::tenancy::ChangeTenantPlan{
                  .suite = tenancy::Suite::ExpertSuitePlus, .credits = tenancy::CreditsOption::Included}));
    history_.done(now_, feature(credits::Feature::On));
    history_.done(now_, of_credits(package_of(10)));
    history_.done(now_, activate());
    history_.done(now_, configure({.seat_replacement = {},
                                   .notify_on_enrol = {},
                                   .crm_provider = "crm-1",
                                   .crm_state = grp::CrmState::Connected}));
    history_.done(now_, product_at(1'000));
  }

  void step() {
    now_.ns += std::min<std::int64_t>(seats_.pause_ns(), 86'400'000'000'000);
    switch (seats_.below(12)) {
      case 0: run(); break;
      case 1:
      case 2:
      case 3: try_it(credits_.next(now_)); break;
      case 4: try_it(some_credit_order()); break;
      case 5:
      case 6: group(); break;
      case 7: community(); break;
      case 8: correct_since(); break;
      default: try_it(seats_.next(now_, last()));
    }
  }
  [[nodiscard]] const std::vector<log::Group>& groups() const { return history_.groups(); }
  [[nodiscard]] LiveHistory& history() { return history_; }

 private:
  void open_campus(int i) {
    const CampusId campus("c-" + std::to_string(i));
    const auto kind = i == 2 ? seats::CampusKind::Package : seats::CampusKind::Flat;
    history_.done(now_, command(cmd::OpenCampus{.campus = campus, .kind = kind}));
    auto flat = flat_of(6, campus);
    flat.period = PeriodId("2026");
    flat.from = berlin("2026-01-01");
    flat.to = berlin("2027-01-01");
    flat.rounding = i == 1 ? seats::Rounding::Full : seats::Rounding::Started;
    flat.price = MinorUnits{120'000};
    history_.done(now_, command(flat));
    history_.done(now_, command(cmd::EnableBothSeatTypes{.campus = campus}));
  }
  /// Accepted or not.
  bool try_it(const rules::Command& command, std::optional<Instant> since = std::nullopt) {
    return std::holds_alternative<Receipt>(history_.submit(now_, command, since));
  }
  [[nodiscard]] Instant some_days_ago() {
    return {now_.ns - static_cast<std::int64_t>(seats_.below(40)) * 86'400'000'000'000};
  }
  [[nodiscard]] std::string one_of(std::string_view prefix, std::uint32_t count) {
    return std::string(prefix) + std::to_string(seats_.below(count));
  }

  void run() {
    const std::string some = "R-" + std::to_string(seats_.below(runs_ + 1));
    switch (seats_.below(3)) {
      case 0:
        try_it(bill::Command(bill::OpenBillingRun{.run = BillingRunId("R-" + std::to_string(++runs_)),
                                                  .scope = static_cast<bill::Scope>(seats_.below(6) % 4),
                                                  .cutoff = some_days_ago()}));
        break;
      case 1:
        try_it(bill::Command(
            bill::CloseBillingRun{.run = BillingRunId(some), .invoice_ref = {}, .lines_hash = std::nullopt}));
        break;
      default:
        if (seats_.below(3) == 0)
          try_it(bill::Command(bill::AbandonBillingRun{.run = BillingRunId(some), .reason = "a mistake"}));
    }
  }

  rules::Command some_credit_order() {
    const std::string id = "b-" + std::to_string(now_.ns / (60 * 86'400'000'000'000)) + one_of("-", 3);
    switch (seats_.below(7)) {
      case 0:
      case 1: return order(id);
      case 2:
      case 3: return set_status(id, cr::NewOrderStatus::Credited);
      case 4: return set_status(id, cr::NewOrderStatus::Cancelled);
      case 5: return of_credits(cr::MarkOrderInvoiced{.order = OrderId(id), .ref = "I-1"});
      default: return reverse(id);
    }
  }

  void group() {
    const std::string name = one_of("g-", 6);
    switch (seats_.below(9)) {
      case 0: {
        auto placed = group_order(2 + seats_.below(4), OrderId(name));
        if (seats_.below(2) == 0) placed.buyer_seat = grp::BuyerSeat::Included;
        try_it(access_command(seats_.below(4) == 0 ? single_order(OrderId(name)) : placed));
        break;
      }
      case 1:
      case 2: try_it(complete(OrderId(name))); break;
      case 3:
        try_it(access_command(grp::ExpandGroup{.group = GroupId(name), .quantity = 2, .payment_ref = "p"}));
        break;
      case 4:
        if (seats_.below(3) == 0)
          try_it(access_command(grp::ReverseAccessOrder{.order = OrderId(name), .reason = "a mistake"}));
        break;
      case 5: forbid_or_allow(); break;
      case 6: remove_somebody(); break;
      default: try_it(enrol(one_of("somebody-", 20), GroupId(name)));
    }
  }
  void forbid_or_allow() {
    const auto now = seats_.below(2) == 0 ? grp::SeatReplacement::Forbidden : grp::SeatReplacement::Allowed;
    try_it(configure({.seat_replacement = now, .notify_on_enrol = {}, .crm_provider = {}, .crm_state = {}}));
  }
  /// Who was enrolled last, if they are still there.
  void remove_somebody() {
    const auto events = recorded_events(history_.groups());
    for (auto event = events.rbegin(); event != events.rend(); ++event) {
      const auto* body = std::get_if<access::Event>(&event->body);
      const auto* enrolled = body == nullptr ? nullptr : std::get_if<access::ParticipantEnrolled>(body);
      if (enrolled == nullptr) continue;
      try_it(remove(enrolled->person, enrolled->group));
      return;
    }
  }

  void community() {
    const GroupId& of = seats_.below(2) == 0 ? kCommunityGroup : kOtherCommunityGroup;
    const std::string person = one_of("p-", 9);
    try_it(seats_.below(3) == 0 ? leave_group(person, of) : join(person, of));
  }
  void correct_since() {
    for (int tries = 0; tries < 10; ++tries) {
      const Position back = std::min<Position>(seats_.below(200), last() - 1);
      const auto what = command(cmd::CorrectSeat{.event = last() - back, .reason = "a mistake"});
      if (try_it(what, some_days_ago())) return;
    }
  }
  [[nodiscard]] Position last() const {
    const log::TenantSlice& newest = history_.groups().back().slices.back();
    return newest.first + newest.count - 1;
  }

  RandomSeats seats_;
  RandomCredits credits_;
  LiveHistory history_;
  Instant now_ = berlin("2026-01-01");
  std::uint32_t runs_ = 0;
};

Instant recorded_at(const log::Group& group) { return recorded_events({group}).front().envelope.recorded_at; }

}  // namespace

std::vector<log::Group> all_domains(std::uint64_t seed, int steps, const TenantId& tenant) {
  Storm storm(seed, tenant);
  for (int i = 0; i < steps; ++i) storm.step();
  return storm.groups();
}

Told all_domains_told(std::uint64_t seed, int steps, std::uint64_t restored_every) {
  Storm storm(seed, TenantId("t"));
  storm.history().restore_every(restored_every);
  for (int i = 0; i < steps; ++i) storm.step();
  return {storm.groups(), storm.history().said(), saved(storm.history().writer())};
}

std::vector<log::Group> merged(const std::vector<log::Group>& one, const std::vector<log::Group>& other) {
  std::vector<log::Group> all = one;
  all.insert(all.end(), other.begin(), other.end());
  std::ranges::stable_sort(all, {}, recorded_at);
  std::uint64_t number = 0;
  for (log::Group& group : all) group.number = ++number;
  return all;
}

std::vector<RecordedEvent> recorded_events(const std::vector<log::Group>& groups) {
  std::vector<RecordedEvent> events;
  for (const log::Group& group : groups)
    for (const log::TenantSlice& slice : group.slices) {
      std::vector<std::string_view> stored;
      KONTOR_ASSERT(log::split_events(slice.bytes, slice.count, stored));
      for (const std::string_view bytes : stored) events.push_back(decode(bytes).value());
    }
  return events;
}

}  // namespace kontor::test
