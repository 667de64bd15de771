#pragma once
// Where a scenario plays: the real server on a store on disk and on a real socket, with a clock that is set
// by hand. One thread.

#include <atomic>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "client/client.h"
#include "engine/clock.h"
#include "server/server.h"

namespace kontor::scenarios {

class HandClock final : public Clock {
 public:
  [[nodiscard]] Instant now() override { return Instant{now_.load()}; }
  [[nodiscard]] Passing passing() const override { return Passing::ByHand; }
  void set(Instant at) { now_.store(at.ns); }

 private:
  std::atomic<std::int64_t> now_{0};
};

enum class Views : std::uint8_t { Keep, ThrowAway };

class Stage {
 public:
  /// Opens a new store in `folder` and a server on it. Nothing happens before the first `move_to`.
  [[nodiscard]] static Result<std::unique_ptr<Stage>> open(std::filesystem::path folder);
  ~Stage();
  Stage(const Stage&) = delete;
  Stage& operator=(const Stage&) = delete;

  /// Lets time pass: what is due before `at` happens when it is due. What is due at `at` itself happens with
  /// the next command or wake. Time never goes back.
  [[nodiscard]] Status move_to(Instant at);
  /// What is due now happens. Gives the tenant's last position, which the views may not have yet.
  [[nodiscard]] Result<TenantStatus> wake(const TenantId& tenant, StatusDetail detail = StatusDetail::Brief);

  /// The last position that a wake found; time that passes wakes on its way.
  [[nodiscard]] Position position(const TenantId& tenant) const;

  /// Sends one request over the tenant's connection and reads the answer.
  [[nodiscard]] Status ask(const TenantId& tenant, capnp::MessageBuilder& request,
                           const std::function<void(wire::Frame::Reader)>& read);

  /// Sends each request over a connection of its own, all at once, and reads the answers.
  [[nodiscard]] Status race(const TenantId& tenant,
                            const std::vector<std::unique_ptr<capnp::MallocMessageBuilder>>& requests,
                            const std::function<void(std::size_t, wire::Frame::Reader)>& read);

  [[nodiscard]] Status restart(Views views);
  /// Stops the server, and proves what it left: a replay of the log comes to the state that the server had,
  /// and the full check of the store finds nothing.
  [[nodiscard]] Status close_and_verify();

 private:
  explicit Stage(std::filesystem::path folder) : folder_(std::move(folder)) {}
  [[nodiscard]] Status start();
  [[nodiscard]] client::Outcome<std::unique_ptr<client::Connection>> connect(const TenantId& tenant) const;
  [[nodiscard]] Status stop();

  std::filesystem::path folder_;
  HandClock clock_;
  std::unique_ptr<server::Server> server_;
  std::thread thread_;  // serves
  Status served_;
  std::map<TenantId, std::unique_ptr<client::Connection>> connections_;
  std::map<TenantId, Position> positions_;
};

}  // namespace kontor::scenarios
