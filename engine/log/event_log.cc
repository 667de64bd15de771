#include "engine/log/event_log.h"

#include "engine/log/bytes.h"

namespace kontor::log {
namespace {

constexpr std::size_t kWordBytes = 8;

std::uint32_t little_endian_u32(std::string_view bytes, std::size_t at) {
  std::uint32_t value = 0;
  for (std::size_t i = 4; i-- > 0;) value = value << 8 | static_cast<std::uint8_t>(bytes[at + i]);
  return value;
}

}  // namespace

Digest fingerprint(const Group& group) {
  Sha256 sha;
  std::string header;
  put_big_endian(header, group.number);
  for (const TenantSlice& slice : group.slices) {
    put_big_endian(header, slice.tenant.value.size());
    header += slice.tenant.value;
    put_big_endian(header, slice.first);
    put_big_endian(header, slice.count);
    put_big_endian(header, slice.bytes.size());
  }
  sha.update(bytes_of(header));
  for (const TenantSlice& slice : group.slices) sha.update(bytes_of(slice.bytes));
  return sha.finish();
}

Result<Digest> fingerprint_of(EventLog& log, std::uint64_t number) {
  Digest found{};
  const Status scanned = log.scan(number, [&found](const Group& group) {
    found = fingerprint(group);
    return false;
  });
  if (!scanned) return fail(scanned.error());
  return found;
}

std::uint64_t events_in(const Group& group) {
  std::uint64_t events = 0;
  for (const TenantSlice& slice : group.slices) events += slice.count;
  return events;
}

bool split_events(std::string_view bytes, std::vector<std::string_view>& out) {
  // Where the next event lies is not known before this one's length has come from memory, so it had better be
  // on its way already.
  constexpr std::size_t kAhead = 2'048;
  constexpr std::size_t kCacheLine = 64;
  out.clear();
  std::size_t fetched = 0;
  for (std::size_t at = 0; at < bytes.size();) {
    for (; fetched < at + kAhead && fetched < bytes.size(); fetched += kCacheLine)
      __builtin_prefetch(bytes.data() + fetched);
    // A stored event is a single-segment message: one word of table (segment count - 1 = 0, words), then the
    // words.
    const std::size_t left = bytes.size() - at;
    if (left < kWordBytes || little_endian_u32(bytes, at) != 0) return false;
    const std::size_t size = kWordBytes + kWordBytes * std::size_t{little_endian_u32(bytes, at + 4)};
    if (size > left) return false;
    out.push_back(bytes.substr(at, size));
    at += size;
  }
  return true;
}

bool split_events(std::string_view bytes, std::uint32_t count, std::vector<std::string_view>& out) {
  return split_events(bytes, out) && out.size() == count;
}

}  // namespace kontor::log
