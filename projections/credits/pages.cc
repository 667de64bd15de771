#include "projections/credits/pages.h"

#include <charconv>

namespace kontor::views {

Maybe<std::uint32_t> credit_page_limit(std::uint32_t asked) {
  if (asked == 0) return kPageRowsDefault;
  if (asked > kPageRowsMax)
    return bad_input(fmt::format("a page has at most {} rows", kPageRowsMax),
                     {rules::fact("limit", asked), rules::fact("limit_max", kPageRowsMax)});
  return asked;
}

std::string cursor_text(const CreditCursor& cursor) {
  return fmt::format("{}/{}", cursor.position, cursor.id);
}

Maybe<std::optional<CreditCursor>> read_credit_cursor(capnp::Text::Reader given) {
  if (given.size() == 0) return std::optional<CreditCursor>();
  const std::string_view text = view(given);
  const std::size_t slash = text.find('/');
  CreditCursor cursor;
  const char* end = text.data() + std::min(slash, text.size());
  const auto [read, error] = std::from_chars(text.data(), end, cursor.position);
  if (slash == std::string_view::npos || error != std::errc() || read != end ||
      !valid_id_text(text.substr(slash + 1)))
    return bad_input("the cursor is not the `next` of a page", {rules::fact("after", text)});
  cursor.id = text.substr(slash + 1);
  return std::optional<CreditCursor>(std::move(cursor));
}

Maybe<OrderPage> order_page(const Asking& asking, const ViewKey& list, Direction direction,
                            capnp::Text::Reader after, std::uint32_t limit, const OrderFilter& filter) {
  const Maybe<std::optional<CreditCursor>> cursor = read_credit_cursor(after);
  if (!cursor) return tl::unexpected<No>(cursor.error());
  // Complementing twice is the position again, so that one line serves both ways.
  const auto turned = [&](Position position) {
    return direction == Direction::NewestFirst ? ~position : position;
  };
  std::string from;
  if (*cursor) from = ViewKey(list).number(turned((*cursor)->position)).text((*cursor)->id).bytes();
  OrderPage page;
  CreditCursor last;
  std::optional<No> failure;
  const Status scanned =
      asking.views.scan(list, from, asking.position, [&](std::string_view key, const RowVersion&) {
        KeyParts parts(key, list);
        const Position position = turned(parts.number());
        std::string id(parts.text());
        Maybe<std::string> row = row_of(asking, CreditKeys{asking.tenant}.order(id), "credit order", id);
        if (!row) {
          failure = row.error();
          return Scan::Stop;
        }
        const Fit fit = filter(StoredRow<wire::CreditOrder>(*row).read());
        if (fit == Fit::NoMore) return Scan::Stop;
        if (fit == Fit::Not) return Scan::Continue;
        if (page.rows.size() == limit) {  // one more than fits: there is a next page
          page.next = cursor_text(last);
          return Scan::Stop;
        }
        page.rows.push_back(*std::move(row));
        last = {position, std::move(id)};
        return Scan::Continue;
      });
  if (failure) return tl::unexpected<No>(*failure);
  if (!scanned) return no(scanned.error());
  return page;
}

void write_order(const Asking& asking, wire::CreditOrder::Reader row, wire::CreditOrder::Builder out) {
  out.setAgeSeconds(age_seconds(asking, row.getPlacedAt()));
}

void write_orders(const Asking& asking, const OrderPage& page, capnp::List<wire::CreditOrder>::Builder out) {
  for (unsigned i = 0; i < out.size(); ++i) {
    const StoredRow<wire::CreditOrder> row(page.rows[i]);
    out.setWithCaveats(i, row.read());
    write_order(asking, row.read(), out[i]);
  }
}

}  // namespace kontor::views
