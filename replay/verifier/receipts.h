#pragma once
// What clients were promised, compared with what the bundle holds. One thread.

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "events/core/merkle.h"
#include "events/proof/binding.h"
#include "replay/verifier/finding.h"

namespace kontor::verifier {

class Receipts {
 public:
  /// Reads the file; only what one of these keys has signed counts.
  [[nodiscard]] std::optional<Unusable> open(const std::filesystem::path& file,
                                             const std::vector<proof::NoteKey>& keys);

  /// The next event of a tenant; positions rise.
  void take(const std::string& tenant, Position position, const Digest& leaf);

  /// The last position that was promised to a tenant; 0: none.
  [[nodiscard]] Position last_promised(const std::string& tenant) const;

  struct Outcome {
    std::uint64_t held = 0;
    std::uint64_t later = 0;     // behind the last event of a tenant that is there
    std::uint64_t others = 0;    // of other logs or tenants, or not signed
    Position last_promised = 0;  // of a promise that is later; and whose it is
    std::string last_promised_tenant;
    std::optional<Finding> finding;  // the first, by tenant and position
  };
  /// Of the tenants that the bundle covers: one, or all.
  [[nodiscard]] Outcome finish(const std::optional<TenantId>& scope) const;

 private:
  struct Pending {
    proof::Promise promise;
    MerkleFrontier tree;  // of the events seen so far
    std::uint64_t seen = 0;
  };
  struct OfTenant {
    std::vector<Pending> all;  // by first position
    std::size_t begin = 0;     // those before have been compared, or will not be
    std::size_t end = 0;       // those behind lie ahead
  };
  [[nodiscard]] std::optional<std::string> add(std::string_view line,
                                               const std::vector<proof::NoteKey>& keys);

  std::map<std::string, OfTenant> tenants_;
  std::uint64_t others_ = 0;
};

}  // namespace kontor::verifier
