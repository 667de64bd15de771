#include <algorithm>
#include <string>
#include <vector>

#include "projections/credits/credit_keys.h"
#include "projections/stored_row.h"
#include "replay/export/cells.h"
#include "replay/export/deriving.h"

namespace kontor::exports {
namespace {

using views::KeyParts;
using views::Kind;
using views::StoredRow;
using views::ViewKey;

Status write_order(const Deriving& from, wire::CreditOrder::Reader order) {
  const Selection& wanted = from.selection;
  const bool placed = wanted.takes(order.getPlacedPosition(), Instant{order.getPlacedAt()});
  const bool credited = order.getCreditedPosition() != 0 &&
                        wanted.takes(order.getCreditedPosition(), Instant{order.getCreditedAt()});
  if (!placed && !credited) return {};
  return from.add(
      TableId::CreditOrders,
      {text_cell(order.getOrder()), text_cell(order.getUser()), text_cell(order.getPackage()),
       text_cell(order.getPackageName()), number_cell(order.getPackageRev()), number_cell(order.getPoints()),
       number_cell(order.getPrice()), text_cell(order.getCurrency()), name_cell(order.getMode()),
       name_cell(order.getState()), name_cell(order.getBilling()), moment_cell(order.getPlacedAt()),
       position_cell(order.getPlacedPosition()), moment_cell(order.getCreditedAt()),
       position_cell(order.getCreditedPosition()), text_cell(order.getInvoiceRef()),
       text_cell(order.getPaymentRef())});
}

/// The transactions of one account. The views have the newest first; a running balance is read the other way.
class Account {
 public:
  explicit Account(const Deriving& from) : from_(from) {}

  Status take(std::string_view user, const std::string& row) {
    Status written;
    if (user != user_) {
      written = write();
      user_ = user;
    }
    rows_.push_back(row);
    return written;
  }
  Status write() {
    for (auto row = rows_.rbegin(); row != rows_.rend(); ++row) {
      const StoredRow<wire::CreditTransaction> stored(*row);
      if (Status written = write(stored.read()); !written) return written;
    }
    rows_.clear();
    return {};
  }

 private:
  Status write(wire::CreditTransaction::Reader one) const {
    if (!from_.selection.takes(one.getPosition(), Instant{one.getAt()})) return {};
    return from_.add(
        TableId::CreditTransactions,
        {number_cell(one.getPosition()), text_cell(user_), moment_cell(one.getAt()),
         moment_cell(one.getRecordedAt()), name_cell(one.getKind()), number_cell(one.getPoints()),
         number_cell(one.getBalance()), text_cell(one.getOrder()), text_cell(one.getContent()),
         text_cell(one.getReason()), number_cell(std::int64_t{one.getForced()})});
  }

  const Deriving& from_;
  std::string user_;
  std::vector<std::string> rows_;
};

}  // namespace

Status write_credit_tables(const Deriving& from) {
  const Status orders =
      from.scan(ViewKey(from.tenant, Kind::CreditOrder), [&](std::string_view, const views::RowVersion& row) {
        const StoredRow<wire::CreditOrder> stored(row.value);
        return write_order(from, stored.read());
      });
  if (!orders) return orders;
  const ViewKey prefix(from.tenant, Kind::CreditTransaction);
  Account account(from);
  const Status transactions = from.scan(prefix, [&](std::string_view key, const views::RowVersion& row) {
    return account.take(KeyParts(key, prefix).text(), row.value);
  });
  if (!transactions) return transactions;
  return account.write();
}

}  // namespace kontor::exports
