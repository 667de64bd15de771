#pragma once
// A snapshot as a file (docs/storage-format.md, "Snapshots"): a header that says of which store and group it
// is, then pieces, each behind its size and followed by its checksum, and an end that ties them together. No
// byte is handed on before its checksum was seen to fit, so what reads the content needs no second thoughts.
// That is meant against damage, as decision 0154 says.
// Neither side holds more than a few pieces.

#include <rocksdb/file_system.h>

#include <array>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "engine/crew.h"
#include "engine/log/log_start.h"
#include "events/core/digest.h"
#include "events/core/result.h"

namespace kontor::snapshots {

constexpr std::uint32_t kSnapshotFormat = 3;
constexpr std::size_t kHeaderBytes = 192;

/// XXH3 of 128 bits, in its canonical order of bytes.
using Checksum = std::array<std::uint8_t, 16>;

struct SnapshotHeader {
  log::StoreId store{};
  log::StartPoint point;
  Digest shape{};  // of what is in it: this program's, or nobody here can read it

  friend bool operator==(const SnapshotHeader& a, const SnapshotHeader& b) {
    return a.store == b.store && a.point.head == b.point.head && a.point.fingerprint == b.point.fingerprint &&
           a.shape == b.shape;
  }
};

/// Shape and revision of everything this program writes into a snapshot.
[[nodiscard]] Digest shape_of_this_program();

[[nodiscard]] std::string encode_header(const SnapshotHeader& header);
/// StoreDamaged unless every byte is as it was written, FormatVersion when it is of another format.
[[nodiscard]] Result<SnapshotHeader> parse_header(std::string_view bytes);

/// Writes one file. One thread.
class SnapshotWriter {
 public:
  SnapshotWriter(rocksdb::FileSystem& file_system, std::string path)
      : fs_(file_system), path_(std::move(path)) {}

  /// Replaces what there is under that path.
  [[nodiscard]] Status begin(const SnapshotHeader& header);
  /// At most kPieceBytesMax, not empty. After a failure nothing more is written, and `finish` tells.
  void add(std::string_view piece);
  /// Durable when it returns, but for the name.
  [[nodiscard]] Status finish();
  [[nodiscard]] std::uint64_t bytes() const { return bytes_; }

 private:
  void append(std::string_view bytes);

  rocksdb::FileSystem& fs_;
  const std::string path_;
  std::unique_ptr<rocksdb::FSWritableFile> file_;
  Digest header_digest_{};
  Sha256 all_;  // over the checksums of the pieces
  std::uint64_t pieces_ = 0;
  std::uint64_t bytes_ = 0;
  Status status_;
};

/// Larger than any text that state can hold.
constexpr std::uint32_t kPieceBytesMax = 128u << 20;

/// Reads one file. One thread calls it; while it uses one piece, helping hands read the next ones and look at
/// their checksums.
class SnapshotReader {
 public:
  SnapshotReader(rocksdb::FileSystem& file_system, std::string path, unsigned helpers = 0)
      : fs_(file_system), path_(std::move(path)), crew_(helpers) {}
  ~SnapshotReader();

  /// The header, as `parse_header` says.
  [[nodiscard]] Result<SnapshotHeader> begin();
  /// The next piece, which stays until the one after it is asked for; empty at the end and after a failure.
  [[nodiscard]] std::string_view next();
  /// Whether the whole file was as it was written, once `next` has returned nothing.
  [[nodiscard]] const Status& status() const { return status_; }

  /// Work on what was read that nothing which is read later looks at (rules::ArchiveReader::Later).
  void later(std::function<void()> work);
  /// Sees to it that all of that is done.
  void finish_later();

 private:
  static constexpr std::size_t kPiecesAhead = 4;
  static constexpr std::size_t kLaterMax = 64;  // that may wait

  enum class Found : std::uint8_t { Nothing, Damaged, Whole };
  struct Piece {
    std::string bytes;
    Checksum checksum{};
    std::uint64_t number = 0;
    Found found = Found::Nothing;
    std::shared_ptr<Crew::Job> reading;
  };

  void read_ahead();
  /// Whether there was one.
  bool read_piece(Piece& piece);
  /// Whether so many bytes were there.
  bool read(char* to, std::size_t size);
  bool read(std::span<std::uint8_t> to) { return read(reinterpret_cast<char*>(to.data()), to.size()); }
  void fail_with(std::string_view what);

  rocksdb::FileSystem& fs_;
  const std::string path_;
  std::unique_ptr<rocksdb::FSSequentialFile> file_;
  Digest header_digest_{};
  Sha256 all_;
  std::deque<Piece> pieces_;  // the one in use, then those that are read
  std::string spare_;
  bool in_use_ = false;  // the first of them
  bool over_ = false;    // the last piece was used
  Status status_;

  // Of those who read, one at a time; what they found is looked at once nothing more is read.
  std::uint64_t read_ = 0;
  bool ended_ = false;
  Digest end_{};  // over the checksums of all pieces, as the file has it
  Status found_;

  std::deque<std::shared_ptr<Crew::Job>> later_;
  Crew crew_;  // last: it ends before what it works on goes
};

}  // namespace kontor::snapshots
