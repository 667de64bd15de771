#pragma once
// The frames of subscriptions (docs/subscriptions.md): a client's to today's types, and ours to bytes. What
// comes out of here has been checked as in decode.h. Pure.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "events/core/ids.h"
#include "events/core/instant.h"
#include "events/core/result.h"
#include "server/protocol/event_filter.h"
#include "server/protocol/wire.capnp.h"

namespace kontor::protocol {

constexpr std::uint32_t kCreditsMax = 1'024;
constexpr std::uint32_t kParkedPerPageMax = 1'000;

enum class AfterParked : std::uint8_t {
  Hold,  // later events of the stream wait until the parked one is dealt with
  GoOn,  // they do not
};

/// How a client names a group; what it leaves out is the default, or what the group has.
struct GroupTerms {
  std::string name;
  std::optional<std::uint32_t> ack_seconds;
  std::optional<std::uint32_t> deliveries_max;
  std::optional<AfterParked> after_parked;
};

struct SubscribeRequest {
  Position from = 0;  // 0: what comes from now on
  EventFilter filter;
  std::uint32_t window = 0;
  std::optional<GroupTerms> group;
};
struct CreditRequest {
  std::uint32_t items = 0;
};
struct AckRequest {
  std::vector<Position> positions;
};
struct ParkRequest {
  Position position = 0;
  std::string reason;
};
struct CancelRequest {};

struct ListGroups {};
struct ListParked {
  std::string group;
  Position after = 0;
  std::uint32_t limit = 1;
};
enum class Handling : std::uint8_t { Retry, Drop };
struct HandleParked {
  Handling how = Handling::Retry;
  std::string group;
  std::vector<Position> positions;  // none: all
};
struct RemoveGroup {
  std::string group;
};
using GroupsRequest = std::variant<ListGroups, ListParked, HandleParked, RemoveGroup>;

[[nodiscard]] Result<SubscribeRequest> read_subscribe(wire::Subscribe::Reader from);
[[nodiscard]] Result<CreditRequest> read_credit(wire::Credit::Reader from);
[[nodiscard]] Result<AckRequest> read_ack(wire::Ack::Reader from);
[[nodiscard]] Result<ParkRequest> read_park(wire::Park::Reader from);
[[nodiscard]] Result<GroupsRequest> read_groups(wire::GroupsRequest::Reader from);

struct ItemInfo {
  Position position = 0;
  std::uint32_t deliveries = 1;
  std::string event;
};
struct ProgressInfo {
  Position position = 0;
  Position head = 0;
  bool waits_for_credit = false;
};
struct NotedInfo {
  std::vector<Position> positions;
  std::vector<Position> late;
};
struct EndedInfo {
  std::optional<Error> error;  // none: it was cancelled
  Position next = 0;
};
struct GroupInfo {
  std::string name;
  Position position = 0;
  std::uint32_t members = 0;
  std::uint32_t under_way = 0;
  std::uint32_t parked = 0;
  std::uint32_t held = 0;
  EventFilter filter;
  std::uint32_t ack_seconds = 0;
  std::uint32_t deliveries_max = 0;
  AfterParked after_parked = AfterParked::Hold;
};
struct ParkedInfo {
  Position position = 0;
  std::string stream;
  std::uint32_t deliveries = 0;
  Instant at;
  std::string reason;
  std::uint32_t held = 0;
};
struct GroupReportInfo {
  Position head = 0;
  std::vector<GroupInfo> groups;
  std::vector<ParkedInfo> parked;
  std::vector<Position> changed;
};

/// Each appends one whole frame to `out`.
void encode_subscribed(std::uint64_t request, Position from, Position head, std::string& out);
void encode_item(std::uint64_t request, const ItemInfo& item, std::string& out);
void encode_progress(std::uint64_t request, const ProgressInfo& progress, std::string& out);
void encode_noted(std::uint64_t request, const NotedInfo& noted, std::string& out);
void encode_ended(std::uint64_t request, const EndedInfo& ended, std::string& out);
void encode_group_report(std::uint64_t request, const GroupReportInfo& report, std::string& out);

}  // namespace kontor::protocol
