// docs/subscriptions.md
#include "server/protocol/subscription_frames.h"

#include <fmt/format.h>

#include "server/protocol/field_reader.h"
#include "server/protocol/frame_writer.h"

namespace kontor::protocol {
namespace {

constexpr unsigned kPatternsMax = 64;
constexpr unsigned kPositionsMax = kCreditsMax;
constexpr std::size_t kReasonBytesMax = 1'024;
constexpr std::uint32_t kAckSecondsMax = 86'400;
constexpr std::uint32_t kDeliveriesMax = 1'000;

template <class Problem>
std::vector<std::string> patterns(FieldReader& fields, std::string_view field,
                                  capnp::List<capnp::Text>::Reader from, Problem problem) {
  std::vector<std::string> out;
  if (from.size() > kPatternsMax)
    fields.refuse(fmt::format("{} has {} entries, at most {}", field, from.size(), kPatternsMax));
  for (unsigned i = 0; i < from.size() && i < kPatternsMax; ++i) {
    out.emplace_back(from[i].begin(), from[i].size());
    if (const auto wrong = problem(out.back())) fields.refuse(fmt::format("{}[{}] {}", field, i, *wrong));
  }
  return out;
}

std::optional<std::uint32_t> optional_count(FieldReader& fields, std::string_view field, std::uint32_t value,
                                            std::uint32_t most) {
  if (value == 0) return std::nullopt;
  if (value > most) fields.refuse(fmt::format("{} is {}, at most {}", field, value, most));
  return value;
}

GroupTerms read_terms(FieldReader& fields, wire::GroupTerms::Reader from) {
  GroupTerms out;
  out.name = fields.id_text("group.name", from.getName());
  out.ack_seconds = optional_count(fields, "group.ackSeconds", from.getAckSeconds(), kAckSecondsMax);
  out.deliveries_max = optional_count(fields, "group.deliveriesMax", from.getDeliveriesMax(), kDeliveriesMax);
  out.after_parked = fields.optional_choice("group.afterParked", from.getAfterParked(), AfterParked::GoOn);
  return out;
}

enum class Needs : std::uint8_t { Any, AtLeastOne };

std::vector<Position> positions(FieldReader& fields, capnp::List<std::uint64_t>::Reader from, Needs needs) {
  if (from.size() > kPositionsMax || (needs == Needs::AtLeastOne && from.size() == 0)) {
    fields.refuse(fmt::format("positions has {} entries, must be {} to {}", from.size(),
                              needs == Needs::AtLeastOne ? 1 : 0, kPositionsMax));
    return {};
  }
  std::vector<Position> out;
  for (const std::uint64_t position : from) {
    if (position == 0) fields.refuse("a position is 0: positions begin at 1");
    out.push_back(position);
  }
  return out;
}

template <class Out>
Result<Out> judged(const FieldReader& fields, Out out) {
  if (fields.problem()) return fail(*fields.problem());
  return out;
}

}  // namespace

Result<SubscribeRequest> read_subscribe(wire::Subscribe::Reader from) {
  FieldReader fields;
  SubscribeRequest out;
  out.from = from.getFrom();
  out.filter.types = patterns(fields, "types", from.getTypes(), type_pattern_problem);
  out.filter.streams = patterns(fields, "streams", from.getStreams(), stream_pattern_problem);
  out.window = from.getWindow();
  if (out.window > kCreditsMax)
    fields.refuse(fmt::format("window is {}, at most {}", out.window, kCreditsMax));
  if (from.hasGroup()) out.group = read_terms(fields, from.getGroup());
  return judged(fields, std::move(out));
}

Result<CreditRequest> read_credit(wire::Credit::Reader from) {
  if (from.getItems() == 0 || from.getItems() > kCreditsMax)
    return fail(Reason::InvalidArgument,
                fmt::format("items is {}, must be 1 to {}", from.getItems(), kCreditsMax));
  return CreditRequest{from.getItems()};
}

Result<AckRequest> read_ack(wire::Ack::Reader from) {
  FieldReader fields;
  AckRequest out{positions(fields, from.getPositions(), Needs::AtLeastOne)};
  return judged(fields, std::move(out));
}

Result<ParkRequest> read_park(wire::Park::Reader from) {
  FieldReader fields;
  ParkRequest out{from.getPosition(), fields.required_text("reason", from.getReason(), kReasonBytesMax)};
  if (out.position == 0) fields.refuse("position is missing: positions begin at 1");
  return judged(fields, std::move(out));
}

Result<GroupsRequest> read_groups(wire::GroupsRequest::Reader from) {
  FieldReader fields;
  const auto handle = [&](Handling how, wire::GroupPositions::Reader some) {
    return judged(fields, GroupsRequest(HandleParked{how, fields.id_text("group", some.getGroup()),
                                                     positions(fields, some.getPositions(), Needs::Any)}));
  };
  switch (from.which()) {
    case wire::GroupsRequest::LIST: return ListGroups{};
    case wire::GroupsRequest::PARKED: {
      const auto parked = from.getParked();
      ListParked out{fields.id_text("group", parked.getGroup()), parked.getAfter(), parked.getLimit()};
      if (out.limit == 0 || out.limit > kParkedPerPageMax)
        fields.refuse(fmt::format("limit is {}, must be 1 to {}", out.limit, kParkedPerPageMax));
      return judged(fields, GroupsRequest(std::move(out)));
    }
    case wire::GroupsRequest::RETRY: return handle(Handling::Retry, from.getRetry());
    case wire::GroupsRequest::DROP: return handle(Handling::Drop, from.getDrop());
    case wire::GroupsRequest::REMOVE:
      return judged(fields, GroupsRequest(RemoveGroup{fields.id_text("remove", from.getRemove())}));
  }
  return fail(Reason::Unsupported, fmt::format("a request about groups of kind {} is not known",
                                               static_cast<unsigned>(from.which())));
}

void encode_subscribed(std::uint64_t request, Position from, Position head, std::string& out) {
  append_frame(request, 16, out, [&](wire::Frame::Builder frame) {
    auto to = frame.initSubscribed();
    to.setFrom(from);
    to.setHead(head);
  });
}

void encode_item(std::uint64_t request, const ItemInfo& item, std::string& out) {
  append_frame(request, 24 + text_words(item.event.size()), out, [&](wire::Frame::Builder frame) {
    auto to = frame.initItem();
    to.setPosition(item.position);
    to.setDeliveries(item.deliveries);
    to.setEvent({reinterpret_cast<const kj::byte*>(item.event.data()), item.event.size()});
  });
}

void encode_progress(std::uint64_t request, const ProgressInfo& progress, std::string& out) {
  append_frame(request, 16, out, [&](wire::Frame::Builder frame) {
    auto to = frame.initProgress();
    to.setPosition(progress.position);
    to.setHead(progress.head);
    to.setWaitsForCredit(progress.waits_for_credit);
  });
}

namespace {
void fill_positions(capnp::List<std::uint64_t>::Builder to, const std::vector<Position>& from) {
  for (unsigned i = 0; i < to.size(); ++i) to.set(i, from[i]);
}
template <class List>
void fill_texts(List to, const std::vector<std::string>& from) {
  for (unsigned i = 0; i < to.size(); ++i) to.set(i, text(from[i]));
}
std::size_t words_of(const EventFilter& filter) {
  std::size_t words = 0;
  for (const std::string& one : filter.types) words += 2 + text_words(one.size());
  for (const std::string& one : filter.streams) words += 2 + text_words(one.size());
  return words;
}
unsigned count(std::size_t size) { return static_cast<unsigned>(size); }
}  // namespace

void encode_noted(std::uint64_t request, const NotedInfo& noted, std::string& out) {
  append_frame(request, 24 + noted.positions.size() + noted.late.size(), out,
               [&](wire::Frame::Builder frame) {
                 auto to = frame.initNoted();
                 fill_positions(to.initPositions(count(noted.positions.size())), noted.positions);
                 fill_positions(to.initLate(count(noted.late.size())), noted.late);
               });
}

void encode_ended(std::uint64_t request, const EndedInfo& ended, std::string& out) {
  const std::size_t words = 96 + (ended.error ? text_words(ended.error->message.size()) : 0);
  append_frame(request, words, out, [&](wire::Frame::Builder frame) {
    auto to = frame.initEnded();
    to.setNext(ended.next);
    if (!ended.error) return to.setWhat("the subscription was cancelled");
    const ReasonInfo& info = reason_info(ended.error->code);
    to.setCode(static_cast<std::uint16_t>(ended.error->code));
    to.setName(text(info.name));
    to.setWhat(text(ended.error->message));
    to.setRetry(text(retry_name(info.retry)));
    to.setAdvice(text(info.advice));
  });
}

namespace {

void fill(const GroupInfo& from, wire::GroupState::Builder to, Position head) {
  to.setName(text(from.name));
  to.setPosition(from.position);
  to.setBehind(head > from.position ? head - from.position : 0);
  to.setMembers(from.members);
  to.setUnderWay(from.under_way);
  to.setParked(from.parked);
  to.setHeld(from.held);
  fill_texts(to.initTypes(count(from.filter.types.size())), from.filter.types);
  fill_texts(to.initStreams(count(from.filter.streams.size())), from.filter.streams);
  to.setAckSeconds(from.ack_seconds);
  to.setDeliveriesMax(from.deliveries_max);
  to.setAfterParked(from.after_parked == AfterParked::Hold ? wire::AfterParked::HOLD
                                                           : wire::AfterParked::GO_ON);
}

void fill(const ParkedInfo& from, wire::ParkedEvent::Builder to) {
  to.setPosition(from.position);
  to.setStream(text(from.stream));
  to.setDeliveries(from.deliveries);
  to.setAt(from.at.ns);
  to.setReason(text(from.reason));
  to.setHeld(from.held);
}

}  // namespace

void encode_group_report(std::uint64_t request, const GroupReportInfo& report, std::string& out) {
  std::size_t words = 32 + report.changed.size();
  for (const GroupInfo& group : report.groups)
    words += 16 + text_words(group.name.size()) + words_of(group.filter);
  for (const ParkedInfo& parked : report.parked)
    words += 16 + text_words(parked.stream.size()) + text_words(parked.reason.size());
  append_frame(request, words, out, [&](wire::Frame::Builder frame) {
    auto to = frame.initGroupReport();
    to.setHead(report.head);
    auto groups = to.initGroups(count(report.groups.size()));
    for (unsigned i = 0; i < groups.size(); ++i) fill(report.groups[i], groups[i], report.head);
    auto parked = to.initParked(count(report.parked.size()));
    for (unsigned i = 0; i < parked.size(); ++i) fill(report.parked[i], parked[i]);
    fill_positions(to.initChanged(count(report.changed.size())), report.changed);
  });
}

}  // namespace kontor::protocol
