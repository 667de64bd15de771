#include "tests/support/sample_events_credits.h"

namespace kontor::test {

std::vector<credits::Event> sample_credits_events() {
  const PackageId package{"ten"};
  const PersonId user{"u-ada"};
  const OrderId order{"o-1"};
  const ContentId content{"a-1"};
  constexpr MinorUnits price{4990};
  const Currency chf{{'C', 'H', 'F'}};
  constexpr Instant at{1'803'855'600'000'000'000};
  constexpr Instant expires_at{1'811'800'800'000'000'000};
  return {
      credits::PackageRetired{package},
      credits::DraftSaved{content, user},
      credits::CreditFeatureConfigured{
          .rev = 2,
          .feature = credits::Feature::On,
          .order_mode = credits::OrderMode::Automatic,
          .auto_accounts = {{"club", 0}, {"firm", 3}},
          .payment_note = "note-1",
          .alert_address = "address-1",
          .chargeable = {credits::ContentType::Article, credits::ContentType::Event},
          .republishing = credits::Republishing::Charged},
      credits::PackageDefined{package, 2, "Ten points", 10, price, chf},
      credits::UserRegistered{user, "firm"},
      credits::CreditAccountActivated{user},
      credits::StartBalanceGranted{user, 3},
      credits::CreditAccountDeactivated{user, "moved to a contract"},
      credits::CreditOrderPlaced{order, user, package, 2, "Ten points", 10, price, chf,
                                 credits::OrderMode::Automatic},
      credits::CreditOrderStatusChanged{order, credits::OrderStatus::Cancelled},
      credits::CreditOrderCredited{order, user, 10, price, chf},
      credits::CreditsAdded{user, 10, order},
      credits::CreditsAdjusted{user, -10, credits::AdjustmentCause::OrderReversed, "wrong customer",
                               credits::Overdraft::Forced, order, content, 40},
      credits::CreditDebited{user, 1, content, credits::DebitSource::Reservation},
      credits::PublicationAccepted{content, credits::ContentType::Event, user, credits::Charge::Uncharged},
      credits::CreditReserved{content, credits::ContentType::Snapshot, user, 1, at, expires_at},
      credits::CreditReservationReleased{content, user, 1, credits::ReleaseCause::Expired},
      credits::CreditOrderReversed{order, user, 10, price, chf, "wrong customer"},
      credits::CreditOrderInvoiced{order, "R-1", price, chf},
      credits::CreditOrderPaid{order, "P-1", price, chf}};
}

}  // namespace kontor::test
