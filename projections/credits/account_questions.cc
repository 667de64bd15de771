// MenuBalance, CreditOverview, OrderList, TransactionList, PackageList, ConversionCard, CanPublish,
// AccountAdministration (QC1 to QC6, QC9). A user who never had to do with credits has no account, no orders
// and no transactions; that is an answer.
#include "projections/credits/pages.h"

namespace kontor::views {
namespace {

constexpr std::string_view kAccountSettings = "account-settings";
constexpr std::uint32_t kLastOnes = 3;

/// The account's row, an empty one for a user without.
Maybe<std::string> account_row(const Asking& asking, std::string_view user) {
  Maybe<std::optional<std::string>> row = row_at(asking, CreditKeys{asking.tenant}.account(user));
  if (!row) return tl::unexpected<No>(row.error());
  return std::move(*row).value_or(std::string());
}

/// The settings' row, an empty one before they were ever made.
Maybe<std::string> settings_row(const Asking& asking) {
  Maybe<std::optional<std::string>> row = row_at(asking, CreditKeys{asking.tenant}.settings());
  if (!row) return tl::unexpected<No>(row.error());
  return std::move(*row).value_or(std::string());
}

/// What may be spent; `reserved` is counted in points and far from the end of its range.
std::int64_t available(wire::CreditAccount::Reader account) {
  return account.getBalance() - static_cast<std::int64_t>(account.getReserved());
}

Maybe<OrderPage> orders_of(const Asking& asking, std::string_view user, capnp::Text::Reader after,
                           std::uint32_t limit) {
  return order_page(asking, CreditKeys{asking.tenant}.orders_of(user), Direction::NewestFirst, after, limit,
                    [](wire::CreditOrder::Reader) { return Fit::Yes; });
}

struct TransactionPage {
  std::vector<std::string> rows;
  std::string next;
};
Maybe<TransactionPage> transactions_of(const Asking& asking, std::string_view user, capnp::Text::Reader after,
                                       std::uint32_t limit) {
  const Maybe<std::optional<CreditCursor>> cursor = read_credit_cursor(after);
  if (!cursor) return tl::unexpected<No>(cursor.error());
  if (*cursor && (*cursor)->id != user)
    return bad_input("the cursor belongs to another question", {rules::fact("after", view(after))});
  const CreditKeys keys{asking.tenant};
  std::string from;
  if (*cursor) from = keys.transaction(user, (*cursor)->position).bytes();
  TransactionPage page;
  Position last = 0;
  const Status scanned = asking.views.scan(
      keys.transactions(user), from, asking.position, [&](std::string_view, const RowVersion& version) {
        if (page.rows.size() == limit) {
          page.next = cursor_text({last, std::string(user)});
          return Scan::Stop;
        }
        page.rows.push_back(version.value);
        last = version.position;  // a transaction is written once, at its own position
        return Scan::Continue;
      });
  if (!scanned) return no(scanned.error());
  return page;
}

void write_transactions(const TransactionPage& page, capnp::List<wire::CreditTransaction>::Builder out) {
  for (unsigned i = 0; i < out.size(); ++i)
    out.setWithCaveats(i, StoredRow<wire::CreditTransaction>(page.rows[i]).read());
}

/// What a publication of this kind costs; nullopt when the kind is none.
std::optional<std::uint32_t> cost_of(wire::CreditSettings::Reader settings, wire::PublishedKind kind) {
  switch (kind) {
    case wire::PublishedKind::ARTICLE: return settings.getArticleFree() ? 0 : 1;
    case wire::PublishedKind::SNAPSHOT: return settings.getSnapshotFree() ? 0 : 1;
    case wire::PublishedKind::EVENT: return settings.getEventFree() ? 0 : 1;
    case wire::PublishedKind::UNSET: break;
  }
  return std::nullopt;
}

enum class Person : std::uint8_t { Living, Erased };

Maybe<Person> person_state(const Asking& asking, std::string_view user) {
  const Maybe<std::uint64_t> number = erased_number(asking, user);
  if (!number) return tl::unexpected<No>(number.error());
  return *number == 0 ? Person::Living : Person::Erased;
}

/// Why not; nothing when it is allowed. The same order as the rules.
std::optional<Reason> refusal_of(Person person, wire::CreditSettings::Reader settings,
                                 const std::optional<std::uint32_t>& cost, std::int64_t available) {
  if (person == Person::Erased) return Reason::SubjectErased;
  if (!settings.getOn() || !settings.getInPlan()) return Reason::FeatureNotLicensed;
  if (!cost) return Reason::ContentTypeUnknown;
  if (*cost > 0 && available < static_cast<std::int64_t>(*cost)) return Reason::InsufficientCredit;
  return std::nullopt;
}

}  // namespace

Asked answer_menu_balance(const Asking& asking, std::string_view user, wire::MenuBalance::Builder out) {
  const Maybe<std::string> row = account_row(asking, user);
  if (!row) return tl::unexpected<No>(row.error());
  const StoredRow<wire::CreditAccount> account(*row);
  out.setUser(std::string(user));
  out.setAccount(account.read().getState());
  out.setBalance(account.read().getBalance());
  out.setReserved(account.read().getReserved());
  out.setAvailable(available(account.read()));
  out.setLink(std::string(kAccountSettings));
  return {};
}

Asked answer_credit_overview(const Asking& asking, std::string_view user, wire::CreditOverview::Builder out) {
  const Maybe<std::string> row = account_row(asking, user);
  if (!row) return tl::unexpected<No>(row.error());
  const Maybe<OrderPage> orders = orders_of(asking, user, {}, kLastOnes);
  if (!orders) return tl::unexpected<No>(orders.error());
  const Maybe<TransactionPage> transactions = transactions_of(asking, user, {}, kLastOnes);
  if (!transactions) return tl::unexpected<No>(transactions.error());
  const StoredRow<wire::CreditAccount> account(*row);
  out.setAccount(account.read());
  out.getAccount().setUser(std::string(user));
  out.setAvailable(available(account.read()));
  write_orders(asking, *orders, out.initLastOrders(static_cast<unsigned>(orders->rows.size())));
  write_transactions(*transactions,
                     out.initLastTransactions(static_cast<unsigned>(transactions->rows.size())));
  return {};
}

Asked answer_order_list(const Asking& asking, wire::UserPageQuestion::Reader question,
                        wire::OrderList::Builder out) {
  const Maybe<std::uint32_t> limit = credit_page_limit(question.getLimit());
  if (!limit) return tl::unexpected<No>(limit.error());
  const Maybe<OrderPage> page = orders_of(asking, view(question.getUser()), question.getAfter(), *limit);
  if (!page) return tl::unexpected<No>(page.error());
  write_orders(asking, *page, out.initOrders(static_cast<unsigned>(page->rows.size())));
  out.setNext(page->next);
  return {};
}

Asked answer_transaction_list(const Asking& asking, wire::UserPageQuestion::Reader question,
                              wire::TransactionList::Builder out) {
  const Maybe<std::uint32_t> limit = credit_page_limit(question.getLimit());
  if (!limit) return tl::unexpected<No>(limit.error());
  const Maybe<TransactionPage> page =
      transactions_of(asking, view(question.getUser()), question.getAfter(), *limit);
  if (!page) return tl::unexpected<No>(page.error());
  write_transactions(*page, out.initTransactions(static_cast<unsigned>(page->rows.size())));
  out.setNext(page->next);
  return {};
}

Asked answer_package_list(const Asking& asking, wire::PackagesQuestion::Reader question,
                          wire::PackageList::Builder out) {
  std::vector<std::string> rows;
  const Status scanned = asking.views.scan(
      CreditKeys{asking.tenant}.packages(), {}, asking.position,
      [&](std::string_view, const RowVersion& version) {
        const bool retired = StoredRow<wire::CreditPackage>(version.value).read().getRetired();
        if (question.getAll() || !retired) rows.push_back(version.value);
        return Scan::Continue;
      });
  if (!scanned) return no(scanned.error());
  auto packages = out.initPackages(static_cast<unsigned>(rows.size()));
  for (unsigned i = 0; i < packages.size(); ++i)
    packages.setWithCaveats(i, StoredRow<wire::CreditPackage>(rows[i]).read());
  return {};
}

Asked answer_conversion_card(const Asking& asking, std::string_view user, wire::ConversionCard::Builder out) {
  const Maybe<std::string> row = account_row(asking, user);
  if (!row) return tl::unexpected<No>(row.error());
  const Maybe<std::string> settings = settings_row(asking);
  if (!settings) return tl::unexpected<No>(settings.error());
  const StoredRow<wire::CreditSettings> configured(*settings);
  const bool on = configured.read().getOn() && configured.read().getInPlan();
  const StoredRow<wire::CreditAccount> stored(*row);
  const auto account = stored.read();
  out.setUser(std::string(user));
  out.setShow(on && account.getState() == wire::CreditAccountState::ACTIVE && account.getBalance() <= 0);
  out.setPendingOrder(account.getPendingOrders() > 0);
  out.setBalance(account.getBalance());
  out.setLink(std::string(kAccountSettings));
  return {};
}

Asked answer_can_publish(const Asking& asking, wire::PublishQuestion::Reader question,
                         wire::CanPublish::Builder out) {
  const Maybe<std::string> row = account_row(asking, view(question.getUser()));
  if (!row) return tl::unexpected<No>(row.error());
  const Maybe<std::string> found = settings_row(asking);
  if (!found) return tl::unexpected<No>(found.error());
  const StoredRow<wire::CreditSettings> settings(*found);
  const StoredRow<wire::CreditAccount> stored(*row);
  const auto account = stored.read();
  std::optional<std::uint32_t> cost = cost_of(settings.read(), question.getContentType());
  if (cost && account.getState() != wire::CreditAccountState::ACTIVE) cost = 0;
  const Maybe<Person> person = person_state(asking, view(question.getUser()));
  if (!person) return tl::unexpected<No>(person.error());
  const std::optional<Reason> why_not = refusal_of(*person, settings.read(), cost, available(account));
  out.setUser(question.getUser());
  out.setAllowed(!why_not);
  out.setCost(cost.value_or(0));
  out.setAvailable(available(account));
  if (why_not) out.setReason(std::string(reason_info(*why_not).name));
  // A draft is never refused for want of credit, only without a credit system, and to who was erased.
  out.setDraftAllowed(why_not != Reason::FeatureNotLicensed && why_not != Reason::SubjectErased);
  if (why_not == Reason::InsufficientCredit) out.setLink(std::string(kAccountSettings));
  return {};
}

Asked answer_account_administration(const Asking& asking, wire::AccountsQuestion::Reader question,
                                    wire::AccountAdministration::Builder out) {
  const Maybe<std::uint32_t> limit = credit_page_limit(question.getLimit());
  if (!limit) return tl::unexpected<No>(limit.error());
  const CreditKeys keys{asking.tenant};
  std::string from;
  if (question.getAfter().size() != 0) {
    if (!valid_id_text(view(question.getAfter())))
      return bad_input("the cursor is not the `next` of a page",
                       {rules::fact("after", view(question.getAfter()))});
    from = keys.account(view(question.getAfter())).bytes();
  }
  std::vector<std::string> rows;
  std::string last;
  const Status scanned = asking.views.scan(keys.accounts(), from, asking.position,
                                           [&](std::string_view, const RowVersion& version) {
                                             const StoredRow<wire::CreditAccount> row(version.value);
                                             if (row.read().getState() == wire::CreditAccountState::NONE)
                                               return Scan::Continue;
                                             if (rows.size() == *limit) {
                                               out.setNext(last);
                                               return Scan::Stop;
                                             }
                                             rows.push_back(version.value);
                                             last = view(row.read().getUser());
                                             return Scan::Continue;
                                           });
  if (!scanned) return no(scanned.error());
  auto accounts = out.initAccounts(static_cast<unsigned>(rows.size()));
  for (unsigned i = 0; i < accounts.size(); ++i)
    accounts.setWithCaveats(i, StoredRow<wire::CreditAccount>(rows[i]).read());
  return {};
}

}  // namespace kontor::views
