#pragma once
// All consumer groups of a server: brings together their work (consumer_group.h), the log, the store and the
// sessions of their members. The sessions' thread; reading and remembering happen elsewhere, and what comes
// back for members are letters.

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "engine/clock.h"
#include "server/mailbox.h"
#include "server/protocol/subscription_frames.h"
#include "server/subscriptions/consumer_group.h"
#include "server/subscriptions/group_store.h"
#include "server/subscriptions/live_edge.h"

namespace kontor::server {

/// Where work is done that the sessions' thread does not wait for. Each runs what it is given in order.
struct Elsewhere {
  using Work = std::function<void()>;
  std::function<void(Work)> reading;      // the log
  std::function<void(Work)> remembering;  // the store
  std::function<void(Work)> back;         // the sessions' thread again
};

struct GroupsLimits {
  std::size_t groups_max = 256;  // of one tenant
  GroupLimits group;
  std::chrono::milliseconds heartbeat{10'000};
  std::chrono::milliseconds progress_after{1'000};
};

/// A session's request that is a member of a group.
struct MemberAddress {
  SessionId session = 0;
  std::uint64_t request = 0;
};
struct Joined {
  MemberId member = 0;
  Position from = 0;
};

class ConsumerGroups {
 public:
  /// All of it outlives this object.
  struct Services {
    Ledger& ledger;
    LiveEdge& edge;
    GroupStore& store;
    Mailbox& mailbox;
    Elsewhere elsewhere;
    std::function<Monotonic()> monotonic;
    Clock& clock;
  };
  ConsumerGroups(Services services, const GroupsLimits& limits);
  ~ConsumerGroups();

  /// Takes in what is remembered; before anything else.
  [[nodiscard]] Status load();

  /// InvalidArgument when the terms are not those of the group that exists.
  [[nodiscard]] Result<Joined> join(const MemberAddress& address, const TenantId& tenant,
                                    const protocol::SubscribeRequest& request);
  [[nodiscard]] Status credit(MemberId member, std::uint32_t items);
  void ack(MemberId member, const std::vector<Position>& positions);
  void park(MemberId member, Position position, std::string reason);
  void leave(MemberId member, Leaving how);

  /// Answers with one frame to `address`, in time.
  void handle(const MemberAddress& address, const TenantId& tenant, protocol::GroupsRequest request);

  void head_moved(const TenantId& tenant);
  /// A few times a second.
  void tick();
  /// Remembers what has not been yet. Nothing else runs any more.
  void close();

 private:
  struct Group;
  struct Reference {  // outlives the group, and does not take another of its name for it
    GroupKey key;
    std::uint64_t serial = 0;
  };
  struct Member {
    MemberAddress address;
    Group* group = nullptr;
    protocol::NotedInfo noted;  // to be told once it is durable
  };
  using Answer = std::function<void(const Status&)>;

  Group* find(const TenantId& tenant, const std::string& name);
  Group* find(const Reference& reference);
  [[nodiscard]] Result<Group*> find_or_make(const TenantId& tenant,
                                            const protocol::SubscribeRequest& request);
  void run(Group& group);
  void send_handed_out(Group& group);
  void look_further(Group& group);
  void remember(Group& group);
  void remembered(Group& group, const Status& status, const std::map<MemberId, protocol::NotedInfo>& noted,
                  const std::vector<Answer>& answers);
  void store_failed(const Error& error);
  void tell_progress(Group& group);
  void post(MemberId member, std::string frames);
  void fail_group(Group& group, const Error& error);
  void answer(const MemberAddress& address, std::string frame);
  void report(const MemberAddress& address, const TenantId& tenant, protocol::GroupReportInfo report);
  void refuse(const MemberAddress& address, Error error);
  void handle_one(const MemberAddress& address, const TenantId& tenant, const protocol::ListGroups&);
  void handle_one(const MemberAddress& address, const TenantId& tenant, const protocol::ListParked& request);
  void handle_one(const MemberAddress& address, const TenantId& tenant,
                  const protocol::HandleParked& request);
  void handle_one(const MemberAddress& address, const TenantId& tenant, const protocol::RemoveGroup& request);

  Services services_;
  const GroupsLimits limits_;
  std::map<GroupKey, std::unique_ptr<Group>> groups_;
  std::map<MemberId, Member> members_;
  MemberId last_member_ = 0;
  std::uint64_t last_serial_ = 0;
  std::optional<Error> broken_;  // the store failed: nobody can say what is remembered
};

}  // namespace kontor::server
