// docs/storage-format.md
#include "engine/log/rocksdb/store_inspection.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "engine/log/rocksdb/record_file.h"

namespace kontor::log {
namespace {

constexpr std::uint64_t kNothingMayBeCut = std::numeric_limits<std::uint64_t>::max();

enum class BehindDamage : std::uint8_t { MustBeNothing, MayBeRecords };
enum class Growth : std::uint8_t { AsWritten, AheadOfNeed };

struct RecordFile {
  std::string path;
  std::uint64_t synced_bytes = 0;  // damage before this is damage of something promised
  BehindDamage behind = BehindDamage::MustBeNothing;
  Reason damaged_code = Reason::WalDamaged;
  Reason short_code = Reason::WalShort;
  std::uint64_t promised_bytes = 0;  // the file cannot be shorter
  Growth growth = Growth::AsWritten;
};

void remember(Inspection& inspection, Reason code, std::string message) {
  if (!inspection.damage) inspection.damage = Error{code, std::move(message)};
}

/// Whether all of the file is as it was written, and long enough. Nearly always, and without holding it.
Result<bool> is_whole(const Files& files, const RecordFile& file) {
  RecordReader reader;
  std::uint64_t bytes = 0;
  const Status read = files.read_pieces(file.path, [&](std::string_view piece) {
    bytes += piece.size();
    return reader.take(piece);
  });
  if (!read) return fail(read.error());
  return reader.whole() && bytes >= file.promised_bytes;
}

Status inspect_records(const Files& files, const RecordFile& file, Inspection& inspection) {
  const Result<bool> whole = is_whole(files, file);
  if (!whole) return fail(whole.error());
  if (*whole) return {};
  const Result<std::string> contents = files.read(file.path);
  if (!contents) return fail(contents.error());
  const std::string name = base_name(file.path);
  if (contents->size() < file.promised_bytes)
    remember(inspection, file.short_code,
             fmt::format("{} has {} of {} bytes", name, contents->size(), file.promised_bytes));
  const RecordFileCheck check = check_records(*contents);
  if (!check.damaged) return {};
  inspection.cuts[file.path] = check.intact_bytes;
  // Whoever closed the file would have cut it here. A record that is missing before it is missed by the scan
  // that follows.
  if (file.growth == Growth::AheadOfNeed && check.only_zeros_behind &&
      check.intact_bytes >= file.promised_bytes)
    return {};
  const bool promised = check.intact_bytes < file.synced_bytes;
  const bool more_behind = file.behind == BehindDamage::MustBeNothing && check.behind == RecordsBehind::Some;
  if (promised || more_behind) {
    remember(inspection, file.damaged_code,
             fmt::format("{} is damaged at byte {} of {}", name, check.intact_bytes, contents->size()));
    return {};
  }
  inspection.notes.push_back(
      fmt::format("cut {} unsynced bytes of {}", contents->size() - check.intact_bytes, name));
  return {};
}

Status inspect_wals(const Files& files, const std::string& directory, const std::vector<std::string>& names,
                    const HeadRecord& head, Inspection& inspection) {
  std::vector<std::uint64_t> numbers;
  for (const std::string& name : names)
    if (const auto number = wal_number(name)) numbers.push_back(*number);
  std::ranges::sort(numbers);
  // A newer one may mean that it was not needed any more; the scan that follows will tell.
  if (head.wal.number != 0 && (numbers.empty() || numbers.back() < head.wal.number))
    inspection.missing.push_back(
        fmt::format("{:06}.log, of which {} bytes are promised", head.wal.number, head.wal.synced_bytes));
  for (const std::uint64_t number : numbers) {
    RecordFile file{.path = fmt::format("{}/{:06}.log", directory, number), .growth = Growth::AheadOfNeed};
    if (number == head.wal.number) file.promised_bytes = head.wal.synced_bytes;
    // Only the newest can have been written to when the power went. Its last write is one record: what is
    // torn has no other record behind it.
    const bool newest = number == numbers.back() && number >= head.wal.number;
    file.synced_bytes = newest ? file.promised_bytes : kNothingMayBeCut;
    if (Status status = inspect_records(files, file, inspection); !status) return status;
  }
  return {};
}

/// Number of the manifest that CURRENT names, or what is wrong with CURRENT.
Result<std::uint64_t> current_manifest(const Files& files, const std::string& directory) {
  if (!files.exists(directory + "/CURRENT")) return fail(Reason::StoreDamaged, "CURRENT is missing");
  const Result<std::string> contents = files.read(directory + "/CURRENT");
  if (!contents) return fail(contents.error());
  const bool one_line = contents->ends_with('\n');
  const auto number =
      one_line ? manifest_number(std::string_view(*contents).substr(0, contents->size() - 1)) : std::nullopt;
  if (!number) return fail(Reason::StoreDamaged, "CURRENT does not name a manifest");
  return *number;
}

Status inspect_manifest(const Files& files, const std::string& directory, const HeadRecord& head,
                        Inspection& inspection) {
  const Result<std::uint64_t> number = current_manifest(files, directory);
  if (!number) {
    remember(inspection, number.error().code, number.error().message);
    return {};
  }
  const std::string name = fmt::format("MANIFEST-{:06}", *number);
  if (!files.exists(directory + "/" + name)) {
    remember(inspection, Reason::StoreDamaged, fmt::format("CURRENT names {}, which is missing", name));
    return {};
  }
  if (*number < head.manifest.number) {
    remember(inspection, Reason::HeadRegression,
             fmt::format("CURRENT names {}; HEAD remembers MANIFEST-{:06}", name, head.manifest.number));
    return {};
  }
  const std::uint64_t promised = *number == head.manifest.number ? head.manifest.synced_bytes : 0;
  // One sync of a manifest covers several records, so records may lie behind a torn one. What is cut here and
  // was needed after all is missed by the scan that follows.
  return inspect_records(files,
                         {.path = directory + "/" + name,
                          .synced_bytes = promised,
                          .behind = BehindDamage::MayBeRecords,
                          .damaged_code = Reason::HeadRegression,
                          .short_code = Reason::HeadRegression,
                          .promised_bytes = promised},
                         inspection);
}

}  // namespace

Result<Inspection> inspect_store(const Files& files, const std::string& directory, const HeadRecord& head) {
  const Result<std::vector<std::string>> names = files.list(directory);
  if (!names) return fail(names.error());
  Inspection inspection;
  if (Status status = inspect_wals(files, directory, *names, head, inspection); !status)
    return fail(status.error());
  if (Status status = inspect_manifest(files, directory, head, inspection); !status)
    return fail(status.error());
  return inspection;
}

}  // namespace kontor::log
