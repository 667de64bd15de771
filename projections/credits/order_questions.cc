// OrderAdministration, OrderDetail, UninvoicedOrders (QC7, QC8, QC10).
#include "projections/credits/pages.h"

namespace kontor::views {
namespace {

/// The filters begin with "any"; the states do not.
template <class State, class Filter>
bool fits(Filter filter, State state) {
  const auto wanted = static_cast<std::uint16_t>(filter);
  return wanted == 0 || wanted == static_cast<std::uint16_t>(state) + 1;
}

bool fits(capnp::Text::Reader filter, capnp::Text::Reader id) {
  return filter.size() == 0 || view(filter) == view(id);
}

/// A filter this program does not know would leave out everything, and look like an answer.
Asked known_filters(wire::OrderFilterQuestion::Reader question) {
  if (question.getState() > wire::OrderStateFilter::REVERSED)
    return bad_input("this program knows no such state of an order",
                     {rules::fact("state", static_cast<std::uint16_t>(question.getState()))});
  if (question.getBilling() > wire::BillingStateFilter::PAID)
    return bad_input("this program knows no such state of billing",
                     {rules::fact("billing", static_cast<std::uint16_t>(question.getBilling()))});
  return {};
}

}  // namespace

Asked answer_order_administration(const Asking& asking, wire::OrderFilterQuestion::Reader question,
                                  wire::OrderAdministration::Builder out) {
  if (Asked known = known_filters(question); !known) return known;
  const Maybe<std::uint32_t> limit = credit_page_limit(question.getLimit());
  if (!limit) return tl::unexpected<No>(limit.error());
  const CreditKeys keys{asking.tenant};
  const ViewKey list =
      question.getUser().size() == 0 ? keys.orders_by_age() : keys.orders_of(view(question.getUser()));
  const Maybe<OrderPage> page = order_page(asking, list, Direction::NewestFirst, question.getAfter(), *limit,
                                           [&](wire::CreditOrder::Reader order) {
                                             const bool wanted =
                                                 fits(question.getState(), order.getState()) &&
                                                 fits(question.getBilling(), order.getBilling()) &&
                                                 fits(question.getPackage(), order.getPackage());
                                             return wanted ? Fit::Yes : Fit::Not;
                                           });
  if (!page) return tl::unexpected<No>(page.error());
  write_orders(asking, *page, out.initOrders(static_cast<unsigned>(page->rows.size())));
  out.setNext(page->next);
  return {};
}

Asked answer_order_detail(const Asking& asking, std::string_view order, wire::OrderDetail::Builder out) {
  const CreditKeys keys{asking.tenant};
  const Maybe<std::string> row = row_of(asking, keys.order(order), "credit order", order);
  if (!row) return tl::unexpected<No>(row.error());
  std::vector<std::string> steps;
  const Status scanned = asking.views.scan(keys.steps(order), {}, asking.position,
                                           [&](std::string_view, const RowVersion& version) {
                                             steps.push_back(version.value);
                                             return Scan::Continue;
                                           });
  if (!scanned) return no(scanned.error());
  const StoredRow<wire::CreditOrder> stored(*row);
  out.setOrder(stored.read());
  write_order(asking, stored.read(), out.getOrder());
  auto history = out.initHistory(static_cast<unsigned>(steps.size()));
  for (unsigned i = 0; i < history.size(); ++i)
    history.setWithCaveats(i, StoredRow<wire::CreditOrderStep>(steps[i]).read());
  return {};
}

Asked answer_uninvoiced_orders(const Asking& asking, wire::UninvoicedQuestion::Reader question,
                               wire::UninvoicedOrders::Builder out) {
  const Maybe<std::uint32_t> limit = credit_page_limit(question.getLimit());
  if (!limit) return tl::unexpected<No>(limit.error());
  const std::int64_t cutoff = question.getCutoff();
  const Maybe<OrderPage> page =
      order_page(asking, CreditKeys{asking.tenant}.orders_credited(), Direction::OldestFirst,
                 question.getAfter(), *limit, [&](wire::CreditOrder::Reader order) {
                   if (cutoff != 0 && order.getCreditedAt() >= cutoff) return Fit::NoMore;
                   const bool open = order.getState() == wire::CreditOrderState::CREDITED &&
                                     order.getBilling() == wire::CreditBillingState::NOT_INVOICED;
                   return open ? Fit::Yes : Fit::Not;
                 });
  if (!page) return tl::unexpected<No>(page.error());
  write_orders(asking, *page, out.initOrders(static_cast<unsigned>(page->rows.size())));
  out.setNext(page->next);
  return {};
}

}  // namespace kontor::views
