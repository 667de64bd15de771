#include "tests/support/random_credits.h"

namespace kontor::test {
namespace {

constexpr std::int64_t kHour = 3'600'000'000'000;

}  // namespace

std::int64_t RandomCredits::pause_ns() {
  switch (below(6)) {
    case 0: return kHour * below(72);
    case 1: return kHour * below(6);
    default: return 0;
  }
}

cr::Command RandomCredits::configure() {
  cr::ConfigureCredits out;
  switch (below(8)) {
    case 0: out.order_mode = static_cast<credits::OrderMode>(below(2)); break;
    case 1: out.auto_accounts = {{"firm", static_cast<cr::Beginning>(below(2)), below(4)}}; break;
    case 2: out.payment_note = name("note-", 3); break;
    case 3: out.alert_address = name("address-", 3); break;
    case 4:
      out.chargeable.emplace();
      for (std::uint32_t i = 0; i < 3; ++i)
        if (below(5) != 0) out.chargeable->push_back(static_cast<credits::ContentType>(i));
      break;
    case 5: out.republishing = static_cast<credits::Republishing>(below(2)); break;
    default: out.feature = below(8) == 0 ? credits::Feature::Off : credits::Feature::On; break;
  }
  return out;
}

cr::Command RandomCredits::keep_accounts() {
  switch (below(8)) {
    case 0: return cr::RegisterUser{user(), below(2) == 0 ? "firm" : "reader"};
    case 1: return cr::DeactivateCreditAccount{user(), "leaves"};
    case 2:
    case 3: return cr::ActivateCreditAccount{user()};
    default:
      return cr::PostManualTransaction{.user = user(),
                                       .points = static_cast<std::int64_t>(below(7)) - 3,
                                       .reason = "by hand",
                                       .force = force()};
  }
}

cr::Command RandomCredits::trade() {
  switch (below(12)) {
    case 0: {
      const credits::Points points = 1 + below(5);
      return cr::DefinePackage{.package = package(),
                               .name = "a package",
                               .points = points,
                               .price = MinorUnits{points * std::int64_t{500}},
                               .currency = {}};
    }
    case 1: return cr::RetirePackage{package()};
    case 2:
    case 3: return cr::SetOrderStatus{order_id(), static_cast<cr::NewOrderStatus>(below(2))};
    case 4: return cr::ReverseCreditOrder{order_id(), "a mistake", force()};
    case 5: return cr::MarkOrderInvoiced{order_id(), "R-1"};
    case 6: return cr::MarkOrderPaid{order_id(), "P-1"};
    default: return cr::PlaceCreditOrder{order_id(), user(), package()};
  }
}

cr::Command RandomCredits::publish_something(Instant now) {
  switch (below(10)) {
    case 0: return cr::SaveDraft{content(), user()};
    case 1: return cr::ConfirmPublication{content()};
    case 2: return cr::CancelScheduled{content()};
    case 3: return cr::RefundPublication{content(), "a mistake"};
    case 4:
    case 5: {
      cr::SchedulePublication out{
          .content = content(), .type = type(), .user = user(), .at = now, .expires_at = {}};
      out.at.ns += kHour * below(48);
      if (below(2) == 0) out.expires_at = Instant{out.at.ns + kHour * below(24)};
      return out;
    }
    default: return cr::Publish{content(), type(), user()};
  }
}

rules::Command RandomCredits::next(Instant now) {
  switch (below(10)) {
    case 0: return of_credits(configure());
    case 1:
    case 2: return of_credits(keep_accounts());
    case 3:
    case 4: return of_credits(trade());
    default: return of_credits(publish_something(now));
  }
}

}  // namespace kontor::test
