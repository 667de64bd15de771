#pragma once
// All clients of a peer on one thread, so that they cost little.

#include <sys/epoll.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "bench/peers/peer.h"

namespace kontor::peers {

/// Lets every client that `make` makes by its number ask, and serves those that have an answer, until the
/// time is over. A client has `socket()`, `ask()` and `serve(Meter&)`.
template <class Make>
[[nodiscard]] Measured run_clients(const Shape& shape, const Make& make) {
  std::vector<decltype(make(0))> clients;
  const int epoll = ::epoll_create1(EPOLL_CLOEXEC);
  for (std::uint32_t number = 0; number < shape.clients; ++number) {
    clients.push_back(make(number));
    epoll_event event{.events = EPOLLIN, .data = {.u32 = number}};
    ::epoll_ctl(epoll, EPOLL_CTL_ADD, clients.back()->socket(), &event);
  }
  Meter meter(shape);
  for (const auto& client : clients) client->ask();
  std::array<epoll_event, 64> events;
  while (!meter.over(Meter::now())) {
    const int count = ::epoll_wait(epoll, events.data(), static_cast<int>(events.size()), 100);
    for (int i = 0; i < count; ++i) clients[events[static_cast<std::size_t>(i)].data.u32]->serve(meter);
  }
  ::close(epoll);
  return meter.result();
}

}  // namespace kontor::peers
