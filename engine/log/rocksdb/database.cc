// docs/storage-format.md
#include "engine/log/rocksdb/database.h"

#include <fmt/format.h>
#include <rocksdb/file_checksum.h>
#include <rocksdb/table.h>

#include <array>
#include <cstdarg>
#include <cstdio>

#include "engine/log/rocksdb/keys.h"

namespace kontor::log {
namespace {

/// Hands the library's warnings on. Without a logger of ours it would write files of its own.
class NoteLogger final : public rocksdb::Logger {
 public:
  explicit NoteLogger(NoteSink note) : Logger(rocksdb::WARN_LEVEL), note_(std::move(note)) {}

  using Logger::Logv;
  void Logv(const rocksdb::InfoLogLevel level, const char* format, va_list arguments) override {
    if (level < GetInfoLogLevel() || level == rocksdb::HEADER_LEVEL || !note_) return;
    std::array<char, 1024> line{};
    std::vsnprintf(line.data(), line.size(), format, arguments);
    note_(fmt::format("storage: {}", line.data()));
  }
  void LogHeader(const char*, va_list) override {}

 private:
  NoteSink note_;
};

rocksdb::DBOptions database_options(OpenMode mode, const DatabaseSettings& settings, rocksdb::Env* env) {
  rocksdb::DBOptions options;
  options.env = env;
  options.create_if_missing = mode == OpenMode::CreateNew;
  options.error_if_exists = mode == OpenMode::CreateNew;
  options.create_missing_column_families = mode == OpenMode::CreateNew;
  options.info_log = std::make_shared<NoteLogger>(settings.note);
  options.info_log_level = rocksdb::WARN_LEVEL;
  // Any doubt is an error. The default recovery mode drops acknowledged events without a word.
  options.wal_recovery_mode = rocksdb::WALRecoveryMode::kAbsoluteConsistency;
  options.track_and_verify_wals_in_manifest = true;
  options.verify_sst_unique_id_in_manifest = true;
  options.paranoid_checks = true;
  options.file_checksum_gen_factory = rocksdb::GetFileChecksumGenCrc32cFactory();
  options.max_bgerror_resume_count = 0;  // an error stops the process; nothing resumes by itself
  options.max_total_wal_size = 4 * settings.write_buffer_bytes;
  options.max_open_files = -1;
  // Timers of the library's own would make runs differ.
  options.stats_dump_period_sec = 0;
  options.stats_persist_period_sec = 0;
  options.max_background_jobs = settings.background_jobs == BackgroundJobs::One ? 1 : 2;
  options.max_file_opening_threads = settings.background_jobs == BackgroundJobs::One ? 1 : 4;
  options.bytes_per_sync = std::uint64_t{1} << 20;
  return options;
}

// For events, one after the other much alike, the lowest level gives the smallest tables, too.
constexpr int kZstdLevel = 1;

rocksdb::ColumnFamilyOptions family_options(const DatabaseSettings& settings) {
  rocksdb::ColumnFamilyOptions options;
  options.write_buffer_size = settings.write_buffer_bytes;
  options.max_write_buffer_number = 4;  // a slow flush shall not stop the next commit
  options.memtable_protection_bytes_per_key = 8;
  options.force_consistency_checks = true;
  options.paranoid_file_checks = true;
  // The same on every level, so that a table is moved down as it is.
  options.compression = settings.compression == Compression::Zstd ? rocksdb::kZSTD : rocksdb::kNoCompression;
  options.compression_opts.level = kZstdLevel;
  options.level_compaction_dynamic_level_bytes = true;
  rocksdb::BlockBasedTableOptions table;
  table.block_size = std::size_t{32} << 10;
  table.format_version = 5;
  table.detect_filter_construct_corruption = true;
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  return options;
}

}  // namespace

Result<std::unique_ptr<Database>> Database::open(const std::string& directory, OpenMode mode,
                                                 const DatabaseSettings& settings,
                                                 std::unique_ptr<LayeredEnv> env) {
  const rocksdb::DBOptions options = database_options(mode, settings, env.get());
  const rocksdb::ColumnFamilyOptions family = family_options(settings);
  const std::vector<rocksdb::ColumnFamilyDescriptor> families{
      {rocksdb::kDefaultColumnFamilyName, family},
      {std::string(kEventsFamily), family},
      {std::string(kGroupsFamily), family},
  };
  // The library would look for files there first and warn that it finds no directory.
  if (mode == OpenMode::CreateNew) {
    if (const rocksdb::Status made = env->CreateDirIfMissing(directory); !made.ok())
      return fail(name_damage(made));
  }
  std::unique_ptr<Database> opened(new Database(std::move(env)));
  rocksdb::DB* db = nullptr;
  const rocksdb::Status status =
      mode == OpenMode::ReadOnly
          ? rocksdb::DB::OpenForReadOnly(options, directory, families, &opened->families_, &db)
          : rocksdb::DB::Open(options, directory, families, &opened->families_, &db);
  opened->db_.reset(db);
  if (!status.ok()) return fail(name_damage(status));
  return opened;
}

Database::~Database() {
  if (!db_) return;
  for (rocksdb::ColumnFamilyHandle* family : families_) db_->DestroyColumnFamilyHandle(family);
}

Error name_damage(const rocksdb::Status& status) {
  const std::string text = status.ToString();
  const auto speaks_of = [&](std::string_view words) { return text.find(words) != std::string::npos; };
  Reason code = Reason::StoreDamaged;
  if (speaks_of("Missing WAL"))
    code = Reason::WalMissing;
  else if (speaks_of("WAL") || speaks_of("log record") || speaks_of(".log"))
    code = Reason::WalDamaged;
  else if (!status.IsPathNotFound() && (speaks_of("block") || speaks_of(".sst")))
    code = Reason::BlockDamaged;
  return Error{code, text};
}

rocksdb::ReadOptions checked_reads() {
  rocksdb::ReadOptions options;
  options.verify_checksums = true;
  options.ignore_range_deletions = true;
  options.fill_cache = false;
  options.background_purge_on_iterator_cleanup = false;
  return options;
}

}  // namespace kontor::log
