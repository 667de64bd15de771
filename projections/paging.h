#pragma once
// Pages of a list, and the cursors between them. Pure; any thread.

#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "projections/asking.h"

namespace kontor::views {

/// Rows of a page: kPageRowsDefault when none were asked for.
[[nodiscard]] inline Maybe<std::uint32_t> read_limit(std::uint32_t asked) {
  if (asked == 0) return kPageRowsDefault;
  if (asked > kPageRowsMax)
    return bad_input(fmt::format("a page has at most {} rows", kPageRowsMax),
                     {rules::fact("limit", asked), rules::fact("limit_max", kPageRowsMax)});
  return asked;
}

[[nodiscard]] inline tl::unexpected<No> bad_cursor(std::string_view given) {
  return bad_input("the cursor is not the `next` of a page", {rules::fact("after", given)});
}

[[nodiscard]] inline Maybe<std::uint64_t> read_number(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return bad_cursor(text);
  return number;
}
[[nodiscard]] inline Maybe<std::uint64_t> read_number(capnp::Text::Reader text) {
  return read_number(view(text));
}

/// Where to go on behind a cursor that is an id: the key of that row, or nothing at the beginning.
[[nodiscard]] inline Maybe<std::string> behind_name(const ViewKey& all, capnp::Text::Reader after) {
  if (after.size() == 0) return std::string();
  if (!valid_id_text(view(after))) return bad_cursor(view(after));
  return ViewKey(all).text(view(after)).bytes();
}

/// The rows of one page, each with its name for the cursor. One more than fits shows that there is a next.
class Page {
 public:
  explicit Page(std::uint32_t limit) : limit_(limit) {}

  Scan add(std::string_view name, std::string_view value) {
    entries_.emplace_back(name, value);
    return entries_.size() > limit_ ? Scan::Stop : Scan::Continue;
  }
  [[nodiscard]] unsigned rows() const {
    return entries_.size() > limit_ ? limit_ : static_cast<unsigned>(entries_.size());
  }
  [[nodiscard]] const std::string& name(unsigned row) const { return entries_[row].first; }
  [[nodiscard]] const std::string& value(unsigned row) const { return entries_[row].second; }
  /// The cursor of the next page; empty on the last.
  [[nodiscard]] std::string next() const { return entries_.size() > limit_ ? name(limit_ - 1) : ""; }

 private:
  std::uint32_t limit_;
  std::vector<std::pair<std::string, std::string>> entries_;
};

}  // namespace kontor::views
