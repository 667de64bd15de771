#include "events/core/money.h"

#include <algorithm>

namespace kontor {

Result<Currency> Currency::parse(std::string_view text) {
  const bool capital = std::ranges::all_of(text, [](char c) { return c >= 'A' && c <= 'Z'; });
  if (text.size() != 3 || !capital)
    return fail(Reason::InvalidArgument, "a currency is three capital letters of ISO 4217, such as EUR");
  return Currency{{text[0], text[1], text[2]}};
}

std::optional<MinorUnits> checked_add(MinorUnits a, MinorUnits b) {
  MinorUnits sum;
  if (__builtin_add_overflow(a.value, b.value, &sum.value)) return std::nullopt;
  return sum;
}

std::optional<MinorUnits> checked_multiply(MinorUnits a, std::uint64_t times) {
  MinorUnits product;
  if (__builtin_mul_overflow(a.value, times, &product.value)) return std::nullopt;
  return product;
}

}  // namespace kontor
