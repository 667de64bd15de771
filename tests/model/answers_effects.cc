// QA9 and the drift of tags (DOMAIN 2.6).

#include <capnp/message.h>
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "tests/model/answers.h"

namespace kontor::model {
namespace {

std::uint64_t seconds_between(Instant from, Instant to) {
  return to <= from ? 0 : static_cast<std::uint64_t>((to.ns - from.ns) / kNanosecondsPerSecond);
}

/// What was asked for, one overload an event.
struct Asking {
  wire::EffectRequest::Builder out;

  void operator()(const effects::TagGrantRequested& e) { tag(wire::EffectKind::TAG_GRANT, e); }
  void operator()(const effects::TagRevokeRequested& e) { tag(wire::EffectKind::TAG_REVOKE, e); }
  void tag(wire::EffectKind kind, const auto& e) {
    out.setKind(kind);
    out.setPerson(e.person.value);
    out.setTag(e.tag);
  }
  void operator()(const effects::NotificationRequested& e) {
    out.setKind(wire::EffectKind::NOTIFICATION);
    out.setPerson(e.person.value);
    const char* what = e.kind == effects::NotificationKind::Enrolled ? "enrolled" : "reinvited";
    out.setDetail(fmt::format("{} {} no. {}", what, e.group.value, e.number));
  }
  void operator()(const effects::AccountRegistrationRequested& e) {
    out.setKind(wire::EffectKind::REGISTRATION);
    out.setPerson(e.person.value);
  }
  void operator()(const effects::AlertRequested& e) {
    const char* kinds[] = {"creditOrder", "bookingPeriodPending", "priceTierMissing"};
    out.setKind(wire::EffectKind::ALERT);
    out.setDetail(kinds[static_cast<int>(e.kind)]);
  }
  void operator()(const effects::OrderMailRequested& e) {
    out.setKind(wire::EffectKind::ORDER_MAIL);
    out.setPerson(e.user.value);
    out.setDetail(e.order.value);
  }
  void operator()(const auto&) {}
};

void request_row(const Known& k, const Request& from, wire::EffectRequest::Builder out) {
  std::visit(Asking{out}, from.asked);
  out.setRequest(from.position);
  out.setStream(effects::stream_of(from.asked));
  out.setRequestedAt(from.recorded_at.ns);
  out.setAgeSeconds(seconds_between(from.recorded_at, k.at));
  out.setFailures(from.failures);
  out.setError(from.last_error);
  if (from.failures > 0) out.setFailedAt(from.failed_at.ns);
}

bool wanted(const Known& k, const Request& each, wire::BacklogQuestion::Reader q) {
  capnp::MallocMessageBuilder message;
  auto row = message.initRoot<wire::EffectRequest>();
  request_row(k, each, row);
  if (q.getKind() != wire::EffectKind::ANY && q.getKind() != row.getKind()) return false;
  if (q.getPerson().size() != 0 && q.getPerson() != row.asReader().getPerson()) return false;
  if (q.getTried() == wire::EffectTried::NEVER && each.failures > 0) return false;
  if (q.getTried() == wire::EffectTried::FAILED && each.failures == 0) return false;
  return row.getAgeSeconds() >= q.getOlderThanSeconds();
}

void backlog(const Known& k, wire::BacklogQuestion::Reader q, wire::IntegrationBacklog::Builder out) {
  std::vector<const Request*> open;
  std::vector<const Request*> shown;
  for (const Request& each : k.world.effects.requests) {
    if (each.confirmed) continue;
    open.push_back(&each);
    if (wanted(k, each, q)) shown.push_back(&each);
  }
  out.setOpen(open.size());
  if (!open.empty()) out.setOldestAt(open.front()->recorded_at.ns);
  auto rows = out.initRequests(static_cast<unsigned>(shown.size()));
  for (unsigned i = 0; i < shown.size(); ++i) request_row(k, *shown[i], rows[i]);
}

/// Of one tag of one person: the newest request, and what was confirmed last.
struct Tag {
  const Request* newest = nullptr;
  bool wanted = false;
  Position confirmed = 0;
  bool there = false;

  [[nodiscard]] bool differs() const { return wanted != there; }
};

void drift(const Known& k, wire::TagDrift::Builder out) {
  std::map<std::pair<std::string, std::string>, Tag> tags;
  for (const Request& each : k.world.effects.requests) {
    const auto* grant = std::get_if<effects::TagGrantRequested>(&each.asked);
    const auto* revoke = std::get_if<effects::TagRevokeRequested>(&each.asked);
    if (grant == nullptr && revoke == nullptr) continue;
    Tag& tag = grant != nullptr ? tags[{grant->person.value, grant->tag}]
                                : tags[{revoke->person.value, revoke->tag}];
    tag.newest = &each;
    tag.wanted = grant != nullptr;
    if (each.confirmation <= tag.confirmed) continue;
    tag.confirmed = each.confirmation;
    tag.there = grant != nullptr;
  }
  std::erase_if(tags, [](const auto& each) { return !each.second.differs(); });
  auto rows = out.initTags(static_cast<unsigned>(tags.size()));
  unsigned i = 0;
  for (const auto& [id, tag] : tags) {
    rows[i].setPerson(id.first);
    rows[i].setTag(id.second);
    rows[i].setShouldBe(tag.wanted ? wire::TagPresence::PRESENT : wire::TagPresence::ABSENT);
    rows[i].setConfirmed(tag.there ? wire::TagPresence::PRESENT : wire::TagPresence::ABSENT);
    rows[i].setRequest(tag.newest->position);
    rows[i].setRequestedAt(tag.newest->recorded_at.ns);
    rows[i].setAgeSeconds(seconds_between(tag.newest->recorded_at, k.at));
    rows[i].setFailures(tag.newest->failures);
    rows[i++].setError(tag.newest->last_error);
  }
}

}  // namespace

bool answer_effects(const Known& k, wire::Query::Question::Reader q, wire::Answer::Body::Builder out,
                    No& no) {
  using Q = wire::Query::Question;
  no = {};
  switch (q.which()) {
    case Q::INTEGRATION_BACKLOG: backlog(k, q.getIntegrationBacklog(), out.initIntegrationBacklog()); break;
    case Q::TAG_DRIFT: drift(k, out.initTagDrift()); break;
    default: return false;
  }
  return true;
}

}  // namespace kontor::model
