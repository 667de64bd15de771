// docs/verifier.md
#include "events/proof/bundle.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cstring>
#include <optional>

#include "events/core/assert.h"

namespace kontor::proof {
namespace {

static_assert(std::endian::native == std::endian::little, "stored numbers are little-endian");

constexpr std::string_view kMagic = "KONTORB1";
constexpr std::string_view kOrder = "IKRNGEZ";  // tags; G and E take turns
constexpr std::size_t kSectionHeaderBytes = 5;  // tag, length
constexpr std::size_t kSegmentTableBytes = 8;   // of an event: 0, number of words
constexpr std::size_t kWordBytes = 8;

template <class Number>
void append_number(Number number, std::string& out) {
  out.append(reinterpret_cast<const char*>(&number), sizeof number);
}

/// The number at the beginning, which is cut off. The caller has seen that it is there.
template <class Number>
Number take_number(std::string_view& bytes) {
  Number number{};
  std::memcpy(&number, bytes.data(), sizeof number);
  bytes.remove_prefix(sizeof number);
  return number;
}

/// The value of the line "key value", which is cut off.
std::optional<std::string_view> take_line(std::string_view& text, std::string_view key) {
  const std::size_t end = text.find('\n');
  if (end == std::string_view::npos) return std::nullopt;
  std::string_view line = text.substr(0, end);
  text.remove_prefix(end + 1);
  if (!line.starts_with(key) || line.size() <= key.size() || line[key.size()] != ' ') return std::nullopt;
  line.remove_prefix(key.size() + 1);
  return line;
}

bool read_number(std::optional<std::string_view> text, std::uint64_t& out) {
  if (!text) return false;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), out);
  return error == std::errc() && end == text->data() + text->size();
}

/// What may follow what: each kind behind those before it; only the header and the end come once.
bool may_follow(char tag, char before) {
  const std::size_t place = kOrder.find(tag);
  if (place == std::string_view::npos) return false;
  if (before == 0) return tag == 'I';
  if (tag == 'I') return false;
  if (tag == 'G' && before == 'E') return true;
  return place >= kOrder.find(before);
}

}  // namespace

std::string BundleHeader::text() const {
  const std::string scope = origin.tenant ? "tenant " + origin.tenant->value : "store";
  return fmt::format("format 1\nlog {}\nepoch {}\nscope {}\nfrom {}\nto {}\n", origin.log, origin.epoch,
                     scope, from, to);
}

Result<BundleHeader> BundleHeader::parse(std::string_view text) {
  constexpr std::string_view kTenant = "tenant ";
  const auto unusable = [] { return fail(Reason::BundleUnusable, "this is no header of a bundle"); };
  BundleHeader header;
  std::string_view rest = text;
  if (take_line(rest, "format") != "1")
    return fail(Reason::BundleUnusable, "this program reads bundles of format 1");
  const auto log = take_line(rest, "log");
  if (!log || log->empty() || !read_number(take_line(rest, "epoch"), header.origin.epoch)) return unusable();
  header.origin.log = *log;
  const auto scope = take_line(rest, "scope");
  if (!scope) return unusable();
  if (scope->starts_with(kTenant)) {
    header.origin.tenant = TenantId(scope->substr(kTenant.size()));
    if (!valid_id_text(header.origin.tenant->value)) return unusable();
  }
  if (!read_number(take_line(rest, "from"), header.from) || !read_number(take_line(rest, "to"), header.to))
    return unusable();
  if (header.from == 0 || header.to < header.from - 1 || header.text() != text) return unusable();
  return header;
}

Status BundleWriter::header(const BundleHeader& header) {
  if (const Status written = write(kMagic); !written) return written;
  return section('I', header.text());
}

Status BundleWriter::key(std::string_view text) { return section('K', text); }
Status BundleWriter::rotation(std::string_view signed_statement) { return section('R', signed_statement); }
Status BundleWriter::note(std::string_view encoded) { return section('N', encoded); }

