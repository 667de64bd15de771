#include "replay/export/event_stream.h"

#include <capnp/message.h>
#include <capnp/serialize.h>
#include <fmt/format.h>
#include <kj/exception.h>

#include <algorithm>
#include <cstring>
#include <exception>

#include "engine/log/event_log.h"
#include "events/envelope.capnp.h"

namespace kontor::exports {
namespace {

constexpr std::size_t kPageEvents = 4'096;

struct Place {
  std::string tenant;
  Position position = 0;
};

Result<Place> place_of(std::string_view stored) {
  std::vector<std::string_view> whole;
  if (!log::split_events(stored, 1, whole))
    return fail(Reason::StoreDamaged, "the bytes are not one message");
  try {
    auto words = kj::heapArray<capnp::word>(stored.size() / sizeof(capnp::word));
    std::memcpy(words.begin(), stored.data(), stored.size());
    capnp::FlatArrayMessageReader message(words);
    const auto event = message.getRoot<schema::RecordedEvent>();
    const auto tenant = event.getTenant();
    return Place{{tenant.cStr(), tenant.size()}, event.getPosition()};
  } catch (const kj::Exception&) {
    return fail(Reason::StoreDamaged, "the bytes are not a stored event");
  } catch (const std::exception&) {
    return fail(Reason::StoreDamaged, "the bytes cannot be read as a stored event");
  }
}

}  // namespace

Status check_place(std::string_view stored, const TenantId& tenant, Position position) {
  const Result<Place> place = place_of(stored);
  if (!place)
    return fail(place.error().code,
                fmt::format("tenant {} position {}: {}", tenant.value, position, place.error().message));
  if (place->tenant != tenant.value)
    return fail(Reason::StoreDamaged, fmt::format("tenant {} position {}: the event is one of tenant {}",
                                                  tenant.value, position, place->tenant));
  if (place->position != position)
    return fail(Reason::PositionGap, fmt::format("tenant {}: the event of position {} where {} is next",
                                                 tenant.value, place->position, position));
  return {};
}

Result<Position> last_position(const EventPages& pages) {
  Position there = 0;      // has an event
  Position not_there = 1;  // perhaps has none
  for (Position step = 1;; step *= 2) {
    const auto page = pages(not_there, 1);
    if (!page) return fail(page.error());
    if (page->empty()) break;
    there = not_there;
    not_there = there + step;
  }
  while (not_there - there > 1) {
    const Position middle = there + (not_there - there) / 2;
    const auto page = pages(middle, 1);
    if (!page) return fail(page.error());
    (page->empty() ? not_there : there) = middle;
  }
  return there;
}

Status visit_events(const EventPages& pages, const TenantId& tenant, Position to, const Progress& progress,
                    const EventVisitor& visit) {
  Position next = 1;
  while (next <= to) {
    const auto page = pages(next, std::min<std::uint64_t>(kPageEvents, to - next + 1));
    if (!page) return fail(page.error());
    if (page->empty())
      return fail(Reason::PositionGap,
                  fmt::format("tenant {} ends at position {}, not at {}", tenant.value, next - 1, to));
    for (const std::string& stored : *page) {
      if (next > to) break;
      if (Status checked = check_place(stored, tenant, next); !checked) return checked;
      if (Status visited = visit(next, stored); !visited) return visited;
      ++next;
    }
    if (progress && progress(next - 1) == Go::Stop)
      return fail(Reason::SessionEnded, "the work was interrupted");
  }
  return {};
}

}  // namespace kontor::exports
