#include "replay/export/manifest.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "events/core/base64.h"

namespace kontor::exports {
namespace {

constexpr std::array<std::pair<Format, std::string_view>, 5> kFormats{{{Format::Jsonl, "jsonl"},
                                                                       {Format::Csv, "csv"},
                                                                       {Format::Sqlite, "sqlite"},
                                                                       {Format::Gobd, "gobd"},
                                                                       {Format::Bundle, "bundle"}}};
constexpr std::string_view kNameEnd = "/export";
constexpr std::string_view kPeriodSign = "..";

tl::unexpected<Error> unusable(std::string what) {
  return fail(Reason::BundleUnusable, "the manifest is none: " + std::move(what));
}

/// Takes the manifest apart, line by line. The caller compares what came out with what would be written, so
/// that nothing here needs to be strict about how a number looks.
class Lines {
 public:
  explicit Lines(std::string_view text) : rest_(text) {}

  [[nodiscard]] bool empty() const { return rest_.empty(); }
  std::string_view next() {
    const std::size_t end = std::min(rest_.find('\n'), rest_.size());
    const std::string_view line = rest_.substr(0, end);
    rest_.remove_prefix(std::min(end + 1, rest_.size()));
    return line;
  }
  /// The value behind "key "; empty when the line has another key.
  std::string_view value(std::string_view key) {
    std::string_view line = next();
    if (!line.starts_with(key) || line.size() <= key.size() || line[key.size()] != ' ') return {};
    return line.substr(key.size() + 1);
  }

 private:
  std::string_view rest_;
};

std::uint64_t number(std::string_view text) {
  std::uint64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

int nibble(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return 0;
}

FileEntry entry_of(std::string_view line) {
  FileEntry entry;
  const std::size_t first = line.find(' ');
  const std::size_t second = first == std::string_view::npos ? first : line.find(' ', first + 1);
  if (second == std::string_view::npos || first != 2 * entry.sha256.size()) return entry;
  for (std::size_t i = 0; i < entry.sha256.size(); ++i)
    entry.sha256[i] = static_cast<std::uint8_t>(nibble(line[2 * i]) << 4 | nibble(line[2 * i + 1]));
  entry.size = number(line.substr(first + 1, second - first - 1));
  entry.name = line.substr(second + 1);
  return entry;
}

/// A name that stays inside its directory.
bool plain(const std::string& name) {
  return !name.empty() && name.front() != '.' && name.find('/') == std::string::npos;
}

Result<Instant> moment_of(std::string_view text) {
  constexpr std::size_t kDayBytes = 10;
  return Instant::parse(text.size() == kDayBytes ? std::string(text) + "T00:00:00Z" : std::string(text));
}

}  // namespace

std::string_view format_name(Format format) {
  return std::ranges::find(kFormats, format, &std::pair<Format, std::string_view>::first)->second;
}

std::optional<Format> format_from_name(std::string_view name) {
  const auto* found = std::ranges::find(kFormats, name, &std::pair<Format, std::string_view>::second);
  if (found == kFormats.end()) return std::nullopt;
  return found->first;
}

std::string Period::text() const { return from.text() + std::string(kPeriodSign) + to.text(); }

Result<Period> Period::parse(std::string_view text) {
  const std::size_t sign = text.find(kPeriodSign);
  if (sign == std::string_view::npos)
    return fail(Reason::InvalidArgument, "a period is FROM..TO, such as 2026-01-01..2027-01-01");
  const Result<Instant> from = moment_of(text.substr(0, sign));
  if (!from) return fail(from.error());
  const Result<Instant> to = moment_of(text.substr(sign + kPeriodSign.size()));
  if (!to) return fail(to.error());
  if (*to <= *from) return fail(Reason::InvalidArgument, "the period ends before it begins");
  return Period{*from, *to};
}

std::string Manifest::text() const {
  std::string out = fmt::format("{}{}\nformat {}\n", key_name, kNameEnd, format_name(format));
  out += tenant ? fmt::format("scope tenant {}\n", tenant->value) : std::string("scope store\n");
  out += fmt::format("from {}\nto {}\nperiod {}\nmoment {}\nsize {}\nroot {}\n", from, to,
                     period ? period->text() : std::string("all"), moment.ns, size, base64(root));
  for (const FileEntry& file : files)
    out += fmt::format("{} {} {}\n", hex(file.sha256), file.size, file.name);
  return out;
}

Result<Manifest> Manifest::parse(std::string_view text) {
  Lines lines(text);
  Manifest manifest;
  const std::string_view name = lines.next();
  if (!name.ends_with(kNameEnd)) return unusable("its first line does not end with /export");
  manifest.key_name = name.substr(0, name.size() - kNameEnd.size());
  const auto format = format_from_name(lines.value("format"));
  if (!format) return unusable("its format is not known");
  manifest.format = *format;
  constexpr std::string_view kTenant = "tenant ";
  if (const std::string_view scope = lines.value("scope"); scope.starts_with(kTenant))
    manifest.tenant = TenantId(scope.substr(kTenant.size()));
  manifest.from = number(lines.value("from"));
  manifest.to = number(lines.value("to"));
  if (const std::string_view period = lines.value("period"); period != "all") {
    const Result<Period> parsed = Period::parse(period);
    if (!parsed) return unusable(parsed.error().message);
    manifest.period = *parsed;
  }
  manifest.moment.ns = static_cast<std::int64_t>(number(lines.value("moment")));
  manifest.size = number(lines.value("size"));
  const auto root = parse_base64(lines.value("root"));
  if (!root || root->size() != manifest.root.size()) return unusable("its root is not 32 bytes");
  std::ranges::copy(bytes_of(*root), manifest.root.begin());
  while (!lines.empty()) {
    manifest.files.push_back(entry_of(lines.next()));
    if (!plain(manifest.files.back().name)) return unusable("it names a file outside of its directory");
  }
  if (!std::ranges::is_sorted(manifest.files, std::ranges::less_equal{}, &FileEntry::name) &&
      manifest.files.size() > 1)
    return unusable("its files are not in order");
  if (manifest.text() != text) return unusable("it could be written in another way, too");
  return manifest;
}

std::string manifest_file(const Manifest& manifest, const Signer* signer) {
  proof::Note note{.text = manifest.text(), .signatures = {}};
  if (signer == nullptr) return note.text;
  note.signatures.push_back(signer->sign(note.text));
  return note.encoded();
}

Result<OpenedManifest> open_manifest(std::string_view file, const proof::NoteKey* key) {
  const bool is_signed = file.find("\n\n") != std::string_view::npos;
  if (key != nullptr && !is_signed)
    return fail(Reason::NotSigned, fmt::format("the manifest is not signed, by {} or anybody", key->name));
  std::string text(file);
  if (is_signed) {
    Result<proof::Note> note = proof::Note::parse(file);
    if (!note) return fail(note.error());
    if (key != nullptr && !proof::is_signed_by(*note, *key))
      return fail(Reason::NotSigned, fmt::format("the manifest is not signed by {}", key->text()));
    text = std::move(note->text);
  }
  Result<Manifest> manifest = Manifest::parse(text);
  if (!manifest) return fail(manifest.error());
  if (key != nullptr && manifest->key_name != key->name)
    return fail(Reason::NotSigned,
                fmt::format("the manifest is one of {}, the key one of {}", manifest->key_name, key->name));
  return OpenedManifest{*std::move(manifest), is_signed};
}

}  // namespace kontor::exports
