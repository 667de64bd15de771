#include "tests/search/needles.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstring>
#include <utility>

namespace kontor::search {
namespace {

constexpr std::string_view kBase64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

std::string each(std::string_view word, const char* format) {
  std::string out;
  std::array<char, 16> buffer{};
  for (const char c : word) {
    std::snprintf(buffer.data(), buffer.size(), format, static_cast<unsigned>(static_cast<unsigned char>(c)));
    out += buffer.data();
  }
  return out;
}

std::string utf16(std::string_view word, bool low_byte_first) {
  std::string out;
  for (const char c : word) {
    if (!low_byte_first) out += '\0';
    out += c;
    if (low_byte_first) out += '\0';
  }
  return out;
}

/// What every base64 text shows that holds the word with `before` bytes, modulo 3, in front of it.
std::string base64(std::string_view word, std::size_t before) {
  const std::size_t skipped = (3 - before) % 3;  // bytes that share a quartet with what we do not know
  std::string out;
  for (std::size_t i = skipped; i + 3 <= word.size(); i += 3) {
    std::uint32_t bits = 0;
    for (std::size_t k = 0; k < 3; ++k) bits = bits << 8 | static_cast<unsigned char>(word[i + k]);
    for (int shift = 18; shift >= 0; shift -= 6) out += kBase64[bits >> shift & 63];
  }
  return out;
}

}  // namespace

std::uint64_t Needles::Index::head_of(const char* bytes) {
  std::uint64_t head = 0;
  std::memcpy(&head, bytes, kHead);
  return head;
}

void Needles::Index::add(Needle needle) {
  const std::uint64_t head = head_of(needle.bytes.data());
  perhaps_[slot(head)] = true;
  by_head_[head].push_back(std::move(needle));
  ++count_;
}

std::string Needles::lower(std::string_view bytes) {
  std::string out(bytes);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

Needles::Needles(const std::vector<Canary>& canaries) {
  for (std::size_t i = 0; i < canaries.size(); ++i) {
    const std::string& word = canaries[i].word;
    const std::string small = lower(word);
    const std::size_t half = word.size() / 2;
    small_letters_.add({i, "first half", small.substr(0, half)});
    small_letters_.add({i, "second half", small.substr(half)});
    small_letters_.add({i, "backwards", {small.rbegin(), small.rend()}});
    // A lower-case letter has another code than its capital, so codes are made of both spellings.
    for (const std::string& spelt : {small, word}) {
      small_letters_.add({i, "UTF-16, low byte first", lower(utf16(spelt, true))});
      small_letters_.add({i, "UTF-16, high byte first", lower(utf16(spelt, false))});
      small_letters_.add({i, "hexadecimal", each(spelt, "%02x")});
      small_letters_.add({i, "JSON escapes", each(spelt, "\\u%04x")});
      small_letters_.add({i, "URL escapes", each(spelt, "%%%02x")});
      for (std::size_t before = 0; before < 3; ++before)
        as_it_stands_.add({i, "base64", base64(spelt, before)});
    }
  }
}

}  // namespace kontor::search
