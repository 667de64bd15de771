#include "events/core/email.h"

#include <fmt/format.h>
#include <idn2.h>
#include <utf8proc.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <optional>
#include <utility>

namespace kontor {
namespace {

using Problem = tl::unexpected<EmailProblem>;
using Part = tl::expected<std::string, EmailProblem>;

Problem problem(std::size_t at, std::string what) { return Problem(EmailProblem{at, std::move(what)}); }

/// What the libraries below allocate.
struct Free {
  void operator()(void* memory) const { std::free(memory); }
};

struct Letter {
  utf8proc_int32_t value = -1;
  std::size_t bytes = 0;  // 0: not UTF-8
};

Letter letter_at(std::string_view text, std::size_t at) {
  Letter letter;
  const auto* bytes = reinterpret_cast<const utf8proc_uint8_t*>(text.data()) + at;
  const auto read = utf8proc_iterate(bytes, static_cast<utf8proc_ssize_t>(text.size() - at), &letter.value);
  letter.bytes = read > 0 ? static_cast<std::size_t>(read) : 0;
  return letter;
}

bool is_space(const Letter& letter) {
  const auto c = letter.value;
  return letter.bytes != 0 && ((c >= '\t' && c <= '\r') || utf8proc_category(c) == UTF8PROC_CATEGORY_ZS);
}

std::size_t spaces_before(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size()) {
    const Letter letter = letter_at(text, at);
    if (!is_space(letter)) break;
    at += letter.bytes;
  }
  return at;
}

/// Characters beyond ASCII that stand for themselves in every version of Unicode to come.
bool stable_letter(utf8proc_int32_t c) {
  switch (utf8proc_category(c)) {
    case UTF8PROC_CATEGORY_CN:
    case UTF8PROC_CATEGORY_CC:
    case UTF8PROC_CATEGORY_CF:
    case UTF8PROC_CATEGORY_CS:
    case UTF8PROC_CATEGORY_CO:
    case UTF8PROC_CATEGORY_ZS:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP: return false;
    default: return true;
  }
}

bool local_letter(utf8proc_int32_t c) {
  if (c >= 0x80) return stable_letter(c);
  if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')) return true;
  return std::string_view("!#$%&'*+-/=?^_`{|}~.").find(static_cast<char>(c)) != std::string_view::npos;
}

/// NFC, each letter mapped first. The text is UTF-8, so nothing but memory can fail.
std::string composed(std::string_view text, utf8proc_custom_func map) {
  utf8proc_uint8_t* out = nullptr;
  const auto options = static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE);
  const auto size =
      utf8proc_map_custom(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                          static_cast<utf8proc_ssize_t>(text.size()), &out, options, map, nullptr);
  const std::unique_ptr<utf8proc_uint8_t, Free> owner(out);
  if (size < 0) return std::string(text);
  return {reinterpret_cast<const char*>(out), static_cast<std::size_t>(size)};
}

utf8proc_int32_t lower(utf8proc_int32_t c, void*) { return utf8proc_tolower(c); }

std::string lowered_ascii(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

/// Composed first: the capital I with a dot has another small letter once it is taken apart. Most addresses
/// are ASCII, where nothing is composed.
std::string lowered(std::string_view text) {
  if (std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; }))
    return lowered_ascii(text);
  return composed(composed(text, nullptr), lower);
}

/// `at` is where the local part begins in the text as given.
std::optional<EmailProblem> local_problem(std::string_view local, std::size_t at) {
  for (std::size_t i = 0; i < local.size();) {
    const Letter letter = letter_at(local, i);
    if (!local_letter(letter.value))
      return EmailProblem{at + i, fmt::format("has a character that is not allowed before the @ (U+{:04X})",
                                              static_cast<std::uint32_t>(letter.value))};
    const bool dot = letter.value == '.';
    if (dot && (i == 0 || i + 1 == local.size()))
      return EmailProblem{at + i, "has a dot at an end of the part before the @"};
    if (dot && local[i - 1] == '.') return EmailProblem{at + i, "has two dots in a row"};
    i += letter.bytes;
  }
  return std::nullopt;
}

