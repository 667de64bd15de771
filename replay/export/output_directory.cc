#include "replay/export/output_directory.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

namespace kontor::exports {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kBufferBytes = std::size_t{1} << 20;

tl::unexpected<Error> trouble(const fs::path& path, std::string_view what) {
  return fail(Reason::DataDirectory, fmt::format("{} {}: {}", path.string(), what, std::strerror(errno)));
}

Status sync_path(const fs::path& path, int flags) {
  const int file = ::open(path.c_str(), flags | O_CLOEXEC);
  if (file < 0) return trouble(path, "cannot be opened");
  const int synced = ::fsync(file);
  const int reason = errno;
  ::close(file);
  errno = reason;
  if (synced != 0) return trouble(path, "cannot be synced");
  return {};
}

fs::path without_slash(const fs::path& path) { return path.has_filename() ? path : path.parent_path(); }

}  // namespace

OutputFile::OutputFile(fs::path path, std::FILE* file) : path_(std::move(path)), file_(file) {
  entry_.name = path_.filename().string();
  waiting_.reserve(kBufferBytes);
}

OutputFile::~OutputFile() {
  if (file_ != nullptr) std::fclose(file_);
}

Result<std::unique_ptr<OutputFile>> OutputFile::create(const fs::path& path) {
  std::FILE* file = std::fopen(path.c_str(), "wbxe");
  if (file == nullptr) return trouble(path, "cannot be written");
  std::setvbuf(file, nullptr, _IONBF, 0);
  return std::unique_ptr<OutputFile>(new OutputFile(path, file));
}

Status OutputFile::write(std::string_view bytes) {
  waiting_.append(bytes);
  return waiting_.size() < kBufferBytes ? Status() : flush();
}

Status OutputFile::flush() {
  sha_.update(bytes_of(waiting_));
  entry_.size += waiting_.size();
  if (std::fwrite(waiting_.data(), 1, waiting_.size(), file_) != waiting_.size())
    return trouble(path_, "cannot be written");
  waiting_.clear();
  return {};
}

Status OutputFile::close() {
  if (Status flushed = flush(); !flushed) return flushed;
  entry_.sha256 = sha_.finish();
  if (::fsync(::fileno(file_)) != 0) return trouble(path_, "cannot be synced");
  if (std::fclose(std::exchange(file_, nullptr)) != 0) return trouble(path_, "cannot be closed");
  return {};
}

Result<FileEntry> read_entry(const fs::path& path) {
  std::FILE* file = std::fopen(path.c_str(), "rbe");
  if (file == nullptr) return trouble(path, "cannot be read");
  FileEntry entry{.name = path.filename().string()};
  Sha256 sha;
  std::string room(kBufferBytes, '\0');
  std::size_t got = 0;
  while ((got = std::fread(room.data(), 1, room.size(), file)) != 0) {
    sha.update(bytes_of(std::string_view(room).substr(0, got)));
    entry.size += got;
  }
  const bool failed = std::ferror(file) != 0;
  std::fclose(file);
  if (failed) return trouble(path, "cannot be read");
  entry.sha256 = sha.finish();
  return entry;
}

OutputDirectory::OutputDirectory(fs::path path, fs::path partial)
    : path_(std::move(path)), partial_(std::move(partial)) {}

OutputDirectory::~OutputDirectory() {
  if (committed_) return;
  files_.clear();
  std::error_code ignored;
  fs::remove_all(partial_, ignored);
}

Result<std::unique_ptr<OutputDirectory>> OutputDirectory::create(const fs::path& path) {
  const fs::path name = without_slash(path);
  std::error_code error;
  if (fs::symlink_status(name, error).type() != fs::file_type::not_found)
    return fail(Reason::DataDirectory,
                fmt::format("{} is there already: nothing is overwritten", name.string()));
  const fs::path partial = name.string() + ".partial";
  if (!fs::create_directory(partial, error)) {
    if (!error)
      return fail(Reason::DataDirectory,
                  fmt::format("{} is there already: another export is under way, or was killed and left it",
                              partial.string()));
    return fail(Reason::DataDirectory,
                fmt::format("{} cannot be made: {}", partial.string(), error.message()));
  }
  return std::unique_ptr<OutputDirectory>(new OutputDirectory(name, partial));
}

Result<OutputFile*> OutputDirectory::file(const std::string& name) {
  auto made = OutputFile::create(partial_ / name);
  if (!made) return fail(made.error());
  files_.push_back(*std::move(made));
  return files_.back().get();
}

fs::path OutputDirectory::foreign_file(const std::string& name) {
  foreign_.push_back(name);
  return partial_ / name;
}

fs::path OutputDirectory::scratch() const { return partial_ / ".scratch"; }

Result<std::vector<FileEntry>> OutputDirectory::seal() {
  std::error_code error;
  fs::remove_all(scratch(), error);
  if (error) return fail(Reason::DataDirectory, fmt::format("{}: {}", scratch().string(), error.message()));
  std::vector<FileEntry> entries;
  for (const auto& file : files_) {
    if (Status closed = file->close(); !closed) return fail(closed.error());
    entries.push_back(file->entry());
  }
  for (const std::string& name : foreign_) {
    if (Status synced = sync_path(partial_ / name, O_RDONLY); !synced) return fail(synced.error());
    Result<FileEntry> entry = read_entry(partial_ / name);
    if (!entry) return fail(entry.error());
    entries.push_back(*std::move(entry));
  }
  std::ranges::sort(entries, {}, &FileEntry::name);
  return entries;
}

Status OutputDirectory::commit(const std::string& last_name, std::string_view last_content) {
  auto last = OutputFile::create(partial_ / last_name);
  if (!last) return fail(last.error());
  if (Status written = (*last)->write(last_content); !written) return written;
  if (Status closed = (*last)->close(); !closed) return closed;
  if (Status synced = sync_path(partial_, O_RDONLY | O_DIRECTORY); !synced) return synced;
  // Another export may have taken the name meanwhile; a plain rename would replace an empty directory.
  if (::renameat2(AT_FDCWD, partial_.c_str(), AT_FDCWD, path_.c_str(), RENAME_NOREPLACE) != 0)
    return trouble(path_, "cannot take its name");
  committed_ = true;
  const fs::path parent = path_.parent_path().empty() ? fs::path(".") : path_.parent_path();
  return sync_path(parent, O_RDONLY | O_DIRECTORY);
}

}  // namespace kontor::exports
