// docs/storage-format.md, "Snapshots"
#include "engine/snapshots/snapshot_file.h"

#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <deque>
#include <utility>

#include "engine/log/bytes.h"
#include "engine/log/rocksdb/files.h"
#include "engine/rules/snapshot.h"
#include "engine/writer/tenant.h"
#include "events/core/assert.h"

namespace kontor::snapshots {
namespace {

using log::get_little_endian;
using log::put_little_endian;
using rocksdb::FileOptions;
using rocksdb::IOOptions;
using rocksdb::IOStatus;

constexpr std::string_view kMagic = "KONTORSN";
constexpr std::size_t kDigestAt = kHeaderBytes - sizeof(Digest);

std::string_view text_of(Bytes bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }

template <std::size_t N>
void take_bytes(std::string_view bytes, std::size_t at, std::array<std::uint8_t, N>& to) {
  std::memcpy(to.data(), bytes.data() + at, N);
}

/// Of piece `number` in the file with that header: neither can stand anywhere else.
Checksum checksum_of_piece(const Digest& header, std::uint64_t number, std::string_view piece) {
  std::string place(text_of(header));
  put_little_endian(place, number);
  const XXH64_hash_t seed = XXH3_64bits(place.data(), place.size());
  XXH128_canonical_t canonical;
  XXH128_canonicalFromHash(&canonical, XXH3_128bits_withSeed(piece.data(), piece.size(), seed));
  return std::to_array(canonical.digest);
}

}  // namespace

Digest shape_of_this_program() {
  return sha256(bytes_of(fmt::format("{} {} {}", kSnapshotFormat, rules::kStateRevision, Tenant::shape())));
}

std::string encode_header(const SnapshotHeader& header) {
  std::string bytes(kMagic);
  put_little_endian(bytes, kSnapshotFormat);
  put_little_endian(bytes, std::uint32_t{0});
  bytes += text_of(header.store);
  put_little_endian(bytes, header.point.head.group);
  put_little_endian(bytes, header.point.head.events);
  bytes += text_of(header.point.head.root);
  bytes += text_of(header.point.fingerprint);
  bytes += text_of(header.shape);
  bytes.resize(kDigestAt, '\0');
  bytes += text_of(sha256(bytes_of(bytes)));
  KONTOR_ASSERT(bytes.size() == kHeaderBytes);
  return bytes;
}

Result<SnapshotHeader> parse_header(std::string_view bytes) {
  if (bytes.size() != kHeaderBytes || !bytes.starts_with(kMagic))
    return fail(Reason::StoreDamaged, "it is no snapshot");
  if (text_of(sha256(bytes_of(bytes.substr(0, kDigestAt)))) != bytes.substr(kDigestAt))
    return fail(Reason::StoreDamaged, "its header is damaged");
  if (const auto format = get_little_endian<std::uint32_t>(bytes, 8); format != kSnapshotFormat)
    return fail(Reason::FormatVersion,
                fmt::format("it has format {}; this program knows format {}", format, kSnapshotFormat));
  SnapshotHeader header;
  take_bytes(bytes, 16, header.store);
  header.point.head.group = get_little_endian<std::uint64_t>(bytes, 32);
  header.point.head.events = get_little_endian<std::uint64_t>(bytes, 40);
  take_bytes(bytes, 48, header.point.head.root);
  take_bytes(bytes, 80, header.point.fingerprint);
  take_bytes(bytes, 112, header.shape);
  return header;
}

Status SnapshotWriter::begin(const SnapshotHeader& header) {
  if (const IOStatus opened = fs_.NewWritableFile(path_, FileOptions(), &file_, nullptr); !opened.ok())
    return log::file_failure("create", path_, opened);
  const std::string bytes = encode_header(header);
  header_digest_ = sha256(bytes_of(bytes));
  append(bytes);
  return status_;
}

void SnapshotWriter::add(std::string_view piece) {
  KONTOR_ASSERT(!piece.empty() && piece.size() <= kPieceBytesMax);
  std::string size;
  put_little_endian(size, static_cast<std::uint32_t>(piece.size()));
  const Checksum checksum = checksum_of_piece(header_digest_, pieces_++, piece);
  all_.update(checksum);
  append(size);
  append(piece);
  append(text_of(checksum));
}

void SnapshotWriter::append(std::string_view bytes) {
  if (!status_) return;
  const IOStatus written = file_->Append(rocksdb::Slice(bytes.data(), bytes.size()), IOOptions(), nullptr);
  if (!written.ok()) status_ = log::file_failure("write", path_, written);
  bytes_ += bytes.size();
}

Status SnapshotWriter::finish() {
  append(std::string_view("\0\0\0\0", 4));
  append(text_of(all_.finish()));
  if (!status_) return status_;
  if (const IOStatus synced = file_->Fsync(IOOptions(), nullptr); !synced.ok())
    return log::file_failure("sync", path_, synced);
  if (const IOStatus closed = file_->Close(IOOptions(), nullptr); !closed.ok())
    return log::file_failure("close", path_, closed);
  return {};
}

Result<SnapshotHeader> SnapshotReader::begin() {
  if (const IOStatus opened = fs_.NewSequentialFile(path_, FileOptions(), &file_, nullptr); !opened.ok())
    return log::file_failure("open", path_, opened);
  std::array<char, kHeaderBytes> bytes{};
  if (!read(bytes.data(), bytes.size())) return fail(Reason::StoreDamaged, "it is cut short");
  const std::string_view header(bytes.data(), bytes.size());
  header_digest_ = sha256(bytes_of(header));
  return parse_header(header);
}

SnapshotReader::~SnapshotReader() {
  for (const auto& job : later_) crew_.drop(*job);
  for (const Piece& piece : pieces_) crew_.drop(*piece.reading);
}

std::string_view SnapshotReader::next() {
  if (over_ || !status_) return {};
  if (std::exchange(in_use_, false)) {
    spare_ = std::move(pieces_.front().bytes);
    pieces_.pop_front();
  }
  read_ahead();
  Piece& piece = pieces_.front();
  crew_.finish(*piece.reading);
  if (piece.found == Found::Nothing) {
    over_ = true;
    status_ = found_;
    if (status_ && end_ != all_.finish()) fail_with("its end is damaged");
    return {};
  }
  if (piece.found == Found::Damaged)
    return fail_with(fmt::format("piece {} is damaged", piece.number)), std::string_view();
  all_.update(piece.checksum);
  in_use_ = true;
  return piece.bytes;
}

void SnapshotReader::read_ahead() {
  while (pieces_.size() < kPiecesAhead) {
    Piece& piece = pieces_.emplace_back();
    piece.bytes = std::move(spare_);
    // In the order of the file, whoever does it.
    piece.reading = crew_.begin(0, {}, [this, &piece] {
      if (ended_ || !read_piece(piece))
        ended_ = true;
      else
        piece.found = piece.checksum == checksum_of_piece(header_digest_, piece.number, piece.bytes)
                          ? Found::Whole
                          : Found::Damaged;
    });
  }
}

bool SnapshotReader::read_piece(Piece& piece) {
  const auto failed = [this](std::string_view what) {
    if (found_) found_ = fail(Reason::StoreDamaged, std::string(what));
    return false;
  };
  std::array<std::uint8_t, 4> size_bytes{};
  if (!read(size_bytes)) return failed("it is cut short");
  const auto size = get_little_endian<std::uint32_t>(text_of(size_bytes), 0);
  if (size > kPieceBytesMax) return failed("a piece has an impossible size");
  if (size == 0) {
    char beyond = 0;
    if (!read(end_)) return failed("it is cut short");
    if (read(&beyond, 1)) failed("there is something behind its end");
    return false;
  }
  piece.bytes.resize(size);
  if (!read(piece.bytes.data(), size) || !read(piece.checksum)) return failed("it is cut short");
  piece.number = read_++;
  return true;
}

void SnapshotReader::later(std::function<void()> work) {
  // Of a small file it is done by the time somebody else would have begun.
  if (pieces_.front().number < kPiecesAhead) return work();
  // One of them may take as long as the rest of the file: nobody waits for that one.
  while (later_.size() == kLaterMax) {
    crew_.work_along();
    std::erase_if(later_, [this](const auto& job) { return crew_.is_over(*job); });
  }
  later_.push_back(crew_.begin(1, [work = std::move(work)](std::size_t) { work(); }));
}

void SnapshotReader::finish_later() {
  for (const auto& job : later_) crew_.finish(*job);
  later_.clear();
}

bool SnapshotReader::read(char* to, std::size_t size) {
  while (size != 0) {
    rocksdb::Slice part;
    const IOStatus status = file_->Read(size, IOOptions(), &part, to, nullptr);
    if (!status.ok()) {
      if (found_) found_ = log::file_failure("read", path_, status);
      return false;
    }
    if (part.empty()) return false;
    if (part.data() != to) std::memcpy(to, part.data(), part.size());
    to += part.size();
    size -= part.size();
  }
  return true;
}

void SnapshotReader::fail_with(std::string_view what) {
  if (status_) status_ = fail(Reason::StoreDamaged, std::string(what));
}

}  // namespace kontor::snapshots
