// The questions about group access (QA1 to QA8).
#include <algorithm>

#include "events/core/money.h"
#include "projections/access/keys.h"
#include "projections/asking.h"
#include "projections/paging.h"

namespace kontor::views {
namespace {

constexpr std::uint32_t kQuoteQuantityMax = 100'000;

AccessKeys keys_of(const Asking& asking) { return AccessKeys{asking.tenant}; }

Maybe<std::string> group_row(const Asking& asking, std::string_view group) {
  return row_of(asking, keys_of(asking).group(group), "group", group);
}

wire::TagState tag_state(const Asking& asking, std::string_view person, std::string_view tag,
                         Status& trouble) {
  const auto found = asking.views.get(keys_of(asking).tag(person, tag), asking.position);
  if (!found) {
    trouble = tl::unexpected(found.error());
    return wire::TagState::NONE;
  }
  if (!*found) return wire::TagState::NONE;
  return StoredRow<wire::AccessTagRow>((*found)->value).read().getState();
}

/// What is shown of an erased person in place of a name; empty for everybody else.
Maybe<std::string> label_of(const Asking& asking, std::string_view person) {
  const Maybe<std::uint64_t> number = erased_number(asking, person);
  if (!number) return tl::unexpected<No>(number.error());
  return *number == 0 ? std::string() : fmt::format("erased #{}", *number);
}

bool wanted(wire::RosterFilter filter, wire::ParticipantState state) {
  if (filter == wire::RosterFilter::ALL) return true;
  return (filter == wire::RosterFilter::ACTIVE) == (state == wire::ParticipantState::ACTIVE);
}

Asked answer_group_overview(const Asking& asking, std::string_view group, wire::Answer::Body::Builder out) {
  const Maybe<std::string> row = group_row(asking, group);
  if (!row) return tl::unexpected<No>(row.error());
  out.setGroupOverview(StoredRow<wire::GroupOverview>(*row).read());
  return {};
}

Asked answer_group_roster(const Asking& asking, wire::RosterQuestion::Reader question,
                          wire::GroupRoster::Builder out) {
  const std::string_view group = view(question.getGroup());
  const Maybe<std::string> row = group_row(asking, group);
  if (!row) return tl::unexpected<No>(row.error());
  const Maybe<std::uint32_t> limit = read_limit(question.getLimit());
  if (!limit) return tl::unexpected<No>(limit.error());
  const ViewKey all = keys_of(asking).participants(group);
  const Maybe<std::string> behind = behind_name(all, question.getAfter());
  if (!behind) return tl::unexpected<No>(behind.error());

  Page page(*limit);
  const Status scanned =
      asking.views.scan(all, *behind, asking.position, [&](std::string_view key, const RowVersion& version) {
        const StoredRow<wire::Participant> stored(version.value);
        if (!wanted(question.getMembers(), stored.read().getState())) return Scan::Continue;
        return page.add(KeyParts(key, all).text(), version.value);
      });
  if (!scanned) return no(scanned.error());

  const StoredRow<wire::GroupOverview> card(*row);
  const auto overview = card.read();
  out.setGroup(overview.getGroup());
  out.setTitle(overview.getTitle());
  out.setAvailable(overview.getAvailable());
  out.setCapacity(overview.getCapacity());
  out.setNext(page.next());
  auto participants = out.initParticipants(page.rows());
  Status trouble;
  for (unsigned i = 0; i < participants.size(); ++i) {
    participants.setWithCaveats(i, StoredRow<wire::Participant>(page.value(i)).read());
    participants[i].setTag(tag_state(asking, page.name(i), view(overview.getTag()), trouble));
    const Maybe<std::string> label = label_of(asking, page.name(i));
    if (!label) return tl::unexpected<No>(label.error());
    if (!label->empty()) participants[i].setLabel(*label);
  }
  if (!trouble) return no(trouble.error());
  return {};
}

Asked answer_groups_of_leader(const Asking& asking, wire::LeaderQuestion::Reader question,
                              wire::GroupsOfLeader::Builder out) {
  const Maybe<std::uint32_t> limit = read_limit(question.getLimit());
  if (!limit) return tl::unexpected<No>(limit.error());
  const ViewKey all = keys_of(asking).led_groups(view(question.getPerson()));
  const Maybe<std::string> behind = behind_name(all, question.getAfter());
  if (!behind) return tl::unexpected<No>(behind.error());
  Page page(*limit);
  const Status scanned =
      asking.views.scan(all, *behind, asking.position, [&](std::string_view key, const RowVersion& version) {
        if (!StoredRow<wire::LeaderRow>(version.value).read().getLeads()) return Scan::Continue;
        return page.add(KeyParts(key, all).text(), "");
      });
  if (!scanned) return no(scanned.error());
  out.setPerson(question.getPerson());
  out.setNext(page.next());
  auto groups = out.initGroups(page.rows());
  for (unsigned i = 0; i < groups.size(); ++i) {
    const Maybe<std::string> row = group_row(asking, page.name(i));
    if (!row) return tl::unexpected<No>(row.error());
    groups.setWithCaveats(i, StoredRow<wire::GroupOverview>(*row).read());
  }
  return {};
}

Asked answer_can_open_group(const Asking& asking, wire::OpenGroupQuestion::Reader question,
                            wire::CanOpenGroup::Builder out) {
  const std::string_view group = view(question.getGroup());
  const std::string_view person = view(question.getPerson());
  const Maybe<std::string> row = group_row(asking, group);
  if (!row) return tl::unexpected<No>(row.error());
  const auto participant = row_at(asking, keys_of(asking).participant(group, person));
  if (!participant) return tl::unexpected<No>(participant.error());
  const StoredRow<wire::GroupOverview> card(*row);
  out.setPerson(question.getPerson());
  out.setGroup(question.getGroup());
  auto because = wire::OpenGroupAnswer::STRANGER;
  if (question.getAdmin()) {
    because = wire::OpenGroupAnswer::ADMIN;
  } else if (view(card.read().getLeader()) == person) {
    because = card.read().getState() == wire::AccessGroupState::CLOSED ? wire::OpenGroupAnswer::CLOSED
                                                                       : wire::OpenGroupAnswer::LEADER;
  } else if (*participant && StoredRow<wire::Participant>(**participant).read().getState() ==
                                 wire::ParticipantState::ACTIVE) {
    because = wire::OpenGroupAnswer::PARTICIPANT;
  }
  out.setBecause(because);
  out.setAllowed(because == wire::OpenGroupAnswer::ADMIN || because == wire::OpenGroupAnswer::LEADER);
  return {};
}

Asked answer_checkout_quote(const Asking& asking, wire::QuoteQuestion::Reader question,
                            wire::CheckoutQuote::Builder out) {
  const std::string_view product = view(question.getProduct());
  const Maybe<std::string> row = row_of(asking, keys_of(asking).product(product), "product", product);
  if (!row) return tl::unexpected<No>(row.error());
  const std::uint32_t quantity = question.getQuantity();
  if (quantity < 1 || quantity > kQuoteQuantityMax)
    return no(rules::Refusal{Reason::QuantityInvalid,
                             fmt::format("an order has 1 to {} seats", kQuoteQuantityMax),
                             {rules::fact("quantity", quantity), rules::fact("limit", kQuoteQuantityMax)},
                             {}});
  const StoredRow<wire::AccessProductRow> stored(*row);
  const auto price = stored.read();
  const auto total = checked_multiply(MinorUnits{price.getUnitPrice()}, quantity);
  if (!total) return bad_input("the total does not fit", {rules::fact("quantity", quantity)});
  out.setProduct(question.getProduct());
  out.setQuantity(quantity);
  out.setUnitPrice(price.getUnitPrice());
  out.setTotal(total->value);
  out.setCurrency(price.getCurrency());
  out.setPriceListRev(price.getRev());
  return {};
}

Maybe<std::string> import_named(const Asking& asking, wire::ImportQuestion::Reader question) {
  const std::string_view import = view(question.getImport());
  const std::string_view hash = view(question.getFileHash());
  if (!import.empty() && hash.empty() && question.getGroup().size() == 0) return std::string(import);
  if (!import.empty() || hash.empty() || question.getGroup().size() == 0)
    return bad_input("name the import, or the group and the file's hash", {});
  const Maybe<std::string> row =
      row_of(asking, keys_of(asking).roster_of_file(view(question.getGroup()), hash), "import of file", hash);
  if (!row) return row;
  return std::string(view(StoredRow<wire::RosterFileRow>(*row).read().getImport()));
}

bool wanted(wire::ImportFilter filter, std::uint16_t code) {
  if (filter == wire::ImportFilter::ALL) return true;
  return (filter == wire::ImportFilter::ACCEPTED) == (code == 0);
}

Asked answer_import_report(const Asking& asking, wire::ImportQuestion::Reader question,
                           wire::ImportReport::Builder out) {
  const Maybe<std::string> import = import_named(asking, question);
  if (!import) return tl::unexpected<No>(import.error());
  const Maybe<std::string> row = row_of(asking, keys_of(asking).roster(*import), "import", *import);
  if (!row) return tl::unexpected<No>(row.error());
  const Maybe<std::uint32_t> limit = read_limit(question.getLimit());
  if (!limit) return tl::unexpected<No>(limit.error());
  const ViewKey all = keys_of(asking).roster_lines(*import);
  std::string behind;
  if (question.getAfter().size() > 0) {
    const Maybe<std::uint64_t> line = read_number(question.getAfter());
    if (!line) return tl::unexpected<No>(line.error());
    behind = keys_of(asking).roster_line(*import, *line).bytes();
  }
  Page page(*limit);
  const Status scanned =
      asking.views.scan(all, behind, asking.position, [&](std::string_view key, const RowVersion& version) {
        if (!wanted(question.getRows(), StoredRow<wire::ImportLine>(version.value).read().getCode()))
          return Scan::Continue;
        return page.add(std::to_string(KeyParts(key, all).number()), version.value);
      });
  if (!scanned) return no(scanned.error());
  const StoredRow<wire::ImportReport> stored(*row);
  const auto report = stored.read();
  out.setImport(report.getImport());
  out.setGroup(report.getGroup());
  out.setFileHash(report.getFileHash());
  out.setMode(report.getMode());
  out.setState(report.getState());
  out.setRows(report.getRows());
  out.setAccepted(report.getAccepted());
  out.setAlreadyMembers(report.getAlreadyMembers());
  out.setRefused(report.getRefused());
  out.setAt(report.getAt());
  out.setNext(page.next());
  auto lines = out.initLines(page.rows());
  for (unsigned i = 0; i < lines.size(); ++i)
    lines.setWithCaveats(i, StoredRow<wire::ImportLine>(page.value(i)).read());
  return {};
}

struct TagRows {
  std::string tag;
  std::vector<std::string> entitlements;
};

Maybe<std::vector<TagRows>> tags_of(const Asking& asking, std::string_view person) {
  const ViewKey all = keys_of(asking).entitlements(person);
  std::vector<TagRows> tags;
  const Status scanned =
      asking.views.scan(all, {}, asking.position, [&](std::string_view key, const RowVersion& version) {
        const std::string_view tag = KeyParts(key, all).text();
        if (tags.empty() || tags.back().tag != tag) tags.push_back({std::string(tag), {}});
        tags.back().entitlements.push_back(version.value);
        return Scan::Continue;
      });
  if (!scanned) return no(scanned.error());
  return tags;
}

Asked answer_access_of(const Asking& asking, std::string_view person, wire::AccessOf::Builder out) {
  const Maybe<std::vector<TagRows>> tags = tags_of(asking, person);
  if (!tags) return tl::unexpected<No>(tags.error());
  out.setPerson(std::string(person));
  auto list = out.initTags(static_cast<unsigned>(tags->size()));
  for (unsigned i = 0; i < list.size(); ++i) {
    const TagRows& rows = (*tags)[i];
    const auto found = row_at(asking, keys_of(asking).tag(person, rows.tag));
    if (!found) return tl::unexpected<No>(found.error());
    const StoredRow<wire::AccessTagRow> stored(*found ? **found : std::string());
    const auto state = stored.read();
    auto tag = list[i];
    tag.setTag(rows.tag);
    tag.setState(state.getState());
    tag.setRequest(state.getRequest());
    tag.setError(state.getError());
    auto because = tag.initBecause(static_cast<unsigned>(rows.entitlements.size()));
    bool entitled = false;
    for (unsigned k = 0; k < because.size(); ++k) {
      because.setWithCaveats(k, StoredRow<wire::Entitlement>(rows.entitlements[k]).read());
      entitled = entitled || because[k].getEnded() == 0;
    }
    tag.setAccess(entitled && state.getState() == wire::TagState::CONFIRMED);
  }
  return {};
}

struct LineCursor {
  std::uint64_t time = 0;
  std::uint64_t position = 0;
};

Maybe<LineCursor> read_line_cursor(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos)
    return bad_input("the cursor is not the `next` of a page", {rules::fact("after", text)});
  const Maybe<std::uint64_t> time = read_number(text.substr(0, slash));
  if (!time) return tl::unexpected<No>(time.error());
  const Maybe<std::uint64_t> position = read_number(text.substr(slash + 1));
  if (!position) return tl::unexpected<No>(position.error());
  return LineCursor{*time, *position};
}

Asked answer_orders_in_period(const Asking& asking, wire::OrdersQuestion::Reader question,
                              wire::OrdersInPeriod::Builder out) {
  const Maybe<std::uint32_t> limit = read_limit(question.getLimit());
  if (!limit) return tl::unexpected<No>(limit.error());
  if (question.getTo() < 0)
    return bad_input("the period ends before time began", {rules::fact("to", question.getTo())});
  const auto from = static_cast<std::uint64_t>(std::max<std::int64_t>(question.getFrom(), 0));
  const std::uint64_t to = question.getTo() == 0 ? static_cast<std::uint64_t>(kForever.ns)
                                                 : static_cast<std::uint64_t>(question.getTo());
  const AccessKeys keys = keys_of(asking);
  // Positions begin at 1, so this lies before the first line of the moment.
  std::string behind = keys.order_line(from, 0).bytes();
  if (question.getAfter().size() > 0) {
    const Maybe<LineCursor> cursor = read_line_cursor(view(question.getAfter()));
    if (!cursor) return tl::unexpected<No>(cursor.error());
    behind = std::max(behind, keys.order_line(cursor->time, cursor->position).bytes());
  }
  const ViewKey all = keys.order_lines();
  Page page(*limit);
  const Status scanned =
      asking.views.scan(all, behind, asking.position, [&](std::string_view key, const RowVersion& version) {
        KeyParts parts(key, all);
        const std::uint64_t time = parts.number();
        if (time >= to) return Scan::Stop;
        return page.add(fmt::format("{}/{}", time, parts.number()), version.value);
      });
  if (!scanned) return no(scanned.error());
  out.setNext(page.next());
  auto lines = out.initLines(page.rows());
  for (unsigned i = 0; i < lines.size(); ++i)
    lines.setWithCaveats(i, StoredRow<wire::AccessOrderLine>(page.value(i)).read());
  return {};
}

}  // namespace