Status BundleWriter::group(std::uint64_t number) {
  if (const Status flushed = flush(); !flushed) return flushed;
  std::string payload;
  append_number(number, payload);
  return section('G', payload);
}

Status BundleWriter::event(const TenantId& tenant, Position position, std::string_view stored) {
  KONTOR_ASSERT(valid_id_text(tenant.value));
  const bool continues = slice_count_ != 0 && slice_tenant_ == tenant &&
                         slice_first_ + slice_count_ == position &&
                         slice_.size() + stored.size() <= kBundleSliceBytes;
  if (!continues) {
    if (const Status flushed = flush(); !flushed) return flushed;
    slice_tenant_ = tenant;
    slice_first_ = position;
  }
  slice_.append(stored);
  ++slice_count_;
  return {};
}

Status BundleWriter::finish() {
  if (const Status flushed = flush(); !flushed) return flushed;
  const Digest digest = sha_.finish();
  return section('Z', {reinterpret_cast<const char*>(digest.data()), digest.size()});
}

Status BundleWriter::flush() {
  if (slice_count_ == 0) return {};
  std::string payload(1, static_cast<char>(slice_tenant_.value.size()));
  payload.append(slice_tenant_.value);
  append_number(slice_first_, payload);
  append_number(slice_count_, payload);
  payload.append(slice_);
  slice_.clear();
  slice_count_ = 0;
  return section('E', payload);
}

Status BundleWriter::section(char tag, std::string_view payload) {
  KONTOR_ASSERT(may_follow(tag, last_));
  if (payload.size() > kBundleSectionBytesMax)
    return fail(Reason::BundleUnusable, fmt::format("{} bytes do not fit into one section of a bundle, which "
                                                    "holds {}",
                                                    payload.size(), kBundleSectionBytesMax));
  last_ = tag;
  std::string head(1, tag);
  append_number(static_cast<std::uint32_t>(payload.size()), head);
  if (const Status written = write(head); !written) return written;
  return write(payload);
}

Status BundleWriter::write(std::string_view bytes) {
  sha_.update(bytes_of(bytes));
  return sink_(bytes);
}

tl::unexpected<Error> BundleReader::unusable(std::string_view what) const {
  return fail(Reason::BundleUnusable, fmt::format("the bundle cannot be used: at byte {} {}", offset_, what));
}

/// As much as there is, up to the room.
Result<std::size_t> BundleReader::fill(std::span<char> room) {
  std::size_t filled = 0;
  while (filled < room.size()) {
    const Result<std::size_t> got = source_(room.subspan(filled));
    if (!got) return got;
    if (*got == 0) break;
    filled += *got;
  }
  end_ += filled;
  return filled;
}

Result<BundleHeader> BundleReader::open() {
  std::array<char, kMagic.size()> magic{};
  const Result<std::size_t> got = fill(magic);
  if (!got) return fail(got.error());
  const std::string_view read(magic.data(), *got);
  if (read != kMagic)
    return unusable(kMagic.starts_with(read) ? "the file ends" : "there should be KONTORB1");
  sha_.update(bytes_of(kMagic));
  if (const Status section = read_section(); !section) return fail(section.error());
  Result<BundleHeader> header = BundleHeader::parse(payload_);
  if (!header) return unusable(header.error().message);
  of_store_ = !header->origin.tenant.has_value();
  return header;
}

Status BundleReader::read_section() {
  offset_ = end_;
  std::array<char, kSectionHeaderBytes> head{};
  const Result<std::size_t> got = fill(head);
  if (!got) return fail(got.error());
  if (*got != head.size()) return unusable("the file ends");
  tag_before_ = tag_;
  tag_ = head[0];
  if (!may_follow(tag_, tag_before_)) return unusable("there is no section that may stand there");
  std::string_view length(head.data() + 1, head.size() - 1);
  const auto bytes = take_number<std::uint32_t>(length);
  if (bytes > kBundleSectionBytesMax)
    return unusable(fmt::format("a section claims to have {} bytes", bytes));
  payload_begin_ = end_;
  payload_.resize(bytes);
  const Result<std::size_t> filled = fill(payload_);
  if (!filled) return fail(filled.error());
  if (*filled != bytes) return unusable("begins a section that the file does not hold to its end");
  if (tag_ == 'Z') return {};
  sha_.update(bytes_of({head.data(), head.size()}));
  sha_.update(bytes_of(payload_));
  return {};
}

