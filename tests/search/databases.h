#pragma once
// What RocksDB databases hold behind their compression. One thread.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

namespace kontor::search {

/// Shown each piece of a database: where it is from, and its bytes.
using Piece = std::function<void(const std::string& where, std::string_view bytes)>;

struct Read {
  std::uint64_t entries = 0;
  std::uint64_t tables = 0;   // files, those that the database has forgotten included
  std::uint64_t records = 0;  // of write-ahead logs and manifests
};

[[nodiscard]] bool is_database(const std::filesystem::path& directory);

/// Every version of every key that the database knows, every table file beside that, and every record of
/// write-ahead logs and manifests in one piece. Ends the program when something cannot be read: what was not
/// searched must not count as clean.
[[nodiscard]] Read read_database(const std::filesystem::path& directory, const Piece& piece);

/// Writes memory to table files and compacts all of them, the lowest level included.
void compact(const std::filesystem::path& directory);

}  // namespace kontor::search
