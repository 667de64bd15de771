#pragma once
// A file of evidence about many events and what they were gathered for (docs/evidence.md, "Many events"):
// every event that an explanation or a bill rests on, each proven against one signed checkpoint.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>

#include <boost/json/object.hpp>

#include "client/cli/pinned.h"
#include "client/durable_file.h"
#include "client/proofs.h"

namespace kontor::cli {

constexpr std::string_view kExplanationFormat = "kontor explanation 1";
constexpr std::string_view kBillingLineFormat = "kontor billing line 1";

/// Writes line by line, so that the number of events does not matter. A file that does not end as it should
/// is recognised, and says so to whoever checks it.
class EvidenceList {
 public:
  /// Fetches a checkpoint that covers `position_min`. Null after a reported failure.
  [[nodiscard]] static std::unique_ptr<EvidenceList> open(Context& context, client::Connection& connection,
                                                          const PinnedOptions& options,
                                                          const std::filesystem::path& path,
                                                          Position position_min);

  /// What is to be proven: a line of a bill, an explanation. It names its positions in `positions`.
  [[nodiscard]] bool say(const boost::json::object& what);
  /// Fetches and checks the evidence of these events, each one once.
  [[nodiscard]] bool prove(std::span<const Position> positions);
  /// The last line, and everything durable.
  [[nodiscard]] bool finish(boost::json::object ending = {});

  [[nodiscard]] std::size_t events() const { return proven_.size(); }
  [[nodiscard]] const proof::Checkpoint& checkpoint() const { return signed_.checkpoint; }

 private:
  EvidenceList(Context& context, client::Proofs proofs, client::AppendedFile file,
               client::SignedCheckpoint checkpoint)
      : context_(context),
        proofs_(std::move(proofs)),
        file_(std::move(file)),
        signed_(std::move(checkpoint)) {}
  [[nodiscard]] bool append(const std::string& line);

  Context& context_;
  client::Proofs proofs_;
  client::AppendedFile file_;
  client::SignedCheckpoint signed_;
  std::set<Position> proven_;
};

/// What a list was found to prove.
struct CheckedList {
  proof::Checkpoint checkpoint;
  std::uint64_t events = 0;
  std::uint64_t explanations = 0;   // whose steps add up, and are all proven
  std::uint64_t billing_lines = 0;  // whose events are all proven
  std::string lines_hash;           // over the billing lines, as the run's opening has it; or empty
};
/// Whether a file is a list, by its first line.
[[nodiscard]] bool is_evidence_list(const std::filesystem::path& path);
/// Reads the file once, a line at a time. The first thing that does not hold is the error: ProofWrong,
/// NotSigned, or BundleUnusable when it is no whole list.
[[nodiscard]] Result<CheckedList> check_evidence_list(const std::filesystem::path& path,
                                                      const proof::NoteKey& key);

}  // namespace kontor::cli
