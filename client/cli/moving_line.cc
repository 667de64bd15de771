#include "client/cli/moving_line.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdio>
#include <utility>

namespace kontor::cli {
namespace {

constexpr std::chrono::milliseconds kBetween{100};

/// Of the terminal that standard error is; it may be resized at any time.
std::size_t columns() {
  constexpr std::size_t kUsual = 80;
  winsize size{};
  return ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : kUsual;
}

}  // namespace

MovingLine::MovingLine(std::function<std::chrono::milliseconds()> elapsed)
    : elapsed_(std::move(elapsed)), terminal_(::isatty(STDERR_FILENO) == 1) {}

void MovingLine::show(client::ImportProgress progress) {
  if (!terminal_) return;
  progress.elapsed = elapsed_();
  if (progress.answered < progress.total && shown_ && progress.elapsed - *shown_ < kBetween) return;
  shown_ = progress.elapsed;
  progress.columns = columns();
  print(client::progress_line(progress));
}

void MovingLine::say(std::string_view what) {
  if (terminal_) print(client::cut_to(what, columns()));
}

void MovingLine::clear() {
  if (visible_) fmt::print(stderr, "\r\033[K");
  visible_ = false;
  shown_.reset();  // it comes back with the next step
}

void MovingLine::print(std::string_view line) {
  visible_ = true;
  fmt::print(stderr, "\r{}\033[K", line);
}

}  // namespace kontor::cli
