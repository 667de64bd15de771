#pragma once
// The receipts by which a server has bound itself (events/proof/binding.h), kept by the client: a file with
// one JSON object a line, to which is only ever appended. Whoever keeps them can prove that an event was
// promised which is not there later (docs/evidence.md). One thread, one process per file.
//
//   {"tenant":"acme","command":"0192f0c1-…","first":"7","last":"9","eventsRoot":"base64","index":"0",
//    "path":["base64"],"note":"…"}

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "client/durable_file.h"
#include "events/proof/binding.h"
#include "server/protocol/wire.capnp.h"

namespace kontor::client {

struct BoundReceipt {
  proof::Promise promise;
  proof::Note note;
  std::uint64_t index = 0;
  proof::Path path;

  [[nodiscard]] std::string line() const;  // with its newline
  /// BundleUnusable when it is no such line.
  [[nodiscard]] static Result<BoundReceipt> parse(std::string_view line);

  friend bool operator==(const BoundReceipt&, const BoundReceipt&) = default;
};

/// What a receipt binds the server to, checked with the pinned key; nothing when the receipt binds nothing.
/// NotSigned or ProofWrong when the binding does not hold.
[[nodiscard]] Result<std::optional<BoundReceipt>> bound_receipt(const TenantId& tenant,
                                                                const CommandId& command,
                                                                wire::Receipt::Reader receipt,
                                                                const proof::NoteKey& key);

class KeptReceipts {
 public:
  /// Reads what is kept. A last line without an end was never kept, and is passed over; BundleUnusable names
  /// any other line that is none.
  [[nodiscard]] static Result<KeptReceipts> open(const std::filesystem::path& file);

  [[nodiscard]] std::span<const BoundReceipt> all() const { return all_; }
  /// The newest position of the tenant that any of them promises; 0: none.
  [[nodiscard]] Position highest_position(const TenantId& tenant) const;

  /// Opens the file for appending, so that whoever cannot keep a receipt knows it before asking for one.
  /// DataDirectory when another program has it, or has appended since `open`.
  [[nodiscard]] Status prepare();
  /// Appends, prepared or not; durable after the next `sync`.
  [[nodiscard]] Status keep(const BoundReceipt& receipt);
  [[nodiscard]] Status sync();

 private:
  std::filesystem::path path_;
  AppendedFile::Extent extent_;
  std::vector<BoundReceipt> all_;
  std::optional<AppendedFile> file_;
};

}  // namespace kontor::client
