// How questions are made up: the kind, names of small pools, filters.

#include "tests/model/chance.h"

namespace kontor::model {

void ask_something(Chance& c, wire::Query::Builder query) {
  c.next_mood();
  auto q = query.initQuestion();
  const std::string user = c.name<PersonId>("p", 5).value;
  switch (c.dice.below(16)) {
    case 7: q.initMenuBalance().setUser(user); break;
    case 8: q.initCreditOverview().setUser(user); break;
    case 9: q.initOrderList().setUser(user); break;
    case 10: q.initTransactionList().setUser(user); break;
    case 11: q.initPackageList().setAll(c.percent(50)); break;
    case 12: q.initConversionCard().setUser(user); break;
    case 13: {
      auto orders = q.initOrderAdministration();
      if (c.percent(50)) orders.setState(static_cast<wire::OrderStateFilter>(c.dice.below(5)));
      if (c.percent(50)) orders.setBilling(static_cast<wire::BillingStateFilter>(c.dice.below(4)));
      if (c.percent(40)) orders.setUser(user);
      if (c.percent(30)) orders.setPackage(c.name<PackageId>("pack", 3).value);
      break;
    }
    case 14: q.initAccountAdministration(); break;
    case 15: {
      auto orders = q.initUninvoicedOrders();
      if (c.percent(50)) orders.setCutoff(c.moment().ns);
      break;
    }
    case 0: q.initRemainingSeats().setCourse(c.course().value); break;
    case 1: q.initUsageStatistics().setCampus(c.campus().value); break;
    case 2: q.initUsageDetail().setCampus(c.campus().value); break;
    case 3: {
      auto periods = q.initCourseSeatPeriods();
      if (c.percent(50) || !c.plausible()) periods.setCampus(c.campus().value);
      if (!periods.hasCampus() || (!c.plausible() && c.percent(20))) periods.setCourse(c.course().value);
      break;
    }
    case 4: q.initSeatOf().setPerson(c.person().value); break;
    case 5: q.initCoursesOf().setPerson(c.person().value); break;
    default: {
      auto settlement = q.initCourseSettlement();
      settlement.setCourse(c.course().value);
      if (c.percent(40)) settlement.setRun(static_cast<std::uint32_t>(c.dice.below(4)));
      break;
    }
  }
}

}  // namespace kontor::model
