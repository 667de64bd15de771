#pragma once
// Names of things. A caller's id is text: 1 to 64 characters of A-Z a-z 0-9 . _ : @ - (valid_id_text);
// it is checked once at the door, so that everything behind it may trust it.

#include <array>
#include <compare>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include "events/core/result.h"

namespace kontor {

constexpr std::size_t kIdBytesMax = 64;

[[nodiscard]] bool valid_id_text(std::string_view text);

/// A name that cannot be mistaken for another kind of name.
template <class Tag>
struct TextId {
  std::string value;

  TextId() = default;
  explicit TextId(std::string text) : value(std::move(text)) {}
  explicit TextId(std::string_view text) : value(text) {}
  explicit TextId(const char* text) : value(text) {}

  friend auto operator<=>(const TextId&, const TextId&) = default;
  friend bool operator==(const TextId&, const TextId&) = default;
};

using TenantId = TextId<struct TenantTag>;
using CampusId = TextId<struct CampusTag>;
using CourseId = TextId<struct CourseTag>;
using PersonId = TextId<struct PersonTag>;
using PeriodId = TextId<struct PeriodTag>;
using GroupId = TextId<struct GroupTag>;  // of group access, or of a community
using OrderId = TextId<struct OrderTag>;  // of accesses, or of credits
using ProductId = TextId<struct ProductTag>;
using ImportId = TextId<struct ImportTag>;
using CommunityId = TextId<struct CommunityTag>;
using PackageId = TextId<struct PackageTag>;
using ContentId = TextId<struct ContentTag>;
using BillingRunId = TextId<struct BillingRunTag>;

/// Place of an event in its tenant's log: gap-free from 1. 0 means "none yet".
using Position = std::uint64_t;
/// Place of an event in its stream: gap-free from 1. 0 means "the stream does not exist".
using Version = std::uint64_t;

/// The caller's name for one command (idempotency key): 16 bytes, never all zero, valid for ever.
struct CommandId {
  std::array<std::uint8_t, 16> bytes{};

  [[nodiscard]] bool is_zero() const;
  /// 8-4-4-4-12 hexadecimal digits, as UUIDs are written.
  [[nodiscard]] std::string text() const;
  /// Accepts the form of `text()`, and the same digits without dashes.
  [[nodiscard]] static Result<CommandId> parse(std::string_view text);

  friend auto operator<=>(const CommandId&, const CommandId&) = default;
  friend bool operator==(const CommandId&, const CommandId&) = default;
};

}  // namespace kontor

template <class Tag>
struct std::hash<kontor::TextId<Tag>> {
  std::size_t operator()(const kontor::TextId<Tag>& id) const noexcept {
    return std::hash<std::string>{}(id.value);
  }
};
template <>
struct std::hash<kontor::CommandId> {
  std::size_t operator()(const kontor::CommandId& id) const noexcept;
};
