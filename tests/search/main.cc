// byte_search CANARIES PATH...   which of these words stands in which file, in whatever spelling
// byte_search --compact PATH...  compacts every database under these
//
// CANARIES has a line for each word: what it was put into, a space, the word. Every file under the paths is
// read as it is, and every RocksDB database also behind its compression. Exit code 0: nothing was found, 1:
// something was, 2: something could not be read.

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "tests/search/databases.h"
#include "tests/search/needles.h"

namespace kontor::search {
namespace {

namespace fs = std::filesystem;

std::vector<Canary> read_canaries(const fs::path& file) {
  std::ifstream in(file);
  std::vector<Canary> canaries;
  for (std::string line; std::getline(in, line);) {
    const std::size_t space = line.rfind(' ');
    if (space != std::string::npos) canaries.push_back({line.substr(0, space), line.substr(space + 1)});
  }
  if (canaries.empty()) {
    std::cerr << file << ": no canaries\n";
    std::exit(2);
  }
  for (const Canary& one : canaries) {
    if (one.word.size() >= Canary::kShortest) continue;
    std::cerr << one.label << ": \"" << one.word << "\" is too short to be looked for\n";
    std::exit(2);
  }
  return canaries;
}

/// Every regular file under the path, or the file itself.
template <class Visit>
void each_file(const fs::path& path, const Visit& visit) {
  if (!fs::exists(path)) {
    std::cerr << path << ": is not there\n";
    std::exit(2);
  }
  if (fs::is_regular_file(path)) return visit(path);
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(path))
    if (entry.is_regular_file()) visit(entry.path());
}

std::set<fs::path> databases_under(const fs::path& path) {
  std::set<fs::path> found;
  each_file(path, [&](const fs::path& file) {
    if (is_database(file.parent_path())) found.insert(file.parent_path());
  });
  return found;
}

class Search {
 public:
  explicit Search(const std::vector<Canary>& canaries) : canaries_(canaries), needles_(canaries) {}

  void look_into(const fs::path& path) {
    each_file(path, [&](const fs::path& file) {
      std::ifstream in(file, std::ios::binary);
      const std::string bytes{std::istreambuf_iterator<char>(in), {}};
      if (!in) {
        std::cerr << file << ": cannot be read\n";
        std::exit(2);
      }
      ++files_;
      look_at(file.string(), bytes);
      look_at("the name of a file", file.string());
    });
    for (const fs::path& database : databases_under(path)) {
      const Read read = read_database(
          database, [this](const std::string& where, std::string_view bytes) { look_at(where, bytes); });
      ++databases_;
      entries_ += read.entries;
      records_ += read.records;
    }
  }

  [[nodiscard]] int report() const {
    for (const auto& [what, where] : found_) std::cout << what << " stands in " << where << "\n";
    std::cout << "looked for " << needles_.size() << " spellings of " << canaries_.size() << " words in "
              << files_ << " files, and behind compression in " << databases_ << " databases (" << entries_
              << " entries, " << records_ << " records): " << bytes_ << " bytes; found " << found_.size()
              << "\n";
    return found_.empty() ? 0 : 1;
  }

 private:
  void look_at(const std::string& where, std::string_view bytes) {
    bytes_ += bytes.size();
    needles_.find(bytes, [&](const Needle& needle, std::size_t at) {
      found_.emplace(canaries_[needle.canary].label + " (" + needle.spelling + ")",
                     where + " at " + std::to_string(at));
    });
  }

  const std::vector<Canary>& canaries_;
  Needles needles_;
  std::map<std::string, std::string> found_;  // the first place of each
  std::uint64_t files_ = 0;
  std::uint64_t databases_ = 0;
  std::uint64_t entries_ = 0;
  std::uint64_t records_ = 0;
  std::uint64_t bytes_ = 0;
};

int run(const std::vector<std::string>& arguments) {
  if (arguments.size() < 2) {
    std::cerr << "byte_search CANARIES PATH... | byte_search --compact PATH...\n";
    return 2;
  }
  const std::vector<std::string> paths(arguments.begin() + 1, arguments.end());
  if (arguments.front() == "--compact") {
    for (const std::string& path : paths)
      for (const fs::path& database : databases_under(path)) compact(database);
    return 0;
  }
  const std::vector<Canary> canaries = read_canaries(arguments.front());
  Search search(canaries);
  for (const std::string& path : paths) search.look_into(path);
  return search.report();
}

}  // namespace
}  // namespace kontor::search

int main(int count, char** arguments) { return kontor::search::run({arguments + 1, arguments + count}); }
