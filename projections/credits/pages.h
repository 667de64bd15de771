#pragma once
// Lists of credits in pages. Any thread.

#include <functional>
#include <string>
#include <vector>

#include "projections/asking.h"
#include "projections/credits/credit_keys.h"

namespace kontor::views {

[[nodiscard]] Maybe<std::uint32_t> credit_page_limit(std::uint32_t asked);

/// A cursor that names a position, and behind it an id where the list needs one.
struct CreditCursor {
  Position position = 0;
  std::string id;
};
[[nodiscard]] std::string cursor_text(const CreditCursor& cursor);
/// nullopt: from the beginning.
[[nodiscard]] Maybe<std::optional<CreditCursor>> read_credit_cursor(capnp::Text::Reader given);

enum class Direction : std::uint8_t { NewestFirst, OldestFirst };

/// Orders of one list, as of the asked position.
struct OrderPage {
  std::vector<std::string> rows;  // wire::CreditOrder
  std::string next;               // cursor; empty on the last page
};
enum class Fit : std::uint8_t { Not, Yes, NoMore };
using OrderFilter = std::function<Fit(wire::CreditOrder::Reader)>;

/// `list` is the beginning of a list of orders (CreditKeys), `limit` the rows of a page.
[[nodiscard]] Maybe<OrderPage> order_page(const Asking& asking, const ViewKey& list, Direction direction,
                                          capnp::Text::Reader after, std::uint32_t limit,
                                          const OrderFilter& filter);
/// Writes the orders of a page with their age at the asked moment.
void write_orders(const Asking& asking, const OrderPage& page, capnp::List<wire::CreditOrder>::Builder out);
void write_order(const Asking& asking, wire::CreditOrder::Reader row, wire::CreditOrder::Builder out);

}  // namespace kontor::views
