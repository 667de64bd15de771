#include "tests/house/coverage_ids.h"

#include <cstddef>

namespace kontor::house {
namespace {

using Ids = std::vector<std::string>;

std::string padded(int number, std::size_t digits) {
  std::string text = std::to_string(number);
  while (text.size() < digits) text.insert(0, "0");
  return text;
}

Ids numbered(const std::string& prefix, int first, int last, std::size_t digits = 1) {
  Ids ids;
  for (int number = first; number <= last; ++number) ids.push_back(prefix + padded(number, digits));
  return ids;
}

Ids together(const std::vector<Ids>& parts) {
  Ids all;
  for (const Ids& part : parts) all.insert(all.end(), part.begin(), part.end());
  return all;
}

}  // namespace

const std::vector<CoveredSection>& covered_sections() {
  static const std::vector<CoveredSection> all{
      {"Rules of group access", numbered("G-", 1, 36, 2)},
      {"Rules of seats", numbered("S-", 1, 54, 2)},
      {"Rules of credits", numbered("C-", 1, 26, 2)},
      {"Time", numbered("TB", 1, 8)},
      {"Prices", numbered("PB", 1, 5)},
      {"Commands of no single system",
       {"CreateTenant", "ChangeTenantPlan", "ChangePersonEmail", "ErasePerson", "OpenBillingRun",
        "CloseBillingRun", "SealPeriod", "dry run", "batch"}},
      {"Commands of group access", numbered("A", 1, 17)},
      {"Commands of seats", numbered("B", 1, 23)},
      {"Commands of credits", numbered("C", 1, 15)},
      {"Refusals", together({numbered("", 1001, 1013), numbered("", 2001, 2017), numbered("", 3001, 3024),
                             numbered("", 4001, 4012), numbered("", 5001, 5004)})},
      {"Timers",
       {"course run start", "next course-seat block", "course run end", "booking period activation",
        "community end of day", "reservation expiry", "period seal"}},
      {"Billing run", numbered("run ", 1, 5)},
      {"Questions about group access", numbered("QA", 1, 9)},
      {"Questions about seats", numbered("QB", 1, 10)},
      {"Questions about credits", numbered("QC", 1, 10)},
      {"Decisions on group access", numbered("A", 1, 13)},
      {"Decisions on seats", numbered("B", 1, 22)},
      {"Decisions on credits", numbered("C-A", 1, 10)},
      {"Invariants", numbered("I", 1, 12)},
      {"Worked examples",
       {"TA-01", "TA-02", "TA-03", "TA-05",  "TA-06",  "TA-09",  "TA-11", "TA-13", "TA-14", "TA-19",
        "TA-20", "TS-01", "TS-02", "TS-04a", "TS-04b", "TS-04c", "TS-05", "TS-08", "TS-10", "TS-11",
        "TS-16", "TS-17", "TS-20", "TS-22",  "TS-24",  "TS-25",  "TS-30", "TS-31", "TR-01", "TR-02",
        "TR-03", "TR-07", "TK-01", "TK-02",  "TK-03",  "TK-05",  "TC-01", "TC-02", "TC-03", "TC-06",
        "TC-07", "TC-11", "TX-01", "TX-02",  "TX-03",  "TX-05",  "TX-06"}},
  };
  return all;
}

}  // namespace kontor::house
