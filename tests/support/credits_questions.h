#pragma once
// Questions about credits in tests, one a function.

#include "tests/support/questions.h"

namespace kontor::test {

[[nodiscard]] inline Ask menu_balance(const std::string& user) {
  return [user](wire::Query::Builder q) { q.getQuestion().initMenuBalance().setUser(user); };
}
[[nodiscard]] inline Ask credit_overview(const std::string& user) {
  return [user](wire::Query::Builder q) { q.getQuestion().initCreditOverview().setUser(user); };
}
[[nodiscard]] inline Ask order_list(const std::string& user, std::uint32_t limit = 0,
                                    const std::string& after = "") {
  return [user, limit, after](wire::Query::Builder q) {
    auto question = q.getQuestion().initOrderList();
    question.setUser(user);
    question.setLimit(limit);
    question.setAfter(after);
  };
}
[[nodiscard]] inline Ask transaction_list(const std::string& user, std::uint32_t limit = 0,
                                          const std::string& after = "") {
  return [user, limit, after](wire::Query::Builder q) {
    auto question = q.getQuestion().initTransactionList();
    question.setUser(user);
    question.setLimit(limit);
    question.setAfter(after);
  };
}
[[nodiscard]] inline Ask package_list() {
  return [](wire::Query::Builder q) { q.getQuestion().initPackageList(); };
}
[[nodiscard]] inline Ask conversion_card(const std::string& user) {
  return [user](wire::Query::Builder q) { q.getQuestion().initConversionCard().setUser(user); };
}
[[nodiscard]] inline Ask can_publish(const std::string& user, wire::PublishedKind kind) {
  return [user, kind](wire::Query::Builder q) {
    auto question = q.getQuestion().initCanPublish();
    question.setUser(user);
    question.setContentType(kind);
  };
}
[[nodiscard]] inline Ask order_administration(wire::OrderStateFilter state = wire::OrderStateFilter::ANY,
                                              const std::string& user = "") {
  return [state, user](wire::Query::Builder q) {
    auto question = q.getQuestion().initOrderAdministration();
    question.setState(state);
    question.setUser(user);
  };
}
[[nodiscard]] inline Ask order_detail(const std::string& order) {
  return [order](wire::Query::Builder q) { q.getQuestion().initOrderDetail().setOrder(order); };
}
[[nodiscard]] inline Ask account_administration(std::uint32_t limit = 0, const std::string& after = "") {
  return [limit, after](wire::Query::Builder q) {
    auto question = q.getQuestion().initAccountAdministration();
    question.setLimit(limit);
    question.setAfter(after);
  };
}
[[nodiscard]] inline Ask uninvoiced_orders(Instant cutoff = {}) {
  return [cutoff](wire::Query::Builder q) { q.getQuestion().initUninvoicedOrders().setCutoff(cutoff.ns); };
}

}  // namespace kontor::test
