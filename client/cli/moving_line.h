#pragma once
// The line that moves while something long goes on: on standard error, and only where that is a terminal.
// Never as long as the terminal is wide: a line that wraps could not be taken back. One thread.

#include <chrono>
#include <functional>
#include <optional>
#include <string_view>

#include "client/import_report.h"

namespace kontor::cli {

class MovingLine {
 public:
  explicit MovingLine(std::function<std::chrono::milliseconds()> elapsed);

  /// Shows how far it is; the last step always, others at most ten times a second. Time and width are filled
  /// in here.
  void show(client::ImportProgress progress);
  /// Says what goes on while nothing can be counted.
  void say(std::string_view what);
  /// Takes the line away.
  void clear();

 private:
  void print(std::string_view line);

  std::function<std::chrono::milliseconds()> elapsed_;
  bool terminal_;
  bool visible_ = false;
  std::optional<std::chrono::milliseconds> shown_;
};

}  // namespace kontor::cli
