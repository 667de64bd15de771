#pragma once
// Reads fields of a message and remembers the first that is wrong, so that a struct is read straight down and
// judged once at the end. Pure; one object per struct read.

#include <capnp/blob.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "events/core/ids.h"
#include "events/core/instant.h"
#include "events/core/money.h"
#include "events/core/result.h"

namespace kontor::protocol {

class FieldReader {
 public:
  /// The first problem found; InvalidArgument or ValueUnknown.
  [[nodiscard]] const std::optional<Error>& problem() const { return problem_; }
  void refuse(std::string message) { refuse(Reason::InvalidArgument, std::move(message)); }

  /// A required id.
  template <class Id>
  [[nodiscard]] Id id(std::string_view field, capnp::Text::Reader text) {
    return Id(id_text(field, text));
  }
  [[nodiscard]] std::string id_text(std::string_view field, capnp::Text::Reader text);
  /// A text that may be empty.
  [[nodiscard]] std::string text(std::string_view field, capnp::Text::Reader text, std::size_t bytes_max);
  [[nodiscard]] std::string required_text(std::string_view field, capnp::Text::Reader text,
                                          std::size_t bytes_max);
  [[nodiscard]] Instant instant(std::string_view field, std::int64_t ns);
  /// 0 means absent.
  [[nodiscard]] std::optional<Instant> optional_instant(std::string_view field, std::int64_t ns);
  [[nodiscard]] Currency currency(std::string_view field, capnp::Text::Reader text);
  /// A count that the domain keeps in 32 bits.
  [[nodiscard]] std::uint32_t small_count(std::string_view field, std::uint64_t value);

  /// An enumerator whose number 0 is a value of its own; `last` is the greatest that is known.
  template <class Own, class Wire>
  [[nodiscard]] Own choice(std::string_view field, Wire wire, Own last) {
    const auto number = static_cast<std::uint16_t>(wire);
    if (number <= static_cast<std::uint16_t>(last)) return static_cast<Own>(number);
    unknown_value(field, number);
    return Own{};
  }
  /// An enumerator whose number 0 means "left out"; the others are those of Own, shifted by one.
  template <class Own, class Wire>
  [[nodiscard]] std::optional<Own> optional_choice(std::string_view field, Wire wire, Own last) {
    const auto number = static_cast<std::uint16_t>(wire);
    if (number == 0) return std::nullopt;
    if (number - 1 <= static_cast<int>(last)) return static_cast<Own>(number - 1);
    unknown_value(field, number);
    return std::nullopt;
  }
  template <class Own, class Wire>
  [[nodiscard]] Own required_choice(std::string_view field, Wire wire, Own last) {
    const std::optional<Own> value = optional_choice(field, wire, last);
    if (!value) missing(field);
    return value.value_or(Own{});
  }

 private:
  void refuse(Reason code, std::string message);
  void missing(std::string_view field);
  void unknown_value(std::string_view field, std::uint16_t number);

  std::optional<Error> problem_;
};

}  // namespace kontor::protocol
