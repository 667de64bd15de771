#include "replay/verifier/pools.h"

#include <fmt/format.h>

namespace kontor::verifier {

namespace ev = communities;

Objection PoolBook::operator()(const ev::CommunityOpened& e) {
  if (!used_.emplace(e.community.value, 0).second)
    return "community " + e.community.value + " is opened a second time";
  return std::nullopt;
}

Objection PoolBook::operator()(const ev::CommunitySeatGranted& e) {
  const auto community = used_.find(e.community.value);
  if (community == used_.end() || e.seat != seats_.size() + 1)
    return fmt::format("community seat {} of {} is not the next one", e.seat, e.community.value);
  seats_.push_back({.place = e.community.value, .person = e.person.value});
  ++community->second;
  return std::nullopt;
}

Objection PoolBook::operator()(const ev::CommunitySeatReleased& e) {
  if (e.seat == 0 || e.seat > seats_.size() || !seats_[e.seat - 1].in_use ||
      seats_[e.seat - 1].person != e.person.value)
    return fmt::format("community seat {} comes back, which {} does not hold", e.seat, e.person.value);
  seats_[e.seat - 1].in_use = false;
  --used_.at(seats_[e.seat - 1].place);
  return std::nullopt;
}

}  // namespace kontor::verifier
