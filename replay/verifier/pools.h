#pragma once
// Community seats in use, from the events alone. One thread.

#include <boost/unordered/unordered_flat_map.hpp>
#include <string>
#include <vector>

#include "events/communities.h"
#include "replay/verifier/finding.h"

namespace kontor::verifier {

/// A seat that was granted once, of a community or of a campus.
struct GrantedSeat {
  std::string place;
  std::string person;
  bool in_use = true;
};

class PoolBook {
 public:
  [[nodiscard]] Objection take(const communities::Event& event) { return std::visit(*this, event); }
  /// Seats in use, by community.
  [[nodiscard]] const boost::unordered_flat_map<std::string, std::uint64_t>& used() const { return used_; }

  Objection operator()(const communities::CommunityOpened& e);
  Objection operator()(const communities::CommunitySeatGranted& e);
  Objection operator()(const communities::CommunitySeatReleased& e);
  template <class Other>
  Objection operator()(const Other&) {
    return std::nullopt;
  }

 private:
  boost::unordered_flat_map<std::string, std::uint64_t> used_;
  std::vector<GrantedSeat> seats_;
};

}  // namespace kontor::verifier
