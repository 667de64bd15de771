#pragma once
// Answers that a server gave, compared with the figures as of the position they name. One thread.

#include <boost/json/object.hpp>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "events/envelope.h"
#include "replay/verifier/figures.h"
#include "replay/verifier/finding.h"

namespace kontor::verifier {

/// What moved the points of an account.
struct Transaction {
  Position position = 0;
  std::int64_t points = 0;
  std::int64_t balance = 0;  // after it
};

class Claims {
 public:
  /// Reads the answers. Those that name no tenant are of this one.
  [[nodiscard]] std::optional<Unusable> open(const std::filesystem::path& file, const std::string& tenant);
  /// The next event of a tenant, and the figures behind it.
  void take(const RecordedEvent& event, const Figures& figures);

  struct Outcome {
    std::uint64_t held = 0;
    std::uint64_t others = 0;  // of a kind that is not compared, or of a position that was not reached
    std::optional<Finding> finding;
  };
  [[nodiscard]] const Outcome& finish();
  /// Compared answers of positions before this one.
  [[nodiscard]] std::uint64_t older_than(const std::string& tenant, Position position) const;

 private:
  struct Claim {
    std::size_t offset = 0;
    boost::json::object answer;
  };
  using At = std::pair<std::string, Position>;                           // tenant, position
  using Transactions = std::map<std::string, std::vector<Transaction>>;  // by user

  void remember(const RecordedEvent& event, const Figures& figures);

  std::multimap<At, Claim> claims_;
  std::map<std::string, Transactions> transactions_;  // by tenant; only users that answers speak of
  // How far lists that go over several answers have been compared; by tenant, position, kind and subject.
  std::map<std::string, std::size_t> compared_to_;
  std::uint64_t compared_ = 0;
  Outcome out_;
};

}  // namespace kontor::verifier
