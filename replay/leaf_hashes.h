#pragma once
// The leaf hashes of a store in a file of an auditor's own: 32 bytes an event, with which the event that was
// changed can be named (docs/auditing.md, "Leaf hashes"). One thread.

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <string>

#include "events/core/digest.h"
#include "events/core/result.h"

namespace kontor::replay {

/// Which store, in which of its lives.
struct StoreName {
  std::string id;           // 32 hexadecimal digits
  std::uint64_t epoch = 1;  // raised by a restore

  friend bool operator==(const StoreName&, const StoreName&) = default;
};

class LeafHashReader {
 public:
  /// Reads the file once from end to end. BundleUnusable unless every byte is as it was written.
  [[nodiscard]] static Result<LeafHashReader> open(const std::filesystem::path& path);

  [[nodiscard]] const StoreName& store() const { return store_; }
  [[nodiscard]] std::uint64_t count() const { return count_; }
  [[nodiscard]] const std::string& path() const { return path_; }
  /// The next one, in the order of the store; nothing behind the last. BundleUnusable when the file has
  /// changed since it was opened.
  [[nodiscard]] Result<std::optional<Digest>> next();

 private:
  LeafHashReader() = default;

  std::string path_;
  std::ifstream in_;
  StoreName store_;
  std::uint64_t count_ = 0;
  std::uint64_t read_ = 0;
};

class LeafHashWriter {
 public:
  /// DataDirectory when the file system does not let us. The file is not there before `finish`.
  [[nodiscard]] static Result<LeafHashWriter> create(const std::filesystem::path& path,
                                                     const StoreName& store);

  void append(const Digest& leaf);
  [[nodiscard]] std::uint64_t count() const { return count_; }
  /// Takes the place of the file that was there before; durable when it returns.
  [[nodiscard]] Status finish();

 private:
  LeafHashWriter() = default;
  void put(Bytes bytes);
  [[nodiscard]] std::filesystem::path unfinished() const;

  std::filesystem::path path_;
  std::ofstream out_;
  std::unique_ptr<Sha256> sha_ = std::make_unique<Sha256>();
  std::uint64_t count_ = 0;
};

}  // namespace kontor::replay
