#pragma once
// What an auditor takes away (docs/verifier.md): one file that holds the events of a tenant, or of a whole
// store, with the signed notes about them. Written and read as a stream: the memory needed is that of one
// section, whatever the size of the file. One thread.
//
// The file proves nothing by itself. That it is whole is known when the reader has given `End`; that its
// events are those of the log is known by whoever compares roots with notes signed by a pinned key.

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "events/core/digest.h"
#include "events/core/ids.h"
#include "events/core/result.h"
#include "events/proof/checkpoint.h"

namespace kontor::proof {

constexpr std::size_t kBundleSectionBytesMax = std::size_t{16} << 20;
/// Events are gathered into sections of about this size.
constexpr std::size_t kBundleSliceBytes = std::size_t{256} << 10;

struct BundleHeader {
  Origin origin;           // log, epoch, and whose events: those of a tenant, or of the store
  std::uint64_t from = 1;  // positions of the tenant; of a store, numbers of events
  std::uint64_t to = 0;    // from - 1: no events

  [[nodiscard]] std::string text() const;
  /// BundleUnusable unless it is what `text` writes.
  [[nodiscard]] static Result<BundleHeader> parse(std::string_view text);

  friend bool operator==(const BundleHeader&, const BundleHeader&) = default;
};

/// Takes the next bytes. What it answers is handed on.
using ByteSink = std::function<Status(std::string_view)>;
/// Fills the beginning of the room and says how much; 0 is the end. What it fails with is handed on.
using ByteSource = std::function<Result<std::size_t>(std::span<char> room)>;

/// Calls have to come in the order of the functions below: a header, any number of keys, rotations and notes,
/// then events (of a store: each group, then its events), and the end. The same calls give the same bytes.
class BundleWriter {
 public:
  explicit BundleWriter(ByteSink sink) : sink_(std::move(sink)) {}

  [[nodiscard]] Status header(const BundleHeader& header);
  /// The text of a key that somebody may want to see; nobody trusts it.
  [[nodiscard]] Status key(std::string_view text);
  [[nodiscard]] Status rotation(std::string_view signed_statement);
  /// A signed checkpoint; rising size.
  [[nodiscard]] Status note(std::string_view encoded);
  /// Of a store only: the events that follow were made durable by this group.
  [[nodiscard]] Status group(std::uint64_t number);
  /// BundleUnusable when one event alone does not fit into a section.
  [[nodiscard]] Status event(const TenantId& tenant, Position position, std::string_view stored);
  [[nodiscard]] Status finish();

 private:
  [[nodiscard]] Status section(char tag, std::string_view payload);
  [[nodiscard]] Status write(std::string_view bytes);
  [[nodiscard]] Status flush();

  ByteSink sink_;
  Sha256 sha_;
  char last_ = 0;      // tag of the section before
  std::string slice_;  // events that wait to be written
  TenantId slice_tenant_;
  Position slice_first_ = 0;
  std::uint32_t slice_count_ = 0;
};

struct BundleItem {
  enum class Kind : std::uint8_t { Key, Rotation, Note, Group, Event, End };
  Kind kind = Kind::End;
  std::string_view bytes;   // text of the key, the statement, the note; stored bytes of the event
  std::uint64_t group = 0;  // of Group
  std::string_view tenant;  // of Event
  Position position = 0;    // of Event, as the section says; the event's own may differ
};

/// Refuses with BundleUnusable what is not a bundle, is cut short, or does not have the bytes that were
/// written; the message names the offset.
class BundleReader {
 public:
  explicit BundleReader(ByteSource source) : source_(std::move(source)) {}

  /// Once, at the beginning.
  [[nodiscard]] Result<BundleHeader> open();
  /// The views hold until the next call. After `End`, or after a failure, there is no next.
  [[nodiscard]] Result<BundleItem> next();
  /// Where the item given last begins, or what was refused: a section, or an event inside of one.
  [[nodiscard]] std::uint64_t offset() const { return offset_; }

 private:
  [[nodiscard]] Status read_section();
  [[nodiscard]] Result<std::size_t> fill(std::span<char> room);
  [[nodiscard]] Result<BundleItem> next_event();
  [[nodiscard]] Result<BundleItem> open_events();
  [[nodiscard]] Result<BundleItem> open_group();
  [[nodiscard]] Result<BundleItem> close();
  [[nodiscard]] tl::unexpected<Error> unusable(std::string_view what) const;

  ByteSource source_;
  Sha256 sha_;
  bool of_store_ = false;
  std::uint64_t offset_ = 0;
  std::uint64_t end_ = 0;  // of what was read so far
  char tag_ = 0;
  char tag_before_ = 0;
  std::string payload_;
  std::uint64_t payload_begin_ = 0;
  std::uint64_t group_ = 0;
  // The events of this section that were not given yet.
  std::string_view events_;
  std::string_view tenant_;
  Position position_ = 0;
  std::uint32_t events_left_ = 0;
};

}  // namespace kontor::proof
