#include "server/protocol/field_reader.h"

#include <fmt/format.h>

#include <limits>

#include "engine/rules/currency.h"
#include "server/protocol/text_checks.h"

namespace kontor::protocol {
namespace {

std::string_view view(capnp::Text::Reader text) { return {text.begin(), text.size()}; }

}  // namespace

void FieldReader::refuse(Reason code, std::string message) {
  if (!problem_) problem_ = Error{code, std::move(message)};
}

void FieldReader::missing(std::string_view field) { refuse(fmt::format("{} is missing", field)); }

void FieldReader::unknown_value(std::string_view field, std::uint16_t number) {
  refuse(Reason::ValueUnknown, fmt::format("{}={} is not a value this server knows", field, number));
}

std::string FieldReader::id_text(std::string_view field, capnp::Text::Reader text) {
  if (text.size() == 0) {
    missing(field);
    return {};
  }
  if (!valid_id_text(view(text)))
    refuse(fmt::format("{} \"{}\" is not an id: 1 to {} characters of A-Z a-z 0-9 . _ : @ -", field,
                       shown(view(text)), kIdBytesMax));
  return std::string(view(text));
}

std::string FieldReader::text(std::string_view field, capnp::Text::Reader text, std::size_t bytes_max) {
  if (const auto problem = text_problem(view(text), bytes_max)) refuse(fmt::format("{} {}", field, *problem));
  return std::string(view(text));
}

std::string FieldReader::required_text(std::string_view field, capnp::Text::Reader value,
                                       std::size_t bytes_max) {
  if (value.size() == 0) missing(field);
  return text(field, value, bytes_max);
}

Instant FieldReader::instant(std::string_view field, std::int64_t ns) {
  if (ns == 0) missing(field);
  return optional_instant(field, ns).value_or(Instant{});
}

std::optional<Instant> FieldReader::optional_instant(std::string_view field, std::int64_t ns) {
  if (ns == 0) return std::nullopt;
  if (!Instant{ns}.valid()) refuse(fmt::format("{} is outside of the years 1970 to 2199", field));
  return Instant{ns};
}

Currency FieldReader::currency(std::string_view field, capnp::Text::Reader text) {
  if (text.size() == 0) return Currency{};
  const auto currency = Currency::parse(view(text));
  if (!currency)
    refuse(
        fmt::format("{} \"{}\" is not a currency code of three capital letters", field, shown(view(text))));
  if (currency == kNoCurrency) refuse(fmt::format("{} \"XXX\" {}", field, rules::kIsNoCurrency));
  return currency.value_or(Currency{});
}

std::uint32_t FieldReader::small_count(std::string_view field, std::uint64_t value) {
  constexpr std::uint64_t kMax = std::numeric_limits<std::uint32_t>::max();
  if (value > kMax) refuse(fmt::format("{} is {}, at most {}", field, value, kMax));
  return static_cast<std::uint32_t>(value);
}

}  // namespace kontor::protocol
