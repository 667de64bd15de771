#include "tests/house/source_tree.h"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace kontor::house {

namespace {

std::string read_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

bool ends_in_one_of(const std::string& name, const std::vector<std::string>& endings) {
  return std::ranges::any_of(endings, [&](const std::string& ending) { return name.ends_with(ending); });
}

bool is_cpp(const std::string& name) { return name.ends_with(".h") || name.ends_with(".cc"); }

bool word_character(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

// A walk over C++ text that copies code and blanks the rest.
class Blanker {
 public:
  explicit Blanker(std::string_view text) : text_(text), out_(text) {}

  std::string run() {
    while (at_ < text_.size()) step();
    return std::move(out_);
  }

 private:
  void step() {
    if (starts("//")) return blank_to(text_.find('\n', at_));
    if (starts("/*")) return blank_to(after(text_.find("*/", at_ + 2), 2));
    if (starts("R\"")) return raw_literal();
    if (text_[at_] == '"') return literal('"');
    // An apostrophe between digits separates them: 1'000.
    if (text_[at_] == '\'' && (at_ == 0 || !word_character(text_[at_ - 1]))) return literal('\'');
    ++at_;
  }

  void raw_literal() {
    const std::size_t open = text_.find('(', at_);
    if (open == std::string_view::npos) return blank_to(open);
    const std::string close = ")" + std::string(text_.substr(at_ + 2, open - at_ - 2)) + "\"";
    blank_to(after(text_.find(close, open), close.size()));
  }

  // The path of an #include is a literal to the compiler, and code to us.
  void literal(char quote) {
    std::size_t end = at_ + 1;
    while (end < text_.size() && text_[end] != quote && text_[end] != '\n')
      end += text_[end] == '\\' ? 2U : 1U;
    end = std::min(end + 1, text_.size());
    if (on_include_line()) {
      at_ = end;
    } else {
      blank_to(end);
    }
  }

  [[nodiscard]] bool on_include_line() const {
    const std::size_t start = text_.rfind('\n', at_) + 1;  // npos + 1 is 0: the first line
    return text_.substr(start, at_ - start).starts_with("#include");
  }

  [[nodiscard]] bool starts(std::string_view what) const { return text_.substr(at_).starts_with(what); }

  static std::size_t after(std::size_t found, std::size_t length) {
    return found == std::string_view::npos ? found : found + length;
  }

  void blank_to(std::size_t end) {
    end = std::min(end, text_.size());
    for (; at_ < end; ++at_) {
      if (out_[at_] != '\n') out_[at_] = ' ';
    }
  }

  std::string_view text_;
  std::string out_;
  std::size_t at_ = 0;
};

}  // namespace

std::string without_comments_and_literals(std::string_view text) { return Blanker(text).run(); }

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  std::istringstream in{std::string(text)};
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

std::vector<SourceFile> read_sources(const std::vector<std::string>& folders,
                                     const std::vector<std::string>& endings) {
  namespace fs = std::filesystem;
  const fs::path root = KONTOR_SOURCE_DIR;
  std::vector<SourceFile> files;
  for (const std::string& folder : folders) {
    if (fs::is_regular_file(root / folder)) files.push_back({folder, read_file(root / folder), {}});
    if (!fs::is_directory(root / folder)) continue;
    for (const auto& entry : fs::recursive_directory_iterator(root / folder)) {
      if (!entry.is_regular_file() || !ends_in_one_of(entry.path().filename().string(), endings)) continue;
      SourceFile file{entry.path().lexically_relative(root).string(), read_file(entry.path()), {}};
      if (is_cpp(file.path)) file.code = without_comments_and_literals(file.text);
      files.push_back(std::move(file));
    }
  }
  std::ranges::sort(files, {}, &SourceFile::path);
  return files;
}

bool exists(const std::string& path) {
  return std::filesystem::exists(std::filesystem::path(KONTOR_SOURCE_DIR) / path);
}

std::size_t line_at(std::string_view text, std::size_t offset) {
  return 1 + static_cast<std::size_t>(std::ranges::count(text.substr(0, offset), '\n'));
}

bool whole_word(std::string_view code, std::size_t offset, std::string_view word) {
  const std::size_t end = offset + word.size();
  const bool free_before = offset == 0 || !word_character(code[offset - 1]);
  const bool free_after = end >= code.size() || !word_character(code[end]) || !word_character(word.back());
  return free_before && free_after;
}

}  // namespace kontor::house