std::optional<Asked> answer_access_question(const Asking& asking, wire::Query::Question::Reader question,
                                            wire::Answer::Body::Builder out) {
  using Question = wire::Query::Question;
  switch (question.which()) {
    case Question::GROUP_OVERVIEW:
      return answer_group_overview(asking, view(question.getGroupOverview().getGroup()), out);
    case Question::GROUP_ROSTER:
      return answer_group_roster(asking, question.getGroupRoster(), out.initGroupRoster());
    case Question::GROUPS_OF_LEADER:
      return answer_groups_of_leader(asking, question.getGroupsOfLeader(), out.initGroupsOfLeader());
    case Question::CAN_OPEN_GROUP:
      return answer_can_open_group(asking, question.getCanOpenGroup(), out.initCanOpenGroup());
    case Question::CHECKOUT_QUOTE:
      return answer_checkout_quote(asking, question.getCheckoutQuote(), out.initCheckoutQuote());
    case Question::IMPORT_REPORT:
      return answer_import_report(asking, question.getImportReport(), out.initImportReport());
    case Question::ACCESS_OF:
      return answer_access_of(asking, view(question.getAccessOf().getPerson()), out.initAccessOf());
    case Question::ORDERS_IN_PERIOD:
      return answer_orders_in_period(asking, question.getOrdersInPeriod(), out.initOrdersInPeriod());
    default: return std::nullopt;
  }
}

}  // namespace kontor::views
