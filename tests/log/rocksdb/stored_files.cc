#include "tests/log/rocksdb/stored_files.h"

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <span>

#include "events/core/assert.h"

namespace kontor::test {
namespace {

constexpr int kSame = 0;
constexpr int kDifferent = 1;
constexpr int kRefused8000 = 10;
constexpr int kRefused9000 = 50;

/// Exit code of the child; -1 when a signal ended it.
int run_child(const std::function<int()>& work) {
  std::fflush(nullptr);
  const pid_t child = fork();
  KONTOR_ASSERT(child >= 0);
  if (child == 0) {
    const rlimit no_core{0, 0};
    setrlimit(RLIMIT_CORE, &no_core);
    static_cast<void>(std::freopen("/dev/null", "w", stderr));
    _exit(work());
  }
  int status = 0;
  KONTOR_ASSERT(waitpid(child, &status, 0) == child);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

int open_and_compare(const std::string& directory, log::Access access,
                     const std::vector<log::Group>& expected) {
  std::size_t seen = 0;
  bool same = true;
  const auto opened = log::RocksDbLog::open({.path = directory,
                                             .access = access,
                                             .head_execution = log::HeadExecution::Inline,
                                             .database = {.background_jobs = log::BackgroundJobs::One},
                                             .on_group = [&](const log::Group& group) {
                                               same =
                                                   same && seen < expected.size() && expected[seen] == group;
                                               ++seen;
                                             }});
  if (!opened) {
    const int code = static_cast<int>(opened.error().code);
    return code < 9000 ? kRefused8000 + code - 8000 : kRefused9000 + code - 9000;
  }
  return same && seen == expected.size() ? kSame : kDifferent;
}

/// Of what `open_and_compare` returned, or -1 for a child that died.
Verdict verdict_of(int outcome) {
  if (outcome == kSame) return {.kind = Verdict::Kind::Same};
  if (outcome == kDifferent) return {.kind = Verdict::Kind::Different};
  if (outcome < 0) return {.kind = Verdict::Kind::Died};
  const int number = outcome < kRefused9000 ? 8000 + outcome - kRefused8000 : 9000 + outcome - kRefused9000;
  return {.kind = Verdict::Kind::Refused, .code = static_cast<Reason>(number)};
}

}  // namespace

StoredFiles read_directory(const std::filesystem::path& directory) {
  StoredFiles files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(directory))
    if (entry.is_regular_file())
      files[std::filesystem::relative(entry.path(), directory).string()] = read_file(entry.path());
  return files;
}

void write_directory(const std::filesystem::path& directory, const StoredFiles& files) {
  std::filesystem::remove_all(directory);
  for (const auto& [name, contents] : files) {
    std::filesystem::create_directories((directory / name).parent_path());
    write_file(directory / name, contents);
  }
}

std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

void write_file(const std::filesystem::path& path, const std::string& contents) {
  // In place where there is something: emptying a file first makes some file systems write it out on closing.
  const bool exists = std::filesystem::exists(path);
  std::fstream file(path, std::ios::binary | std::ios::out | (exists ? std::ios::in : std::ios::trunc));
  file << contents;
  file.close();
  KONTOR_ASSERT(file.good());
  if (exists && std::filesystem::file_size(path) != contents.size())
    std::filesystem::resize_file(path, contents.size());
}

std::vector<std::string> names_with(const StoredFiles& files, const std::string& part) {
  std::vector<std::string> names;
  for (const auto& [name, contents] : files)
    if (name.find(part) != std::string::npos) names.push_back(name);
  return names;
}

std::string text(const Verdict& verdict) {
  switch (verdict.kind) {
    case Verdict::Kind::Same: return "same";
    case Verdict::Kind::Different: return "DIFFERENT";
    case Verdict::Kind::Died: return "died";
    case Verdict::Kind::Refused: break;
  }
  return std::to_string(static_cast<int>(verdict.code));
}

Verdict judge(const std::string& directory, log::Access access, const std::vector<log::Group>& expected) {
  return verdict_of(run_child([&] { return open_and_compare(directory, access, expected); }));
}

std::vector<Verdict> judge_each(const std::string& directory, const StoredFiles& whole, std::size_t count,
                                const std::function<DamagedFile(std::size_t)>& damage,
                                const std::vector<log::Group>& expected) {
  constexpr int kNotJudged = -2;
  void* shared =
      mmap(nullptr, count * sizeof(int) + 1, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  KONTOR_ASSERT(shared != MAP_FAILED);
  const std::span outcomes(static_cast<int*>(shared), count);
  std::ranges::fill(outcomes, kNotJudged);
  std::size_t next = 0;
  while (next < count) {
    run_child([&] {
      for (std::size_t i = next; i < count; ++i) {
        const DamagedFile damaged = damage(i);
        write_file(directory + "/" + damaged.name, damaged.contents);
        outcomes[i] = open_and_compare(directory, log::Access::ReadOnly, expected);
        write_file(directory + "/" + damaged.name, whole.at(damaged.name));
      }
      return 0;
    });
    while (next < count && outcomes[next] != kNotJudged) ++next;
    if (next == count) break;
    const DamagedFile deadly = damage(next);
    write_file(directory + "/" + deadly.name, whole.at(deadly.name));
    outcomes[next] = -1;
  }
  std::vector<Verdict> verdicts;
  for (const int outcome : outcomes) verdicts.push_back(verdict_of(outcome));
  munmap(shared, count * sizeof(int) + 1);
  return verdicts;
}

void in_child(const std::function<void()>& work) {
  const int exit_code = run_child([&] {
    const bool failed_before = testing::Test::HasFailure();
    work();
    return !failed_before && testing::Test::HasFailure() ? 1 : 0;
  });
  ASSERT_EQ(exit_code, 0);
}

}  // namespace kontor::test
