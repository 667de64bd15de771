#include "tests/simulation/clients.h"

#include <fmt/format.h>

#include <algorithm>

namespace kontor::simulation {

Clients::Clients(Dice& dice, const Taste& taste) : dice_(dice), generator_(dice, taste) {
  const std::size_t count = 1 + dice_.below(4);
  for (std::size_t i = 0; i < count; ++i) {
    tenants_.emplace_back(fmt::format("t-{}", i));
    if (dice_.percent(30)) imports_[tenants_.back()] = Import{.source = dice_.next(), .line = 0, .at = {}};
  }
  retry_percent_ = static_cast<unsigned>(20 + dice_.below(25));
}

Asked Clients::next(const Judge& judge, Instant now) {
  if (!in_doubt_.empty() && dice_.percent(40)) return next_in_doubt();
  // Fresh submissions are a little larger than retries.
  if (!promised_.empty() && dice_.percent(retry_percent_ + 10)) return again();
  return fresh(judge, now);
}

Asked Clients::next_in_doubt() {
  Asked asked = std::move(in_doubt_.front());
  in_doubt_.pop_front();
  asked.outcomes.clear();
  retries_ += asked.commands.size();
  return asked;
}

/// Some things that were promised to one tenant, once more: soon after, or long after.
Asked Clients::again() {
  const std::size_t newest = promised_.size() - 1;
  const std::size_t back =
      dice_.percent(50) ? std::min<std::size_t>(dice_.below(10), newest) : dice_.below(newest + 1);
  Asked asked{.tenant = promised_[newest - back].tenant, .mode = Mode::Each, .commands = {}, .outcomes = {}};
  if (dice_.percent(20)) asked.mode = Mode::AllOrNothing;
  const std::size_t count = 1 + dice_.below(4);
  for (std::size_t i = newest - back; i <= newest && asked.commands.size() < count; ++i) {
    if (promised_[i].tenant != asked.tenant) continue;
    asked.commands.push_back(promised_[i].command);
    CommandRequest& command = asked.commands.back();
    // A deadline is not part of what makes a command the same; an answer that is known has no deadline.
    if (dice_.percent(5)) command.deadline = Instant{0};
    if (dice_.percent(5)) {
      command.payload[3] ^= 0x40;  // another command with the same id
    } else {
      ++retries_;
    }
  }
  return asked;
}

Asked Clients::fresh(const Judge& judge, Instant now) {
  Asked asked{.tenant = dice_.pick(tenants_), .mode = Mode::Each, .commands = {}, .outcomes = {}};
  const auto draw = dice_.below(100);
  if (draw < 20) asked.mode = Mode::AllOrNothing;
  if (draw >= 90) asked.mode = Mode::DryRun;
  const std::size_t count = 1 + dice_.below(asked.mode == Mode::DryRun ? 2 : 6);
  for (std::size_t i = 0; i < count; ++i) {
    asked.commands.push_back(command(judge, asked.tenant, now));
    spice(asked.commands.back(), judge, asked.tenant, asked.mode, now);
  }
  if (count > 1 && dice_.percent(3)) asked.commands.back() = asked.commands.front();  // an id twice in one go
  return asked;
}

CommandRequest Clients::command(const Judge& judge, const TenantId& tenant, Instant now) {
  static const SeatsModel kNothing;
  const TenantModel* model = judge.tenant(tenant);
  const bool exists = model != nullptr && model->timeline.has_value();
  const auto import = imports_.find(tenant);
  const bool imports = import != imports_.end() && (!exists || model->timeline == tenancy::Timeline::History);
  if (!imports) {
    if (!exists ? dice_.percent(90) : dice_.per_mille(3))
      return generator_.create_tenant(tenancy::Timeline::Live);
    if (dice_.per_mille(2)) return generator_.finish_history();
    if (dice_.per_mille(8)) return generator_.change_plan();
    if (dice_.per_mille(60)) return generator_.people_command();
    return generator_.seats_command(exists ? model->seats : kNothing,
                                    std::max(now, exists ? model->timeline_at : now));
  }
  Import& file = import->second;
  if (file.line == 0) file.at = Instant{now.ns - 1'500 * kDay};
  if (exists && (dice_.per_mille(4) || file.at >= now)) return generator_.finish_history();
  if (dice_.percent(70))
    file.at.ns += static_cast<std::int64_t>(dice_.below(static_cast<std::uint64_t>(4 * kDay)));
  if (dice_.percent(3)) file.at.ns += dice_.between(0, 60) * kDay;
  CommandRequest row = !exists && dice_.percent(90)
                           ? generator_.create_tenant(tenancy::Timeline::History)
                           : generator_.seats_command(exists ? model->seats : kNothing, file.at);
  row.history = HistoryTime{file.at, {file.source, ++file.line}};
  if (dice_.percent(3)) row.history->at.ns -= dice_.between(1, kDay);
  if (dice_.percent(2))
    row.history->stamp.line -= std::min<std::uint64_t>(row.history->stamp.line - 1, dice_.below(3));
  if (dice_.per_mille(5)) row.history.reset();
  return row;
}

/// What a command may carry beside its body.
void Clients::spice(CommandRequest& command, const Judge& judge, const TenantId& tenant, Mode mode,
                    Instant now) {
  if (dice_.percent(2)) command.deadline = Instant{now.ns + dice_.between(-2, 2)};
  if (dice_.percent(1)) command.effective_at = Instant{now.ns + dice_.between(-1, 1) * kDay};
  if (dice_.per_mille(5) && !command.history) command.history = HistoryTime{Instant{now.ns - 1}, {1, 1}};
  // Within a batch or a dry run the model does not follow versions: it predicts reasons, not events.
  const Facts* facts = judge.facts(tenant);
  if (mode != Mode::Each || facts == nullptr || !dice_.percent(15)) return;
  const Version actual = facts->version_of(stream_of(command.body));
  command.expected_version = dice_.percent(80) ? actual : actual + dice_.below(3) - (actual > 0 ? 1 : 0);
}

AskedTick Clients::tick(const Judge& judge, Instant now) {
  AskedTick tick{
      .tenant = dice_.percent(95) ? dice_.pick(tenants_) : TenantId("nobody"), .at = {}, .answer = {}};
  const TenantModel* model = judge.tenant(tick.tenant);
  tick.at = model != nullptr && dice_.percent(50) ? model->timeline_at : now;
  tick.at.ns += dice_.between(-1, 1) * (dice_.percent(50) ? 1 : kDay);
  return tick;
}

void Clients::answered(const Asked& asked) {
  if (asked.mode == Mode::DryRun) return;
  for (std::size_t i = 0; i < asked.commands.size(); ++i) {
    const auto* receipt = std::get_if<Receipt>(&asked.outcomes[i]);
    if (receipt != nullptr && !receipt->duplicate) promised_.push_back({asked.tenant, asked.commands[i]});
  }
}

void Clients::lost(const Asked& asked) { in_doubt_.push_back(asked); }

std::vector<Asked> Clients::all_promises() const {
  std::vector<Asked> all;
  for (const Sent& sent : promised_)
    all.push_back({.tenant = sent.tenant, .mode = Mode::Each, .commands = {sent.command}, .outcomes = {}});
  return all;
}

}  // namespace kontor::simulation
