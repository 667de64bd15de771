#include "replay/export/table.h"

namespace kontor::exports {
namespace {

using enum ColumnKind;

constexpr std::string_view kEvents = "events";

Table events() {
  return {kEvents,
          "every event, in order of position",
          {{"position", Number, "place in the tenant's log, from 1 without a gap"},
           {"stream", Text, "the thing it is about: course/k-1"},
           {"version", Number, "place in its stream, from 1 without a gap"},
           {"type", Text, "kind of the event"},
           {"recorded_at", Moment, "when it was written down"},
           {"effective_at", Moment, "when it is true in the business"},
           {"actor_role", Text, "role of who caused it"},
           {"actor_id", Text, "the platform's id of who caused it"},
           {"channel", Text, "how the command came in"},
           {"command_id", Text, "the caller's name of the command; missing: a timer"},
           {"correlation", Text, "the caller's own reference"},
           {"leaf_hash", Text, "leaf of the tenant's tree (RFC 6962), hexadecimal"},
           {"content", Text, "envelope and body as JSON"}},
          1,
          {},
          {"stream", "type", "effective_at", "command_id"}};
}

Table credit_orders() {
  return {"credit_orders",
          "orders of credits as they stand",
          {{"order_id", Text, "the order"},
           {"user", Text, "who ordered"},
           {"package", Text, "what was ordered"},
           {"package_name", Text, "as the package was when the order was placed, like the next three"},
           {"package_rev", Number, "revision of the package"},
           {"points", Number, "credits of the package"},
           {"price", Amount, "price of the package"},
           {"currency", Text, "ISO 4217"},
           {"mode", Text, "manual or automatic"},
           {"state", Text, "placed, credited, cancelled, reversed"},
           {"billing", Text, "notInvoiced, invoiced, paid"},
           {"placed_at", Moment, "when it was placed"},
           {"placed_position", Number, "event of that"},
           {"credited_at", Moment, "when it was credited; missing: it was not"},
           {"credited_position", Number, "event of that"},
           {"invoice_ref", Text, "reference of the invoice"},
           {"payment_ref", Text, "reference of the payment"}},
          1,
          {{{"placed_position"}, kEvents, Holds::InWhole}, {{"credited_position"}, kEvents, Holds::InWhole}},
          {"user", "placed_at"}};
}

Table credit_transactions() {
  return {"credit_transactions",
          "everything that changed a balance of credits",
          {{"position", Number, "event of the transaction"},
           {"user", Text, "whose account"},
           {"at", Moment, "when it is true"},
           {"recorded_at", Moment, "when it was written down"},
           {"kind", Text, "startBalance, order, publication, manual, orderReversed, publicationRefunded"},
           {"points", Number, "credits; negative: taken away"},
           {"balance", Number, "of the account after it, in the order of the log"},
           {"order_id", Text, "the order that caused it"},
           {"content", Text, "the publication that caused it"},
           {"reason", Text, "of what was done by hand"},
           {"forced", Number, "1: by hand, below what was available"}},
          1,
          {{{"position"}, kEvents, Holds::InWhole}, {{"order_id"}, "credit_orders", Holds::InWhole}},
          {"user", "at", "order_id"}};
}

Table access_orders() {
  return {"access_orders",
          "completed orders of accesses, top-ups and reversals, by time",
          {{"position", Number, "event of it"},
           {"at", Moment, "when it is true"},
           {"kind", Text, "completed, toppedUp, reversed"},
           {"order_id", Text, "the order; also the id of its group"},
           {"product", Text, "what was ordered"},
           {"buyer", Text, "who ordered"},
           {"mode", Text, "group or single"},
           {"quantity", Number, "accesses"},
           {"unit_price", Amount, "of one access"},
           {"total", Amount, "negative: reversed"},
           {"currency", Text, "ISO 4217"},
           {"price_list_rev", Number, "revision of the price"},
           {"payment_ref", Text, "reference of the payment"}},
          1,
          {{{"position"}, kEvents, Holds::InWhole}},
          {"order_id", "at"}};
}

Table group_rosters() {
  return {"group_rosters",
          "members of groups, the newest enrolment of each",
          {{"group_id", Text, "the group; also the id of its order"},
           {"person", Text, "the member"},
           {"state", Text, "active, removed, burnt (removed, and the seat is not for another person)"},
           {"seat", Number, "number of the seat in the group"},
           {"since", Moment, "of the newest enrolment"},
           {"via", Text, "purchase, manual, csv"},
           {"removed_at", Moment, "missing: active"},
           {"mail", Text, "what became of the newest mail"},
           {"tag", Text, "what became of the tag"},
           {"import_id", Text, "the import that enrolled the person"},
           {"line", Number, "line of the imported file"},
           {"enrolled_position", Number, "event of the newest enrolment"},
           {"removed_position", Number, "event of the removal"},
           {"label", Text, "of an erased person: erased #7"}},
          2,
          {{{"enrolled_position"}, kEvents, Holds::InWhole}, {{"removed_position"}, kEvents, Holds::InWhole}},
          {"person"}};
}

Table seats() {
  return {"seats",
          "seats that were given out, one row a grant",
          {{"granted_position", Number, "event that gave it out"},
           {"kind", Text, "campus, course, community"},
           {"place", Text, "the campus, or the community"},
           {"course", Text, "the course that gave it out; of a community seat the group"},
           {"run", Number, "run of the course; course seats only"},
           {"seat", Number, "number of the seat"},
           {"person", Text, "who holds or held it"},
           {"status", Text, "scheduled, active, ended, cancelled"},
           {"held_from", Moment, "since when, planned or actual"},
           {"held_to", Moment, "until when; missing: no end is known"},
           {"ended_position", Number, "event that ended it"},
           {"billed_blocks", Number, "of a course seat, at its end or so far"},
           {"amount", Amount, "for these blocks"},
           {"currency", Text, "ISO 4217; missing: nothing had a price"}},
          1,
          {{{"granted_position"}, kEvents, Holds::InWhole}, {{"ended_position"}, kEvents, Holds::InWhole}},
          {"person", "place", "course"}};
}

Table course_settlements() {
  return {"course_settlements",
          "runs of courses and what they come to",
          {{"course", Text, "the course"},
           {"run", Number, "its run, from 1"},
           {"campus", Text, "its campus"},
           {"state", Text, "notEnded, open, settled"},
           {"seats", Number, "course seats given out in the run"},
           {"billed_blocks", Number, "once it has ended, those of the settlement; before, those so far"},
           {"unpriced_blocks", Number, "blocks that had no price"},
           {"amount", Amount, "for the billed blocks"},
           {"currency", Text, "ISO 4217; missing: nothing had a price"},
           {"corrected_blocks", Number, "what corrections changed that is settled elsewhere"},
           {"corrected_amount", Amount, "likewise"},
           {"ended_at", Moment, "end of the run; missing: it has not ended"},
           {"opened_position", Number, "event that opened the settlement"},
           {"settled_at", Moment, "when it was settled by hand"},
           {"settled_position", Number, "event of that"},
           {"invoice_ref", Text, "reference of the invoice"}},
          2,
          {{{"opened_position"}, kEvents, Holds::InWhole}, {{"settled_position"}, kEvents, Holds::InWhole}},
          {"campus", "ended_at"}};
}

Table billing_runs() {
  return {"billing_runs",
          "billing runs in the order of their opening",
          {{"run", Text, "name of the run"},
           {"state", Text, "open, closed, abandoned"},
           {"scope", Text, "all, access, seats, credits"},
           {"cutoff", Moment, "bills what lies before"},
           {"cutoff_position", Number, "and was recorded up to here"},
           {"opened_at", Moment, "when it was opened"},
           {"opened_position", Number, "event of that"},
           {"ended_at", Moment, "when it was closed or abandoned"},
           {"ended_position", Number, "event of that"},
           {"invoice_ref", Text, "reference of the invoice"},
           {"reason", Text, "why it was abandoned"},
           {"lines", Number, "how many lines it has"},
           {"course_runs", Number, "runs of courses that were settled with it"},
           {"unpriced_blocks", Number, "blocks on its lines that had no price"},
           {"lines_hash", Text, "SHA-256 over its lines, hexadecimal"}},
          1,
          {{{"opened_position"}, kEvents, Holds::InWhole}, {{"ended_position"}, kEvents, Holds::InWhole}},
          {"cutoff"}};
}

Table billing_totals() {
  return {"billing_totals",
          "sums of billing runs by currency",
          {{"run", Text, "name of the run"},
           {"currency", Text, "ISO 4217"},
           {"lines", Number, "how many lines are of this currency"},
           {"amount", Amount, "their sum"}},
          2,
          {{{"run"}, "billing_runs"}},
          {}};
}

Table billing_lines() {
  return {"billing_lines",
          "lines of billing runs; those of an abandoned run appear again in the run that took them over",
          {{"run", Text, "name of the run"},
           {"line", Text, "id of the line: kind, what is charged, position"},
           {"kind", Text,
            "access-order, access-top-up, flat-contract, community-pool, course-seat, credit-order"},
           {"entity", Text, "what is charged: an order, course/run/seat, a contract"},
           {"effective_at", Moment, "when it is true"},
           {"person", Text, "whose seat"},
           {"corrects", Text, "id of the line it corrects"},
           {"parts", Text, "quantities and unit prices in minor units: 4x1200+2x900"},
           {"quantity", Number, "sum of the quantities"},
           {"unpriced_blocks", Number, "blocks that had no price"},
           {"amount", Amount, "of the line"},
           {"currency", Text, "ISO 4217"},
           {"positions", Text, "events it rests on, with a space between"}},
          2,
          {{{"run"}, "billing_runs"}},
          {"line", "entity", "person"}};
}

Table billing_line_events() {
  return {"billing_line_events",
          "the events that lines of billing runs rest on",
          {{"run", Text, "name of the run"},
           {"line", Text, "id of the line"},
           {"position", Number, "an event it rests on"}},
          3,
          {{{"run", "line"}, "billing_lines"}, {{"position"}, kEvents, Holds::InWhole}},
          {"position"}};
}

}  // namespace

std::span<const Table> all_tables() {
  static const std::vector<Table> all{
      events(),         credit_orders(), credit_transactions(), access_orders(),
      group_rosters(),  seats(),         course_settlements(),  billing_runs(),
      billing_totals(), billing_lines(), billing_line_events()};
  return all;
}

const Table& table_of(TableId id) { return all_tables()[static_cast<std::size_t>(id)]; }

}  // namespace kontor::exports