Part normal_local(std::string_view local, std::size_t at) {
  if (local.empty()) return problem(at, "has nothing before the @");
  if (auto wrong = local_problem(local, at)) return Problem(std::move(*wrong));
  std::string normal = lowered(local);
  // A few characters are composed to ones that are not allowed, such as the Greek question mark to a
  // semicolon.
  if (auto wrong = local_problem(normal, at)) return Problem(EmailProblem{at, std::move(wrong->what)});
  if (normal.size() > kEmailLocalBytesMax)
    return problem(at + std::min(local.size(), kEmailLocalBytesMax),
                   fmt::format("has {} bytes before the @, at most {}", normal.size(), kEmailLocalBytesMax));
  return normal;
}

bool is_label(std::string_view label) {
  const auto allowed = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; };
  return !label.empty() && label.size() <= 63 && label.front() != '-' && label.back() != '-' &&
         std::ranges::all_of(label, allowed);
}

/// Letters, digits and hyphens between dots: what the library's short cut for ASCII does not look at.
bool is_host_name(std::string_view domain) {
  for (;;) {
    const std::size_t dot = domain.find('.');
    if (!is_label(domain.substr(0, dot))) return false;
    if (dot == std::string_view::npos) return true;
    domain.remove_prefix(dot + 1);
  }
}

Part normal_domain(std::string_view domain, std::size_t at) {
  if (domain.empty()) return problem(at, "has nothing behind the @");
  if (domain.front() == '[')
    return problem(at, "has an address literal behind the @, which is not supported");
  for (std::size_t i = 0; i < domain.size();) {
    const Letter letter = letter_at(domain, i);
    if (letter.value <= ' ' || letter.value == 0x7F)  // NUL would end the text for the library
      return problem(at + i, fmt::format("has a character that is not allowed behind the @ (U+{:04X})",
                                         static_cast<std::uint32_t>(letter.value)));
    i += letter.bytes;
  }
  if (domain.back() == '.') return problem(at + domain.size() - 1, "ends with a dot");
  const std::string input = lowered(domain);
  std::uint8_t* out = nullptr;
  // Without IDN2_USE_STD3_ASCII_RULES: with it the library drops what it should refuse, and a_b.de is ab.de.
  const int code = idn2_lookup_u8(reinterpret_cast<const std::uint8_t*>(input.c_str()), &out,
                                  IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);
  const std::unique_ptr<std::uint8_t, Free> owner(out);
  if (code != IDN2_OK) return problem(at, fmt::format("has no valid domain ({})", idn2_strerror(code)));
  std::string normal = reinterpret_cast<const char*>(out);
  if (!is_host_name(normal)) return problem(at, "has no valid domain (letters, digits, hyphens and dots)");
  return normal;
}

}  // namespace

std::string_view trimmed(std::string_view text) {
  text.remove_prefix(spaces_before(text));
  std::size_t end = 0;  // behind the last letter that is no space
  for (std::size_t at = 0; at < text.size();) {
    const Letter letter = letter_at(text, at);
    at += std::max<std::size_t>(letter.bytes, 1);
    if (!is_space(letter)) end = at;
  }
  return text.substr(0, end);
}

tl::expected<std::string, EmailProblem> normal_email(std::string_view text) {
  const std::size_t start = spaces_before(text);
  const std::string_view email = trimmed(text);
  if (email.empty()) return problem(0, "is empty");
  if (email.size() > kEmailBytesMax)
    return problem(start + kEmailBytesMax,
                   fmt::format("has {} bytes, at most {}", email.size(), kEmailBytesMax));
  for (std::size_t at = 0; at < email.size();) {
    const Letter letter = letter_at(email, at);
    if (letter.bytes == 0) return problem(start + at, "is not UTF-8");
    at += letter.bytes;
  }
  if (email.front() == '"') return problem(start, "has a quoted part before the @, which is not supported");
  const std::size_t sign = email.find('@');
  if (sign == std::string_view::npos) return problem(start + email.size(), "has no @");
  if (const std::size_t second = email.find('@', sign + 1); second != std::string_view::npos)
    return problem(start + second, "has a second @");

  Part local = normal_local(email.substr(0, sign), start);
  if (!local) return local;
  const Part domain = normal_domain(email.substr(sign + 1), start + sign + 1);
  if (!domain) return domain;
  std::string normal = std::move(*local) + '@' + *domain;
  if (normal.size() > kEmailBytesMax)
    return problem(start,
                   fmt::format("has {} bytes in its normal form, at most {}", normal.size(), kEmailBytesMax));
  return normal;
}

}  // namespace kontor
