#pragma once
// Where an export is written: a directory that is there as a whole or not at all. Everything goes into
// `PATH.partial`, which takes its name when all files are on the disk. One thread.

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "events/core/digest.h"
#include "events/core/result.h"

namespace kontor::exports {

/// A file and what it holds.
struct FileEntry {
  std::string name;
  std::uint64_t size = 0;
  Digest sha256{};

  friend bool operator==(const FileEntry&, const FileEntry&) = default;
};

/// Hashes what it writes. DataDirectory when the machine cannot.
class OutputFile {
 public:
  [[nodiscard]] static Result<std::unique_ptr<OutputFile>> create(const std::filesystem::path& path);
  ~OutputFile();
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  [[nodiscard]] Status write(std::string_view bytes);
  /// Everything is on the disk. Once.
  [[nodiscard]] Status close();
  /// Of a closed file.
  [[nodiscard]] const FileEntry& entry() const { return entry_; }

 private:
  OutputFile(std::filesystem::path path, std::FILE* file);
  [[nodiscard]] Status flush();

  std::filesystem::path path_;
  std::FILE* file_;
  std::string waiting_;
  Sha256 sha_;
  FileEntry entry_;
};

/// Reads a file that is there. DataDirectory when it cannot be read.
[[nodiscard]] Result<FileEntry> read_entry(const std::filesystem::path& path);

class OutputDirectory {
 public:
  /// DataDirectory when `path` or its `.partial` is there already, or cannot be made.
  [[nodiscard]] static Result<std::unique_ptr<OutputDirectory>> create(const std::filesystem::path& path);
  /// Without `commit` nothing stays.
  ~OutputDirectory();
  OutputDirectory(const OutputDirectory&) = delete;
  OutputDirectory& operator=(const OutputDirectory&) = delete;

  /// A file of the export; stays valid as long as this object.
  [[nodiscard]] Result<OutputFile*> file(const std::string& name);
  /// Where a library may write a file of this name by itself; it belongs to the export.
  [[nodiscard]] std::filesystem::path foreign_file(const std::string& name);
  /// For what is needed on the way; gone when the export is done.
  [[nodiscard]] std::filesystem::path scratch() const;

  /// Closes all files and says what they hold, by name.
  [[nodiscard]] Result<std::vector<FileEntry>> seal();
  /// After `seal`: writes one more file, then the directory takes its name.
  [[nodiscard]] Status commit(const std::string& last_name, std::string_view last_content);

 private:
  OutputDirectory(std::filesystem::path path, std::filesystem::path partial);

  std::filesystem::path path_;
  std::filesystem::path partial_;
  std::vector<std::unique_ptr<OutputFile>> files_;
  std::vector<std::string> foreign_;
  bool committed_ = false;
};

}  // namespace kontor::exports
