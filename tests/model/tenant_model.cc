#include "tests/model/tenant_model.h"

namespace kontor::model {
namespace {

/// What a step says beside its kind, one overload an event that says something.
struct Detail {
  std::string operator()(const credits::CreditOrderReversed& e) const { return e.reason; }
  std::string operator()(const credits::CreditOrderInvoiced& e) const { return e.ref; }
  std::string operator()(const credits::CreditOrderPaid& e) const { return e.ref; }
  std::string operator()(const effects::EffectFailed& e) const { return e.error; }
  std::string operator()(const auto&) const { return {}; }
};

/// Keeps what belongs to an order of credits, whichever domain it is of.
void note_order_step(Credits& credits, const Expected& each) {
  const std::string orders = "credit-order/";
  if (!each.stream.starts_with(orders)) return;
  const std::string detail =
      std::visit([](const auto& domain) { return std::visit(Detail{}, domain); }, each.body);
  credits.steps.push_back({OrderId(each.stream.substr(orders.size())), each.position, each.effective_at,
                           std::string(kontor::type_name(each.body)), each.by, detail});
}

}  // namespace

void TenantModel::record(const Event& event, Instant effective_at, Instant recorded_at,
                         const CommandId& command, const Actor& by) {
  const std::string stream = kontor::stream_of(event);
  const Position position = events_.size() + 1;
  const Version version_now = version(stream) + 1;
  events_.push_back({event, effective_at, recorded_at, command, position, stream, version_now, by});
  world_.take(event, effective_at, position, recorded_at);
  note_order_step(world_.credits, events_.back());
}

Version TenantModel::version(const std::string& stream) const {
  Version count = 0;
  for (const Expected& each : events_)
    if (each.stream == stream) ++count;
  return count;
}

void TenantModel::go_on(Instant now) {
  while (world_.timeline == tenancy::Timeline::Live) {
    const auto due = next_due(world_);
    if (!due || due->due > now) return;
    Draft draft(world_, due->due, due->at, events_.size());
    happen(draft, *due);
    draft.finish();
    for (const Event& event : draft.events) record(event, due->at, now, {}, {});
  }
}

std::optional<Said> TenantModel::completed_before(const rules::Command& command) const {
  const auto* access = std::get_if<rules::access::Command>(&command);
  const auto* wanted = access == nullptr ? nullptr : std::get_if<rules::access::CompleteAccessOrder>(access);
  if (wanted == nullptr) return {};
  for (const Expected& each : events_) {
    const auto* event = std::get_if<access::Event>(&each.body);
    const auto* done = event == nullptr ? nullptr : std::get_if<access::AccessOrderCompleted>(event);
    if (done == nullptr || done->order != wanted->order || done->payment_ref != wanted->payment_ref) continue;
    Said first = accepted_.at(each.command).said;
    first.duplicate = true;
    return first;
  }
  return {};
}

Said TenantModel::decide_one(const CommandRequest& command, Instant now) {
  if (const auto found = accepted_.find(command.id); found != accepted_.end()) {
    if (found->second.payload != command.payload)
      return {.kind = Said::Kind::Refusal, .code = Reason::CommandIdReused, .stream = {}};
    Said again = found->second.said;
    again.duplicate = true;
    return again;
  }
  const auto no = [](Reason code) { return Said{.kind = Said::Kind::Refusal, .code = code, .stream = {}}; };
  const auto* tenancy = std::get_if<rules::tenancy::Command>(&command.body);
  const auto* create = tenancy == nullptr ? nullptr : std::get_if<rules::tenancy::CreateTenant>(tenancy);
  if (!world_.timeline && create == nullptr) return no(Reason::UnknownTenant);
  if (!world_.timeline && create->timeline == tenancy::Timeline::History) return no(Reason::InvalidArgument);
  if (command.effective_at && *command.effective_at > now) return no(Reason::EffectiveTimeInFuture);
  go_on(now);
  if (command.expected_version && *command.expected_version != version(stream_named_by(command.body)))
    return no(Reason::VersionConflict);
  Draft draft(world_, now, command.effective_at.value_or(now), events_.size());
  draft.actor = command.actor;
  draft.entropy = command.entropy;
  if (const No refused = back_dating_refused(draft, command.body)) return no(*refused);
  if (const No refused = decide(draft, command.body)) {
    if (refused == Reason::OrderAlreadyCompleted)
      if (const auto first = completed_before(command.body)) return *first;
    return no(*refused);
  }
  draft.finish();
  Said said{.kind = Said::Kind::Receipt, .first = events_.size() + 1, .stream = {}};
  for (const Event& event : draft.events) record(event, draft.at, now, command.id, command.actor);
  said.last = events_.size();
  said.stream = events_[said.first - 1].stream;
  said.version = version(said.stream);
  accepted_[command.id] = {command.payload, said};
  return said;
}

std::vector<Said> TenantModel::submit(Mode mode, const std::vector<CommandRequest>& commands, Instant now) {
  std::vector<Said> answers;
  const TenantModel before = mode == Mode::Each ? TenantModel{} : *this;
  for (const CommandRequest& command : commands) {
    answers.push_back(decide_one(command, now));
    if (mode == Mode::DryRun) *this = before;
    if (mode != Mode::AllOrNothing || answers.back().kind != Said::Kind::Refusal) continue;
    const Said refusal = answers.back();
    const std::size_t index = answers.size() - 1;
    *this = before;
    answers.assign(commands.size(), Said{});
    answers[index] = refusal;
    break;
  }
  return answers;
}

World TenantModel::as_of(Position known, Instant at) const {
  World world;
  for (const Expected& each : events_) {
    if (each.position > known || each.effective_at > at) continue;
    world.take(each.body, each.effective_at, each.position, each.recorded_at);
    note_order_step(world.credits, each);
  }
  return world;
}

}  // namespace kontor::model
