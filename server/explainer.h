#pragma once
// Answers which events made a number what it is (projections/explain.h). A thread of its own: an explanation
// asks a question many times over and may take seconds, and neither other questions nor pages of events
// shall wait behind it.

#include <boost/asio/thread_pool.hpp>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "engine/clock.h"
#include "engine/ledger.h"
#include "projections/explain.h"
#include "projections/live_views.h"
#include "projections/query_service.h"
#include "server/protocol/decode.h"

namespace kontor::server {

struct ExplainerLimits {
  std::size_t waiting_max = 64;  // taken on and not answered; beyond: Overloaded
  std::size_t candidates_max = 100'000;
  std::chrono::milliseconds time_max{60'000};  // of one explanation; beyond: DeadlineExceeded
  std::size_t answer_bytes_max = 8u << 20;     // of events; older steps are left out
};

class Explainer {
 public:
  struct Services {
    Ledger& ledger;
    views::QueryService& queries;
    const views::LiveViews& views;
    const keys::KeyStore* secrets;
    Clock& clock;
  };
  /// A whole frame, on any thread.
  using Done = std::function<void(std::string frame)>;

  Explainer(Services services, ExplainerLimits limits) : services_(services), limits_(limits) {}
  ~Explainer() { close(); }
  Explainer(const Explainer&) = delete;
  Explainer& operator=(const Explainer&) = delete;

  /// Once the views are far enough, which may take `patience`. `done` is called exactly once, unless the
  /// explainer is closed before.
  void explain(std::uint64_t request, const TenantId& tenant, protocol::ExplainRequest explain,
               std::chrono::milliseconds patience, Done done);

  /// Gives up what is being explained and stops the thread. Idempotent.
  void close();

 private:
  struct Job;
  [[nodiscard]] std::string answer(const Job& job) const;
  [[nodiscard]] std::string found(const Job& job, views::Explanation explanation) const;

  const Services services_;
  const ExplainerLimits limits_;
  std::atomic<std::size_t> waiting_{0};
  std::atomic<bool> closing_{false};
  boost::asio::thread_pool thread_{1};
};

}  // namespace kontor::server
