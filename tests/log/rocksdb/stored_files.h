#pragma once
// A store's directory as bytes, to be damaged and put back.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "engine/log/rocksdb/rocksdb_log.h"

namespace kontor::test {

/// Path below the directory -> contents.
using StoredFiles = std::map<std::string, std::string>;

[[nodiscard]] StoredFiles read_directory(const std::filesystem::path& directory);
/// Makes the directory hold exactly these files.
void write_directory(const std::filesystem::path& directory, const StoredFiles& files);
[[nodiscard]] std::string read_file(const std::filesystem::path& path);
void write_file(const std::filesystem::path& path, const std::string& contents);
/// The only file whose name ends or begins so: "log/000012.log" for ".log".
[[nodiscard]] std::vector<std::string> names_with(const StoredFiles& files, const std::string& part);

/// What a process that opened a store came to.
struct Verdict {
  enum class Kind : std::uint8_t { Same, Different, Refused, Died } kind = Kind::Died;
  Reason code = Reason::StoreDamaged;  // of a refusal

  friend bool operator==(const Verdict&, const Verdict&) = default;
};
[[nodiscard]] std::string text(const Verdict& verdict);

/// Opens the store in a child process, because the storage library aborts on some damage, and
/// compares all groups with what is expected.
[[nodiscard]] Verdict judge(const std::string& directory, log::Access access,
                            const std::vector<log::Group>& expected);

/// One damage of one file.
struct DamagedFile {
  std::string name;
  std::string contents;
};
/// The same for many damages of a store, one after the other, each undone before the next; a new child only
/// where one died. Reads only.
[[nodiscard]] std::vector<Verdict> judge_each(const std::string& directory, const StoredFiles& whole,
                                              std::size_t count,
                                              const std::function<DamagedFile(std::size_t)>& damage,
                                              const std::vector<log::Group>& expected);

/// Runs in a child process, so that this process has no threads of the storage library when it forks.
void in_child(const std::function<void()>& work);

}  // namespace kontor::test
