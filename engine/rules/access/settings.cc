// The platform's settings, products and mail (DOMAIN 2.3 A1, A2, A12).
#include <fmt/format.h>

#include "engine/rules/access/decisions.h"
#include "engine/rules/access/limits.h"
#include "engine/rules/access/lookup.h"
#include "engine/rules/currency.h"
#include "engine/rules/roles.h"
#include "engine/rules/tenancy/rules.h"

namespace kontor::rules::access {
namespace {

namespace ev = kontor::access;

const Roles kPlatform{Role::PlatformAuthor, Role::Admin};

tl::unexpected<Refusal> nothing_to_change(Position because) {
  std::vector<Position> positions;
  if (because != 0) positions.push_back(because);
  return refuse(Reason::InvalidArgument, "everything is so already", {}, std::move(positions));
}

bool same_settings(const Settings& a, const Settings& b) {
  return a.seat_replacement == b.seat_replacement && a.notify_on_enrol == b.notify_on_enrol &&
         a.crm_provider == b.crm_provider && a.crm_state == b.crm_state;
}

}  // namespace

Decision<Event> decide_one(const Known& known, const ConfigureGroupFeature& command, const Context& ctx) {
  if (!allowed(ctx, kPlatform)) return forbidden(ctx, kPlatform);
  if (auto refused = tenancy::group_access_refused(known.tenancy)) return tl::unexpected(*std::move(refused));
  const Settings& now = known.access.settings.get();
  Settings next = now;
  next.seat_replacement = command.seat_replacement.value_or(now.seat_replacement);
  if (command.notify_on_enrol) next.notify_on_enrol = *command.notify_on_enrol == Mails::On;
  next.crm_provider = command.crm_provider.value_or(now.crm_provider);
  next.crm_state = command.crm_state.value_or(now.crm_state);
  if (next.crm_provider.empty() && next.crm_state != CrmState::None)
    return refuse(Reason::InvalidArgument, "a connection to a CRM names its provider",
                  {fact("crm_state", next.crm_state == CrmState::Connected ? "connected" : "broken")});
  if (same_settings(now, next)) return nothing_to_change(now.changed_at);
  return Events{ev::Event(ev::GroupFeatureConfigured{.seat_replacement = next.seat_replacement,
                                                     .notify_on_enrol = next.notify_on_enrol,
                                                     .crm_provider = next.crm_provider,
                                                     .crm_state = next.crm_state,
                                                     .rev = now.rev + 1})};
}

Decision<Event> decide_one(const Known& known, const RegisterGroupProduct& command, const Context& ctx) {
  if (!allowed(ctx, kPlatform)) return forbidden(ctx, kPlatform);
  if (auto refused = tenancy::group_access_refused(known.tenancy)) return tl::unexpected(*std::move(refused));
  const std::string& id = command.product.value;
  if (command.tags.empty() || command.tags.front().empty())
    return refuse(Reason::ProductTagMissing, fmt::format("product {} has no tag", id), {fact("product", id)});
  if (command.tags.size() > 1)
    return refuse(Reason::ProductTagLimit, fmt::format("product {} has more than one tag", id),
                  {fact("product", id), fact("tags", command.tags.size()), fact("limit", 1)});
  const auto price = command.unit_price.value;
  if (price < 0 || price > kUnitPriceMax)
    return refuse(Reason::AmountOutOfRange, fmt::format("a seat costs 0 to {} minor units", kUnitPriceMax),
                  {fact("unit_price", price), fact("limit", kUnitPriceMax)});
  if (auto refused = no_currency(command.currency)) return tl::unexpected(*std::move(refused));
  const State& state = known.access;
  std::uint64_t rev = 1;
  if (const Row row = state.product_ids.find(id); row != kNone) {
    const Product& product = state.products[row];
    if (product.unit_price == command.unit_price && product.currency == command.currency &&
        state.tags.text(product.tag) == command.tags.front())
      return nothing_to_change(product.changed_at);
    rev = product.rev + 1;
  }
  return Events{ev::Event(ev::GroupProductRegistered{.product = command.product,
                                                     .unit_price = command.unit_price,
                                                     .currency = command.currency,
                                                     .tag = command.tags.front(),
                                                     .rev = rev})};
}

Decision<Event> decide_one(const Known& known, const ChangeMailTemplate& command, const Context& ctx) {
  if (ctx.actor.role == Role::GroupLeader)
    return refuse(Reason::MailTemplateNotEditableByLeader,
                  "the text of the mail belongs to the platform, not to the leader of a group",
                  {fact("role", role_name(ctx.actor.role))});
  if (!allowed(ctx, kPlatform)) return forbidden(ctx, kPlatform);
  const Settings& now = known.access.settings.get();
  if (command.mail_template == now.mail_template) return nothing_to_change(0);
  return Events{ev::Event(
      ev::MailTemplateChanged{.mail_template = command.mail_template, .rev = now.template_rev + 1})};
}

}  // namespace kontor::rules::access
