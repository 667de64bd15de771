#pragma once
// The work of one consumer group (docs/subscriptions.md): which events are open, who has them, in which order
// they may be handed out. Every event that the filter takes is handed out at least once; events of a stream
// one after the other, the next only when the one before has been dealt with. Pure: no log, no store, no
// clock. The sessions' thread.
//
//   found(...)         what the log holds beyond scanned(), in order
//   hand_out(now)      what is sent to whom now
//   ack, park, leave, expire, retry, drop
//   take_changes()     what of all that must be remembered; once that is durable, acknowledgements count

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "server/protocol/subscription_frames.h"
#include "server/subscriptions/group_record.h"
#include "server/time.h"

namespace kontor::server {

using MemberId = std::uint64_t;

struct GroupLimits {
  std::size_t open_max = 4'096;               // found and not dealt with; beyond: nothing more is looked for
  std::size_t out_of_order_max = 65'536;      // dealt with above the first that is not; beyond: likewise
  std::size_t kept_max = 100'000;             // parked, and waiting behind parked ones; beyond: likewise
  std::size_t ready_enough = 1'024;           // could be handed out: no need to look for more
  std::size_t member_bytes_max = 256u << 10;  // of events one member has; one event may be larger
};

/// An event that the filter takes.
struct Found {
  Position position = 0;
  std::string stream;
  std::size_t bytes = 0;
};
struct HandOut {
  MemberId member = 0;
  Position position = 0;
  std::uint32_t deliveries = 0;
};
enum class Leaving : std::uint8_t {
  Saying,  // it said goodbye: what it has counts as never handed out
  Lost,    // it may have died of what it has
};
enum class AckOutcome : std::uint8_t {
  Noted,  // dealt with, now or before
  Late,   // somebody else has it, or will
};
using Changed = std::vector<Position>;

class ConsumerGroup {
 public:
  /// As it was stored: everything up to `floor` is dealt with but for what `entries` keeps.
  ConsumerGroup(GroupSettings settings, const GroupLimits& limits, Position floor,
                const std::map<Position, StoredEntry>& entries);

  // Members

  void join(MemberId member, std::uint32_t credits);
  /// False when the member would have more than kCreditsMax.
  [[nodiscard]] bool credit(MemberId member, std::uint32_t items);
  void leave(MemberId member, Leaving how, Instant now);
  [[nodiscard]] bool has_members() const { return !members_.empty(); }

  // The log

  /// Everything up to here has been looked at.
  [[nodiscard]] Position scanned() const { return scanned_; }
  [[nodiscard]] bool wants_more() const;
  /// What lies in (scanned, `up_to`], in order of position; what is known already is passed over.
  void found(const std::vector<Found>& events, Position up_to);

  // The work

  [[nodiscard]] std::vector<HandOut> hand_out(Monotonic now);
  [[nodiscard]] AckOutcome ack(MemberId member, Position position);
  [[nodiscard]] AckOutcome park(MemberId member, Position position, std::string reason, Instant now);
  /// Takes back what has not been acknowledged in time; the next moment at which that may happen.
  void expire(Monotonic now, Instant at);
  [[nodiscard]] std::optional<Monotonic> next_due() const;

  // Parked events; none given: all of them

  [[nodiscard]] Changed retry(const std::vector<Position>& positions);
  [[nodiscard]] Changed drop(const std::vector<Position>& positions);
  [[nodiscard]] std::vector<protocol::ParkedInfo> parked(Position after, std::size_t count_max) const;

  /// What has changed since the last call, for the store.
  [[nodiscard]] GroupChanges take_changes();

  [[nodiscard]] const GroupSettings& settings() const { return settings_; }
  /// Everything up to here is dealt with, but for what is remembered one by one.
  [[nodiscard]] Position floor() const { return floor_; }
  /// Everything up to here is dealt with, or parked, or waits behind a parked one. Goes back when parked
  /// events are retried.
  [[nodiscard]] Position settled() const;
  /// Its numbers; without a name.
  [[nodiscard]] protocol::GroupInfo info() const;
  [[nodiscard]] bool waits_for_credit(MemberId member) const;

 private:
  struct Lane {  // the open events of one stream
    std::set<Position> waiting;
    std::set<Position> parked;
    std::optional<Position> under_way;
    std::optional<Position> ready;  // as it stands in ready_
  };
  using Lanes = std::map<std::string, Lane, std::less<>>;
  struct Entry {
    Lanes::iterator lane;
    std::size_t bytes = 0;
    std::uint32_t deliveries = 0;
    MemberId holder = 0;  // 0: nobody has it
    Monotonic due{};
    std::string reason;  // of a parked one
    Instant parked_at;
  };
  using Entries = std::map<Position, Entry>;
  struct Member {
    std::uint32_t credits = 0;
    std::set<Position> under_way;
    std::size_t bytes = 0;
    bool on_trial = false;  // has an event that is tried for the last time, and nothing else
  };
  using Members = std::map<MemberId, Member>;
  enum class Back : std::uint8_t { Uncounted, Counted };

  Entry& add(Position position, std::string_view stream);
  [[nodiscard]] bool blocked(const Lane& lane) const;
  [[nodiscard]] bool is_parked(const Entry& entry, Position position) const;
  void refresh(Lane& lane);
  void open_or_keep(Lane& lane);
  [[nodiscard]] bool last_try(const Entry& entry) const;
  Members::iterator taker(const Entry& entry, std::set<MemberId>& reserved);
  void hand(Members::iterator member, Entries::iterator entry, Monotonic now);
  void take_from_holder(Entries::iterator entry);
  void give_back(Entries::iterator entry, Back counted, std::string_view why, Instant now);
  void put_aside(Entries::iterator entry, std::string reason, Instant now);
  void finish(Entries::iterator entry);
  [[nodiscard]] Entries::iterator held_by(MemberId member, Position position);
  [[nodiscard]] AckOutcome known_or_late(Position position) const;
  [[nodiscard]] std::vector<Position> parked_among(const std::vector<Position>& positions) const;
  [[nodiscard]] std::optional<StoredEntry> to_store(Position position) const;
  void raise_floor();

  const GroupSettings settings_;
  const GroupLimits limits_;
  Position floor_ = 0;
  Position scanned_ = 0;
  Members members_;
  Lanes lanes_;
  Entries entries_;           // found, or kept, and not dealt with
  std::set<Position> open_;   // of these: neither parked nor waiting behind a parked one
  std::set<Position> ready_;  // of these: may be handed out now
  std::set<Position> done_;   // dealt with, above the floor
  std::set<std::pair<Monotonic, Position>> due_;
  std::map<Position, std::uint32_t> remembered_;  // deliveries of events that will be found again

  std::map<Position, StoredEntry> stored_;  // what the store has
  std::set<Position> touched_;              // may differ from that
  Position stored_floor_ = 0;
};

}  // namespace kontor::server
