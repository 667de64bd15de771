#pragma once
// The leaf hashes that an auditor remembers from the time before, so that the first changed event is found
// and not only the checkpoint behind it: a file of 32 bytes an event beside the notes of the tree. One
// thread.

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <optional>

#include "events/core/digest.h"
#include "replay/verifier/finding.h"
#include "replay/verifier/notes.h"

namespace kontor::verifier {

class RememberedLeaves {
 public:
  /// Opens what is remembered, if anything. Unusable when it is not what one of these notes was signed for.
  [[nodiscard]] std::optional<Unusable> open(const std::filesystem::path& folder, const SignedRoots& notes);
  /// The next leaf, while there is one.
  [[nodiscard]] std::optional<Digest> next();

 private:
  std::ifstream in_;
  std::uint64_t left_ = 0;
};

/// Writes leaves beside what is remembered, and puts them in its place at the end.
class LeafWriter {
 public:
  explicit LeafWriter(std::filesystem::path folder) : folder_(std::move(folder)) {}
  /// What was not finished leaves nothing behind.
  ~LeafWriter();
  LeafWriter(const LeafWriter&) = delete;
  LeafWriter& operator=(const LeafWriter&) = delete;

  void add(const Digest& leaf);
  /// Durable when it returns true: the leaves, and the note that was signed for them.
  [[nodiscard]] bool finish(std::uint64_t size, std::string_view note);

 private:
  std::filesystem::path folder_;
  std::ofstream out_;
};

}  // namespace kontor::verifier