Result<BundleItem> BundleReader::next() {
  if (events_left_ != 0) return next_event();
  if (const Status section = read_section(); !section) return fail(section.error());
  switch (tag_) {
    case 'K': return BundleItem{.kind = BundleItem::Kind::Key, .bytes = payload_, .tenant = {}};
    case 'R': return BundleItem{.kind = BundleItem::Kind::Rotation, .bytes = payload_, .tenant = {}};
    case 'N': return BundleItem{.kind = BundleItem::Kind::Note, .bytes = payload_, .tenant = {}};
    case 'G': return open_group();
    case 'E': return open_events();
    default: return close();
  }
}

Result<BundleItem> BundleReader::open_group() {
  if (!of_store_ || payload_.size() != sizeof group_) return unusable("there is no number of a group");
  std::string_view payload = payload_;
  const auto group = take_number<std::uint64_t>(payload);
  if (group <= group_) return unusable(fmt::format("group {} stands behind group {}", group, group_));
  group_ = group;
  return BundleItem{.kind = BundleItem::Kind::Group, .bytes = {}, .group = group, .tenant = {}};
}

Result<BundleItem> BundleReader::open_events() {
  std::string_view rest = payload_;
  constexpr std::size_t kNumbers = sizeof position_ + sizeof events_left_;
  const std::size_t name = rest.empty() ? 0 : static_cast<std::uint8_t>(rest[0]);
  if (rest.size() < 1 + name + kNumbers) return unusable("there is no slice of events");
  tenant_ = rest.substr(1, name);
  rest.remove_prefix(1 + name);
  position_ = take_number<Position>(rest);
  const auto count = take_number<std::uint32_t>(rest);
  if (!valid_id_text(tenant_) || count == 0) return unusable("there is no slice of events");
  if (of_store_ && group_ == 0) return unusable("there are events that belong to no group");
  events_ = rest;
  events_left_ = count;
  return next_event();
}

Result<BundleItem> BundleReader::next_event() {
  offset_ = payload_begin_ + (payload_.size() - events_.size());
  if (events_.size() < kSegmentTableBytes) return unusable("there is no event, or half of one");
  std::string_view table = events_.substr(0, kSegmentTableBytes);
  const auto more_segments = take_number<std::uint32_t>(table);
  const auto words = take_number<std::uint32_t>(table);
  const std::size_t size = kSegmentTableBytes + std::size_t{words} * kWordBytes;
  if (more_segments != 0 || words == 0 || size > events_.size())
    return unusable("there is no event, or half of one");
  const BundleItem item{.kind = BundleItem::Kind::Event,
                        .bytes = events_.substr(0, size),
                        .tenant = tenant_,
                        .position = position_};
  events_.remove_prefix(size);
  --events_left_;
  ++position_;
  if (events_left_ == 0 && !events_.empty())
    return unusable("is the last event of a slice that has more bytes");
  return item;
}

Result<BundleItem> BundleReader::close() {
  const Digest digest = sha_.finish();
  if (payload_ != std::string_view(reinterpret_cast<const char*>(digest.data()), digest.size()))
    return unusable("there is not the SHA-256 of the bytes before: the file was changed or damaged");
  std::array<char, 1> behind{};
  const Result<std::size_t> more = fill(behind);
  if (!more) return fail(more.error());
  if (*more != 0) {
    offset_ = end_ - *more;
    return unusable("the file goes on behind its end");
  }
  return BundleItem{.kind = BundleItem::Kind::End, .bytes = {}, .tenant = {}};
}

}  // namespace kontor::proof
