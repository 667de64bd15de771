#pragma once
// What sessions ask. All of it outlives them.

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>

#include "engine/ledger.h"
#include "projections/live_views.h"
#include "projections/query_service.h"
#include "server/explainer.h"
#include "server/mailbox.h"
#include "server/proof_desk.h"
#include "server/subscriptions/consumer_groups.h"
#include "server/subscriptions/live_edge.h"
#include "server/view_rebuilder.h"

namespace kontor::server {

/// Who wants to know when a tenant's events have become more. The sessions' thread.
class Followers {
 public:
  void add(const TenantId& tenant, SessionId session) { of_tenant_[tenant].insert(session); }
  void remove(const TenantId& tenant, SessionId session) {
    const auto found = of_tenant_.find(tenant);
    if (found == of_tenant_.end()) return;
    found->second.erase(session);
    if (found->second.empty()) of_tenant_.erase(found);
  }
  [[nodiscard]] std::set<SessionId> of(const TenantId& tenant) const {
    const auto found = of_tenant_.find(tenant);
    return found == of_tenant_.end() ? std::set<SessionId>{} : found->second;
  }

 private:
  std::map<TenantId, std::set<SessionId>> of_tenant_;
};

struct SessionServices {
  Ledger& ledger;
  views::QueryService& queries;
  const views::LiveViews& views;
  Mailbox& mailbox;
  /// Runs a piece of reading elsewhere: stored events come from disk.
  std::function<void(std::function<void()>)> read_aside;
  std::function<std::uint32_t()> connections;
  std::string store_id;
  Instant started_at;
  LiveEdge& edge;
  Followers& followers;
  ConsumerGroups& groups;
  ViewRebuilder& rebuilder;
  Explainer& explainer;
  const ProofDesk* proofs = nullptr;  // none: nothing can be proven, and receipts do not bind
  /// Signs elsewhere.
  std::function<void(std::function<void()>)> sign_aside = {};
  std::size_t unanswered = 0;  // requests of all sessions for which a letter is to come
};

}  // namespace kontor::server
