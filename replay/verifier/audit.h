#pragma once
// One verification: a bundle is read once, from its first byte to its last, and compared with everything the
// auditor brought along (docs/verifier.md). One thread; memory for one section and for the figures.

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "events/core/merkle.h"
#include "events/proof/bundle.h"
#include "replay/verifier/chain.h"
#include "replay/verifier/claims.h"
#include "replay/verifier/figures.h"
#include "replay/verifier/finding.h"
#include "replay/verifier/notes.h"
#include "replay/verifier/receipts.h"

namespace kontor::verifier {

struct Request {
  enum class Extent : std::uint8_t {
    AsFarAsItGoes,
    Complete,  // there should be nothing behind the bundle's end
  };
  enum class Afterwards : std::uint8_t { Nothing, Remember };

  proof::NoteKey key;
  std::optional<std::filesystem::path> checkpoints;
  std::optional<std::filesystem::path> receipts;
  std::optional<std::filesystem::path> claims;
  Extent extent = Extent::AsFarAsItGoes;
  Afterwards afterwards = Afterwards::Nothing;  // Remember: needs `checkpoints`
};

/// A tenant as far as it was read.
struct TenantAudit {
  explicit TenantAudit(const TenantId& tenant) : chain(tenant) {}
  Chain chain;
  Figures figures;
  MerkleFrontier tree;
  SignedRoots::const_iterator next_note;
  SignedRoots::const_iterator no_more_notes;
};

/// Everything that was proven.
struct Report {
  proof::BundleHeader header;
  std::uint64_t events = 0;
  Digest root{};
  std::uint64_t proven_to = 0;  // largest size of a note of the scope's tree that was compared
  std::uint64_t notes_held = 0;
  std::uint64_t notes_later = 0;
  std::uint64_t notes_others = 0;
  std::map<std::string, std::unique_ptr<TenantAudit>> tenants;
  std::optional<Receipts::Outcome> receipts;
  std::optional<Claims::Outcome> claims;
  std::uint64_t stale_claims = 0;             // compared, but of positions before what was signed or promised
  std::optional<std::uint64_t> remembered{};  // leaves that were written down; 0: that failed
  bool kept_were_compared = false;
};

using Outcome = std::variant<Report, Finding, Unusable>;

[[nodiscard]] Outcome audit(const Request& request, proof::ByteSource bundle);

}  // namespace kontor::verifier
