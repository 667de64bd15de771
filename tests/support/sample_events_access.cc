#include "tests/support/sample_events_access.h"

namespace kontor::test {

std::vector<access::Event> access_events() {
  const OrderId order("g-200");
  const GroupId group("g-200");
  const ProductId product("kurs-a");
  const PersonId anna("p-0123456789abcdef0123456789abcdef");
  const ImportId import("i-3");
  const Currency eur;
  return {
      access::GroupFeatureConfigured{access::SeatReplacement::Forbidden, true, "crm-1",
                                     access::CrmState::Broken, 4},
      access::AccessOrderAbandoned{order, "payment failed"},
      access::GroupProductRegistered{product, MinorUnits{1000}, eur, "tag-kurs-a", 2},
      access::AccessOrderPlaced{order, product, access::AccessMode::Single, anna, 10,
                                "Mitarbeiter der Spreadmind GmbH", true, MinorUnits{1000}, MinorUnits{10000},
                                eur, 2},
      access::AccessOrderCompleted{order, product, access::AccessMode::Single, anna, "pay-7", 10,
                                   MinorUnits{1000}, MinorUnits{10000}, eur, 2},
      access::GroupCreated{group, order, product, "Mitarbeiter der Spreadmind GmbH", 10, "tag-kurs-a"},
      access::GroupLeaderAppointed{group, anna},
      access::GroupLeaderDismissed{group, anna},
      access::SingleAccessGranted{order, anna, "tag-kurs-a"},
      access::SingleAccessRevoked{order, anna, "tag-kurs-a"},
      access::ParticipantEnrolled{group, anna, 7, access::EnrolledVia::Csv, access::SeatOrigin::OwnBurnt,
                                  import, 12},
      access::ParticipantRemoved{group, anna, 7, access::SeatFate::Burnt, access::RemovalCause::OrderReversed,
                                 "left the company"},
      access::EnrolmentCorrected{group, anna, 7, 33, "removed by mistake"},
      access::GroupCapacityIncreased{group, product, 5, 15, MinorUnits{1100}, MinorUnits{5500}, eur, 3,
                                     "pay-8"},
      access::GroupClosed{group, order},
      access::AccessOrderReversed{order, "refund", product, anna, 15, MinorUnits{1000}, MinorUnits{15500},
                                  eur, 2},
      access::MailTemplateChanged{"mail-2", 1},
      access::RosterImportStarted{import, group, std::string(64, 'a'), access::ImportMode::Fill, 100'000},
      access::RosterRowsRefused{
          import, group, {{4, Reason::EmailInvalid, 0}, {19, Reason::DuplicateInFile, 4}}},
      access::RosterImportFinished{import, group, 98'960, 1'003, 37},
  };
}

}  // namespace kontor::test
