#include "tests/support/given.h"

#include <date/tz.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <chrono>

#include "events/core/email.h"

namespace kontor::test {
namespace {

namespace cmd = rules::seats;

struct RoleFor {
  Role operator()(const cmd::OpenCampus&) const { return Role::Backend; }
  Role operator()(const cmd::BookFlat&) const { return Role::ContractDesk; }
  Role operator()(const cmd::ResizeFlat&) const { return Role::ContractDesk; }
  Role operator()(const cmd::ActivateBookingPeriod&) const { return Role::ContractDesk; }
  Role operator()(const cmd::EnableBothSeatTypes&) const { return Role::Support; }
  Role operator()(const cmd::SettleCourse&) const { return Role::Billing; }
  Role operator()(const cmd::RecordContribution&) const { return Role::Backend; }
  Role operator()(const cmd::CorrectSeat&) const { return Role::Support; }
  Role operator()(const rules::communities::OpenCommunity&) const { return Role::ContractDesk; }
  Role operator()(const rules::communities::BookCommunityPool&) const { return Role::ContractDesk; }
  template <class T>
  Role operator()(const T&) const {
    return Role::CampusManager;
  }
};

struct AccessRoleFor {
  Role operator()(const rules::access::PlaceAccessOrder&) const { return Role::Buyer; }
  Role operator()(const rules::access::CompleteAccessOrder&) const { return Role::Backend; }
  Role operator()(const rules::access::AbandonAccessOrder&) const { return Role::Backend; }
  template <class T>
  Role operator()(const T&) const {
    return Role::Admin;
  }
};

/// Of credits; the rest is sent by the portal's operator.
struct CreditsRoleFor {
  Role operator()(const rules::credits::PlaceCreditOrder&) const { return Role::Backend; }
  Role operator()(const rules::credits::RegisterUser&) const { return Role::Backend; }
  Role operator()(const rules::credits::SetOrderStatus&) const { return Role::CreditManager; }
  Role operator()(const rules::credits::ReverseCreditOrder&) const { return Role::CreditManager; }
  Role operator()(const rules::credits::MarkOrderInvoiced&) const { return Role::CreditManager; }
  Role operator()(const rules::credits::MarkOrderPaid&) const { return Role::CreditManager; }
  Role operator()(const rules::credits::RefundPublication&) const { return Role::Operator; }
  template <class T>
  Role operator()(const T&) const {
    constexpr bool about_content = requires(T t) { t.content; };
    return about_content ? Role::Backend : Role::Operator;
  }
};

std::vector<std::string> names(const std::vector<RecordedEvent>& events) {
  std::vector<std::string> out;
  for (const RecordedEvent& event : events) out.emplace_back(type_name(event.body));
  return out;
}

}  // namespace

Instant berlin(std::string_view local) {
  const auto number = [&](std::size_t from, std::size_t size) {
    return local.size() < from + size ? 0 : std::stoi(std::string(local.substr(from, size)));
  };
  const date::local_days day{date::year{number(0, 4)} / number(5, 2) / number(8, 2)};
  const auto time = day + std::chrono::hours{number(11, 2)} + std::chrono::minutes{number(14, 2)} +
                    std::chrono::seconds{number(17, 2)};
  const auto utc = date::locate_zone("Europe/Berlin")->to_sys(time, date::choose::earliest);
  return Instant{std::chrono::nanoseconds(utc.time_since_epoch()).count()};
}

void fill_lookup(people::Contact& contact) {
  const auto normal = normal_email(contact.email);
  contact.lookup = Digest{};
  if (!normal) return;
  Sha256 sha;
  sha.update(bytes_of(*normal));
  contact.lookup = sha.finish();
}

void seal_for_tests(Event& event) {
  auto* people = std::get_if<people::Event>(&event);
  auto* data = people == nullptr ? nullptr : people::personal_data(*people);
  if (data == nullptr || !std::holds_alternative<people::ClearData>(*data)) return;
  *data = people::SealedData{"sealed for a test"};
}

Role role_for(const rules::Command& command) {
  if (const auto* access = std::get_if<rules::access::Command>(&command))
    return std::visit(AccessRoleFor{}, *access);
  if (std::holds_alternative<rules::effects::Command>(command)) return Role::Backend;
  if (const auto* people = std::get_if<rules::people::Command>(&command))
    return std::holds_alternative<rules::people::ErasePerson>(*people) ? Role::Operator : Role::Backend;
  if (const auto* credits = std::get_if<rules::credits::Command>(&command))
    return std::visit(CreditsRoleFor{}, *credits);
  if (std::holds_alternative<rules::billing::Command>(command)) return Role::Billing;
  if (const auto* communities = std::get_if<rules::communities::Command>(&command))
    return std::visit(RoleFor{}, *communities);
  const auto* seats = std::get_if<cmd::Command>(&command);
  return seats == nullptr ? Role::Operator : std::visit(RoleFor{}, *seats);
}

RecordedEvent stored_and_back(const Envelope& envelope, const Event& event) {
  std::string bytes;
  encode(envelope, event, bytes);
  auto decoded = decode(bytes);
  EXPECT_TRUE(decoded.has_value()) << (decoded ? "" : decoded.error().message);
  return decoded.value();
}

const Outcome& Outcome::then(const std::vector<Event>& events) const {
  accepted();
  std::vector<std::string> wanted;
  for (const auto& event : events) wanted.emplace_back(type_name(event));
  EXPECT_EQ(names(recorded_), wanted);
  for (std::size_t i = 0; i < std::min(events.size(), recorded_.size()); ++i)
    EXPECT_TRUE(recorded_[i].body == events[i]) << "event " << i << ", " << wanted[i] << ", differs";
  return *this;
}

const Outcome& Outcome::then_kinds(const std::vector<std::string>& wanted) const {
  accepted();
  EXPECT_EQ(names(recorded_), wanted);
  return *this;
}

const Outcome& Outcome::accepted() const {
  EXPECT_TRUE(decision_.has_value()) << reason_info(decision_.error().code).name << ": "
                                     << decision_.error().what;
  return *this;
}

const Outcome& Outcome::refused(Reason code) const {
  EXPECT_FALSE(decision_.has_value()) << "accepted with " << testing::PrintToString(names(recorded_));
  if (!decision_) {
    EXPECT_EQ(reason_info(decision_.error().code).name, reason_info(code).name) << decision_.error().what;
  }
  return *this;
}

const Outcome& Outcome::with(std::string_view name, std::string_view value) const {
  EXPECT_FALSE(decision_.has_value());
  if (decision_) return *this;
  for (const rules::Fact& fact : decision_.error().facts) {
    if (fact.name != name) continue;
    EXPECT_EQ(fact.value, value) << "fact " << name;
    return *this;
  }
  ADD_FAILURE() << "no fact " << name << " in: " << decision_.error().what;
  return *this;
}

const Outcome& Outcome::because(const std::vector<Position>& positions) const {
  EXPECT_FALSE(decision_.has_value());
  if (!decision_) {
    EXPECT_EQ(decision_.error().because, positions);
  }
  return *this;
}

Given::Given(Nothing) : now_(berlin("2026-01-01 00:00")) {}

Given::Given() : Given(Nothing{}) { done(rules::tenancy::Command(rules::tenancy::CreateTenant{})); }

Given& Given::at(Instant now) {
  EXPECT_GE(now, now_) << "time only goes forward";
  fire_due(now);
  now_ = now;
  return *this;
}

Given& Given::by(Role role, std::string id) {
  actor_ = Actor{role, std::move(id), "test"};
  return *this;
}

Given& Given::by_whoever_may() {
  actor_.reset();
  return *this;
}

void Given::fire_due(Instant now) {
  while (const auto timer = rules::next_timer(state_)) {
    if (timer->due > now) break;
    const Actor scheduler{Role::Scheduler, "", ""};
    EXPECT_LE(timer->effective_at, timer->due);
    EXPECT_GE(timer->effective_at, events_.back().envelope.effective_at) << "effective time runs backwards";
    EXPECT_FALSE(record(rules::fire(state_, *timer), timer->effective_at, scheduler).empty());
  }
}

Actor Given::actor_for(const rules::Command& command) const {
  return actor_ ? *actor_ : Actor{role_for(command), "someone", "test"};
}

Outcome Given::when(const rules::Command& asked) { return when_since(now_, asked); }

Outcome Given::when_since(Instant effective_at, const rules::Command& asked) {
  rules::Command command = asked;
  rules::each_contact(command, fill_lookup);
  const Actor actor = actor_for(command);
  rules::Context ctx{now_, actor, effective_at, events_.size()};
  ctx.entropy[0] = static_cast<std::uint8_t>(++commands_);
  ctx.entropy[1] = static_cast<std::uint8_t>(commands_ >> 8);
  const auto back_dated =
      effective_at < now_ ? rules::back_dating_refused(state_, command, ctx) : std::nullopt;
  rules::Decision<Event> decision =
      back_dated ? rules::Decision<Event>(tl::unexpected(*back_dated)) : rules::decide(state_, command, ctx);
  if (decision) std::ranges::for_each(*decision, seal_for_tests);
  std::vector<RecordedEvent> recorded;
  if (decision) recorded = record(*decision, effective_at, actor);
  return {std::move(decision), std::move(recorded)};
}

Given& Given::done(const rules::Command& command) {
  when(command).accepted();
  return *this;
}

Given& Given::happened(const std::vector<Event>& events) {
  record(events, now_, {Role::Backend, "platform", "test"});
  return *this;
}

std::vector<RecordedEvent> Given::record(const std::vector<Event>& events, Instant effective_at,
                                         const Actor& actor) {
  std::vector<RecordedEvent> recorded;
  for (const Event& event : events) {
    Envelope envelope;
    envelope.tenant = TenantId("t-1");
    envelope.position = events_.size() + 1;
    envelope.stream = stream_of(event);
    envelope.version = rules::head_of(state_, envelope.stream).version + 1;
    envelope.recorded_at = now_;
    envelope.effective_at = effective_at;
    envelope.actor = actor;
    const RecordedEvent back = stored_and_back(envelope, event);
    EXPECT_TRUE(back.body == event) << type_name(event) << " changed on its way through the stored bytes";
    rules::evolve(state_, event, envelope);
    rules::evolve(twin_, back.body, back.envelope);
    events_.push_back(back);
    recorded.push_back(back);
  }
  EXPECT_EQ(rules::state_digest(state_), rules::state_digest(twin_)) << "replay differs";
  return recorded;
}

}  // namespace kontor::test
