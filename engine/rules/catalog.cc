#include "engine/rules/catalog.h"

#include <array>

#include "engine/rules/canonical.h"
#include "engine/rules/seats/rules.h"
#include "engine/rules/tenancy/rules.h"
#include "events/core/assert.h"

namespace kontor::rules {
namespace {

constexpr std::array<std::string_view, std::variant_size_v<tenancy::Command>> kTenancyNames{"CreateTenant",
                                                                                            "FinishHistory"};
constexpr std::array<std::string_view, std::variant_size_v<seats::Command>> kSeatsNames{
    "OpenCampus",          "BookFlat",         "ResizeFlat",          "ActivateBookingPeriod",
    "EnableBothSeatTypes", "CreateCourse",     "EditCourse",          "SetCourseSeatLimits",
    "InviteToCourse",      "AddCampusSeat",    "EndCourseMembership", "EndCourseRun",
    "SettleCourse",        "ReactivateCourse", "TransferSeat"};
static_assert(!kSeatsNames.back().empty(), "one name per command");

template <class DomainEvent>
Decision<Event> widen(Decision<DomainEvent> decision) {
  if (!decision) return tl::unexpected(std::move(decision.error()));
  KONTOR_ASSERT(!decision->empty());
  return std::vector<Event>(std::make_move_iterator(decision->begin()),
                            std::make_move_iterator(decision->end()));
}

void follow_stream(Streams& streams, const Envelope& envelope) {
  const StreamHead* head = streams.find(envelope.stream);
  KONTOR_ASSERT(envelope.version == (head == nullptr ? 0 : head->version) + 1);  // INV-5
  KONTOR_ASSERT(head == nullptr || envelope.position > head->position);
  streams.put(envelope.stream, {envelope.version, envelope.position});
}

}  // namespace

Decision<Event> decide(const State& state, const Command& command, const Context& ctx) {
  if (const auto* tenancy = std::get_if<tenancy::Command>(&command))
    return widen(tenancy::decide(state.tenancy, *tenancy, ctx));
  if (!state.tenancy.tenant.get().timeline)
    return refuse(Reason::UnknownTenant, "the tenant was never created");
  return widen(seats::decide(state.seats, std::get<seats::Command>(command), ctx));
}

void evolve(State& state, const Event& event, const Envelope& envelope) {
  KONTOR_ASSERT(envelope.stream == kontor::stream_of(event));
  follow_stream(state.streams, envelope);
  if (const auto* tenancy = std::get_if<kontor::tenancy::Event>(&event)) {
    tenancy::evolve(state.tenancy, *tenancy, envelope.position);
  } else {
    seats::evolve(state.seats, std::get<kontor::seats::Event>(event), envelope.position);
  }
}

std::optional<Timer> next_timer(const State& state) { return seats::next_timer(state.seats); }

std::vector<Event> fire(const State& state, const Timer& timer) {
  auto events = seats::fire(state.seats, timer);
  return {std::make_move_iterator(events.begin()), std::make_move_iterator(events.end())};
}

std::string stream_of(const Command& command) {
  const auto* seats = std::get_if<seats::Command>(&command);
  if (seats == nullptr) return "tenant";
  return std::visit(
      [](const auto& one) -> std::string {
        if constexpr (requires { one.course; })
          return "course/" + one.course.value;
        else
          return "campus/" + one.campus.value;
      },
      *seats);
}

StreamHead head_of(const State& state, std::string_view stream) {
  const StreamHead* head = state.streams.find(stream);
  return head == nullptr ? StreamHead{} : *head;
}

std::string_view type_name(const Command& command) {
  if (const auto* tenancy = std::get_if<tenancy::Command>(&command)) return kTenancyNames[tenancy->index()];
  return kSeatsNames[std::get<seats::Command>(command).index()];
}

Digest state_digest(const State& state) {
  Canonical out;
  tenancy::describe(state.tenancy, out);
  seats::describe(state.seats, out);
  return out.finish();
}

}  // namespace kontor::rules
