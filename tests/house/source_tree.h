#pragma once
// The repository as text: what the house rules (docs/architecture.md) are checked against.

#include <string>
#include <string_view>
#include <vector>

namespace kontor::house {

struct SourceFile {
  std::string path;  // relative to the repository
  std::string text;  // as it is
  std::string code;  // C++ only: comments and the contents of literals blanked, line breaks kept
};

/// Every file below `folders` (relative to the repository) whose name ends in one of `endings`, in order of
/// path.
[[nodiscard]] std::vector<SourceFile> read_sources(const std::vector<std::string>& folders,
                                                   const std::vector<std::string>& endings);

/// `text` with comments and the contents of string and character literals replaced by spaces.
[[nodiscard]] std::string without_comments_and_literals(std::string_view text);

[[nodiscard]] std::vector<std::string> lines_of(std::string_view text);

/// True when the repository has this file or folder.
[[nodiscard]] bool exists(const std::string& path);

/// Number of the line, from 1, that `offset` lies in.
[[nodiscard]] std::size_t line_at(std::string_view text, std::size_t offset);

/// True when `word` stands in `code` as a word of its own at `offset`: no letter, digit or underscore around
/// it.
[[nodiscard]] bool whole_word(std::string_view code, std::size_t offset, std::string_view word);

}  // namespace kontor::house
